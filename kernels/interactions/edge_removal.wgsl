// edge_removal.wgsl: how far a head's output moves when one score loses gamma, exactly and to first order.
//
//   to_key[e,h]  = v[k,h] − z[q,h] = Σ_m A[q,m] (v[k,h] − v[m,h]) over the keys m that q sees
//   first[e,h]   = A gamma · to_key                                            overwrites
//   exact[e,h]   = (A − A') / (1 − A) · to_key,   A' = σ(logit A − gamma)      overwrites
//   (A − A') / (1 − A) = A (1 − exp(−gamma)) / (1 − A + A exp(−gamma)), which needs no logit
// shapes    edges u32 [n, 4]: tokens of query and key in the part, two latents; gamma [n, ld_heads]
//           v [tokens, n_heads · d_head]; pattern [batch, n_heads, pos, ld]
//           first, exact [n, n_heads · d_head]: what W_O is then applied to
// dispatch  an invocation a vec4f of the results, index = id.y · stride + id.x; it walks the row: pos <= 65,472
// numbers   to_key and 1 − A are sums without the key's own term: where A is nearly 1, v − z and 1 − A would have no digits
//           left. For a negative gamma both sides of the fraction are multiplied by exp(gamma): no exponential above 1.
//           1 − exp(−|gamma|) below 0.1 is six terms of its series, else it would lose digits
// checked   tests/interactions/attention/edges_test.ts: recomputed softmax in float64
const HEAD4 = 4;
struct Params { count: u32, stride: u32, pos: u32, n_heads: u32, ld: u32, ld_heads: u32, window: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> edges: array<vec4u>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> pattern: array<f32>;
@group(0) @binding(4) var<storage, read> v: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> exact: array<vec4f>;

// 1 − exp(−x) of x >= 0
fn lost(x: f32) -> f32 {
  let series = x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))));
  return select(1 - exp(-x), series, x < 0.1);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let width4 = params.n_heads * HEAD4;
  let edge = index / width4;
  if (edge >= params.count) { return; }
  let column = index % width4;
  let head = column / HEAD4;
  let at = edges[edge];
  let i = at.x % params.pos;
  let first_token = at.x - i;
  let row = ((at.x / params.pos) * params.n_heads + head) * params.pos + i;
  let value = v[at.y * width4 + column];
  var to_key = vec4f(0);
  var rest = 0.0;
  for (var m = i + 1 - min(i + 1, params.window); m <= i; m++) {
    if (first_token + m == at.y) { continue; }
    let A = pattern[row * params.ld + m];
    to_key += A * (value - v[(first_token + m) * width4 + column]);
    rest += A;
  }
  let A = pattern[row * params.ld + at.y % params.pos];
  let g = gamma[edge * params.ld_heads + head];
  let part = lost(abs(g));
  let up = part / max(rest + A * exp(-abs(g)), 1e-30);    // gamma >= 0
  let down = -part / max(rest * exp(-abs(g)) + A, 1e-30); // gamma < 0, times exp(gamma)
  first[index] = A * g * to_key;
  exact[index] = A * select(down, up, g >= 0) * to_key;
}
