// pair_rows.wgsl: what attention loses at each key when a pair of features leaves a whole row of scores.
//
//   delta[k]     = f_i(q) f_j(k) Q[i,h] · K[j,h] over the keys that q sees
//   lost[n,h,k]  = A[q,k] − A[q,k] exp(−delta[k]) / Σ_m A[q,m] exp(−delta[m]), 0 at keys that q does not see    overwrites
//   extent[n,h]  = max delta − min delta;   variation[n,h] = ½ Σ_k abs(lost)                                   overwrite
// shapes    items u32 [n, 4]: token of the query, unused, latents i and j; acts [tokens, ld_acts]
//           Q, K [d_sae, n_heads · d_head]; pattern [batch, n_heads, pos, ld]
//           lost [n · n_heads, ld]; extent, variation [n · n_heads] as rows of two: [n · n_heads, 4], the last two unused
// dispatch  an invocation for each item and head, index = id.y · stride + id.x; it walks the row three times: 3 pos <= 65,472
// numbers   exponents are taken from the least delta among keys that q attends to: one of them counts in full, and a key
//           whose share is 0, or below the least normal number, has lost nothing, whatever its exponential would be; a
//           NaN counts, so that it is not lost
// checked   tests/interactions/attention/pair_rows_test.ts: recomputed softmax in float64
const HEAD4 = 4;
struct Params { count: u32, stride: u32, pos: u32, n_heads: u32, ld: u32, ld_acts: u32, window: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> items: array<vec4u>;
@group(0) @binding(2) var<storage, read> acts: array<f32>;
@group(0) @binding(3) var<storage, read> Q: array<vec4f>;
@group(0) @binding(4) var<storage, read> K: array<vec4f>;
@group(0) @binding(5) var<storage, read> pattern: array<f32>;
@group(0) @binding(6) var<storage, read_write> lost: array<f32>;
@group(0) @binding(7) var<storage, read_write> sizes: array<vec4f>;

fn attends(share: f32) -> bool { return !(share < 1.17549435e-38); }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.count * params.n_heads) { return; }
  let at = items[index / params.n_heads];
  let head = index % params.n_heads;
  let width4 = params.n_heads * HEAD4;
  var sum = vec4f(0);
  @unroll(d, HEAD4) { sum += Q[at.z * width4 + head * HEAD4 + d] * K[at.w * width4 + head * HEAD4 + d]; }
  let coupling = acts[at.x * params.ld_acts + at.z] * (sum.x + sum.y + (sum.z + sum.w));
  let q = at.x % params.pos;
  let first_token = at.x - q;
  let row = ((at.x / params.pos * params.n_heads + head) * params.pos + q) * params.ld;
  let first = q + 1 - min(q + 1, params.window);
  var least = coupling * acts[(first_token + first) * params.ld_acts + at.w];
  var most = least;
  var start = 3.4e38;
  for (var k = first; k <= q; k++) {
    let delta = coupling * acts[(first_token + k) * params.ld_acts + at.w];
    least = min(least, delta);
    most = max(most, delta);
    if (attends(pattern[row + k])) { start = min(start, delta); }
  }
  var total = 0.0;
  for (var k = first; k <= q; k++) {
    let share = pattern[row + k];
    if (attends(share)) { total += share * exp(start - coupling * acts[(first_token + k) * params.ld_acts + at.w]); }
  }
  var variation = 0.0;
  for (var k = 0u; k < params.ld; k++) {
    var gone = 0.0;
    if (k >= first && k <= q && attends(pattern[row + k])) {
      let kept = exp(start - coupling * acts[(first_token + k) * params.ld_acts + at.w]) / total;
      gone = pattern[row + k] * (1 - kept);
    }
    lost[index * params.ld + k] = gone;
    variation += abs(gone);
  }
  sizes[index] = vec4f(most - least, variation / 2, 0, 0);
}
