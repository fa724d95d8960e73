// value_spread.wgsl: the largest distance between two values that a query sees, as W_O shows them.
//
//   farthest[b,h,k,m] = max over m <= j <= k of ‖u[k,h] − u[j,h]‖, 0 for m > k                     overwrites
//   spread[b,h,q]     = max over the keys k that q sees of farthest[b,h,k, first key that q sees]  overwrites
//   since every pair of keys that q sees is (k, j) with first <= j <= k <= q
// shapes    u [batch · pos, n_heads · d_head], values turned so that their distances are those of v W_O
//           farthest [batch, n_heads, pos, ld]; spread [batch · n_heads, ld]
// dispatch  farthest: an invocation for each row k; spread: for each query; index = id.y · stride + id.x; pos <= 65,472
// checked   tests/interactions/attention/value_spread_test.ts: all pairs in float64
const HEAD4 = 4;
struct Params { rows: u32, stride: u32, pos: u32, n_heads: u32, ld: u32, window: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> u: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> far: array<f32>;
@group(0) @binding(3) var<storage, read> farthest_of: array<f32>;
@group(0) @binding(4) var<storage, read_write> spread_of: array<f32>;

@compute @workgroup_size(64)
fn farthest(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let k = index % params.pos;
  let head = index / params.pos % params.n_heads;
  let first_token = index / params.pos / params.n_heads * params.pos;
  let width4 = params.n_heads * HEAD4;
  let here = (first_token + k) * width4 + head * HEAD4;
  var largest = 0.0;
  for (var m = k; m < params.pos; m++) { far[index * params.ld + m] = 0; }
  for (var back = 1u; back <= k; back++) {
    let m = k - back;
    let there = (first_token + m) * width4 + head * HEAD4;
    var sum = vec4f(0);
    @unroll(d, HEAD4) { let apart = u[here + d] - u[there + d]; sum += apart * apart; }
    largest = max(largest, sqrt(sum.x + sum.y + (sum.z + sum.w)));
    far[index * params.ld + m] = largest;
  }
}

@compute @workgroup_size(64)
fn spread(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let q = index % params.pos;
  let sequence_head = index / params.pos;
  let first = q + 1 - min(q + 1, params.window);
  var largest = 0.0;
  for (var k = first; k <= q; k++) {
    largest = max(largest, farthest_of[(sequence_head * params.pos + k) * params.ld + first]);
  }
  spread_of[sequence_head * params.ld + q] = largest;
}
