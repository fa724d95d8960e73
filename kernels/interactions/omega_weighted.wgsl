// omega_weighted.wgsl: weights of pairs of features times how strongly a head couples them, without a table of the couplings.
//
//   out[i,j] += abs(Q[i,h] · K[j,h]) · weight[i,j]        accumulates: one invocation an entry, so no update is lost
// shapes    Q, K [d_sae, n_heads · d_head]; weight, out: rows first .. first + rows of [d_sae, ld] (ld >= d_sae, padded with zeros)
// dispatch  ceil(ld / 64) by rows, folded: row = id.z · groups.y + id.y
// checked   tests/interactions/attention/pair_tables_test.ts: float64
const HEAD4 = 4;
struct Params { rows: u32, first: u32, d_sae: u32, ld: u32, width4: u32, head: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> Q: array<vec4f>;
@group(0) @binding(2) var<storage, read> K: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  let j = id.x;
  if (row >= params.rows || j >= params.d_sae) { return; }
  let i0 = (params.first + row) * params.width4 + params.head * HEAD4;
  let j0 = j * params.width4 + params.head * HEAD4;
  var sum = vec4f(0);
  @unroll(d, HEAD4) { sum += Q[i0 + d] * K[j0 + d]; }
  let at = row * params.ld + j;
  out[at] += abs(sum.x + sum.y + (sum.z + sum.w)) * weight[at];
}
