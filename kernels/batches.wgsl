// batches.wgsl: the batch of this step out of several that were uploaded together.
//
//   take   out = fed[step % rounds], step being the training's counter in schedule[0].x     overwrites
// shapes    fed [rounds, count4], out [count4] as vec4u: bits are moved as they are, those of floats too
// dispatch  64 invocations a workgroup, a vec4u each; index = id.y · stride + id.x
// work      take: turns 2; bytes 32 * count4
// checked   tests/tensor/batch_feed_test.ts
struct Params { count4: u32, stride: u32, rounds: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(2) var<storage, read> fed: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4u>;

@compute @workgroup_size(64)
fn take(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  out[i] = fed[(u32(schedule[0].x) % params.rounds) * params.count4 + i];
}
