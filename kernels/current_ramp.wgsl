// current_ramp.wgsl: out[0] = the ramp of the step that is running, from the schedule of a training.
//
// shapes    schedule [1 + steps] of vec4f (step, , , ), (rate, correction, decay, ramp); out [1], overwrites
// dispatch  (1), one invocation
// work      main: turns 2; bytes 20
// checked   tests/crosscoder/recipes_test.ts: a ramped penalty
@group(0) @binding(1) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(1)
fn main() { out[0] = schedule[1u + u32(schedule[0].x)].w; }
