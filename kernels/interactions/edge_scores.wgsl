// edge_scores.wgsl: what a feature of the query and a feature of the key add to a score, and the attention there.
//
//   gamma[e,h]   = f_i(q) f_j(k) Q[i,h] · K[j,h]          overwrites
//   attended[e,h] = pattern[b,h,q,k]                       overwrites
// shapes    edges u32 [n, 4]: tokens of query and key in the part, latents i and j; strength [n] = f_i(q) f_j(k)
//           Q, K [d_sae, n_heads · d_head]; pattern [batch, n_heads, pos, ld]; gamma, attended [n, n_heads], ld_heads to a row
// dispatch  an invocation a value, index = id.y · stride + id.x
// checked   tests/interactions/attention/edges_test.ts: float64
const HEAD4 = 4;
struct Params { count: u32, stride: u32, pos: u32, n_heads: u32, ld: u32, ld_heads: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> edges: array<vec4u>;
@group(0) @binding(2) var<storage, read> strength: array<f32>;
@group(0) @binding(3) var<storage, read> Q: array<vec4f>;
@group(0) @binding(4) var<storage, read> K: array<vec4f>;
@group(0) @binding(5) var<storage, read> pattern: array<f32>;
@group(0) @binding(6) var<storage, read_write> gamma: array<f32>;
@group(0) @binding(7) var<storage, read_write> attended: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let edge = index / params.ld_heads;
  let head = index % params.ld_heads;
  if (edge >= params.count) { return; }
  if (head >= params.n_heads) { // padding
    gamma[index] = 0;
    attended[index] = 0;
    return;
  }
  let at = edges[edge];
  let width4 = params.n_heads * HEAD4;
  let i0 = at.z * width4 + head * HEAD4;
  let j0 = at.w * width4 + head * HEAD4;
  var sum = vec4f(0);
  @unroll(d, HEAD4) { sum += Q[i0 + d] * K[j0 + d]; }
  gamma[index] = strength[edge] * (sum.x + sum.y + (sum.z + sum.w));
  let row = (at.x / params.pos * params.n_heads + head) * params.pos + at.x % params.pos;
  attended[index] = pattern[row * params.ld + at.y % params.pos];
}
