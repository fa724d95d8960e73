// running_mean.wgsl: a mean that forgets: mean = (β m + (1 − β) value, β w + (1 − β)), to be read as mean.x / mean.y.
//
//   Nothing happens before step `start`; the step is the counter in schedule[0].x. With mean = (0, 0) at first, the quotient is
//   the plain mean of the first few values, and the usual exponential one later.
// shapes    mean [2], accumulates; value [1]; schedule [1 + steps] of vec4f
// dispatch  (1), one invocation
// work      main: turns 2; bytes 32
// checked   tests/crosscoder/activations/batch_topk_test.ts
struct Params { beta: f32, start: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read_write> mean: array<f32>;

@compute @workgroup_size(1)
fn main() {
  if (u32(schedule[0].x) < params.start) { return; }
  mean[0] = params.beta * mean[0] + (1.0 - params.beta) * value[0];
  mean[1] = params.beta * mean[1] + (1.0 - params.beta);
}
