// mix_values.wgsl: values of a sequence summed with given weights, as attention does with its pattern.
//
//   out[n,h] = Σ_k weight[n,h,k] v[k,h] over all tokens k of the sequence of item n          overwrites
// shapes    tokens u32 [n, 4]: the first names a token of the item's sequence; weight [n · n_heads, ld] (ld >= pos)
//           v [tokens, n_heads · d_head]; out [n, n_heads · d_head]
// dispatch  an invocation a vec4f of the result, index = id.y · stride + id.x; it walks a sequence: pos <= 65,472
// checked   tests/interactions/attention/pair_rows_test.ts, cross_position_test.ts: float64
const HEAD4 = 4;
struct Params { count: u32, stride: u32, pos: u32, n_heads: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<vec4u>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let width4 = params.n_heads * HEAD4;
  let item = index / width4;
  if (item >= params.count) { return; }
  let column = index % width4;
  let first_token = tokens[item].x / params.pos * params.pos;
  let row = (item * params.n_heads + column / HEAD4) * params.ld;
  var sum = vec4f(0);
  for (var k = 0u; k < params.pos; k++) {
    sum += weight[row + k] * v[(first_token + k) * width4 + column];
  }
  out[index] = sum;
}
