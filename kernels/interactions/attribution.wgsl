// attribution.wgsl: by how much the gradient misses a latent's share of a neuron, D[e,k] = a_k (mean φ' − φ'(z_k)). Stands
// behind phi.wgsl.
//
//   mean φ' = ∫₀¹ φ'(c + u (z − c)) du = (φ(z) − φ(c)) / (z − c): integrated gradients along the way from all latents at 0
//   within 0.02 of each other, where the quotient cancels, φ'(z) − ½ φ''(z) (z − c); of ReLU the quotient is exact
// shapes    token, latent, act [entries]; w [d_sae, 4·ld]; z, c [tokens, 4·ld]; D [count, 4·ld] of the entries from `first` on;
//           overwrites; padding of w is 0, and so is that of D
// dispatch  (ceil(ld / 64), count), folded: row = id.z · groups.y + id.y; four neurons of one entry an invocation
// checked   tests/interactions/agreement/baselines/attribution_mismatch_test.ts
struct Params { count: u32, first: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> token: array<u32>;
@group(0) @binding(2) var<storage, read> latent: array<u32>;
@group(0) @binding(3) var<storage, read> act: array<f32>;
@group(0) @binding(4) var<storage, read> w: array<vec4f>;
@group(0) @binding(5) var<storage, read> z: array<vec4f>;
@group(0) @binding(6) var<storage, read> c: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> D: array<vec4f>;

fn quotient(at: vec4f, from_c: vec4f, way: vec4f) -> vec4f {
  let safe = select(way, vec4f(1.0), way == vec4f(0.0));
  return select((phi(at) - phi(from_c)) / safe, phi_slope(at), way == vec4f(0.0));
}

fn mean_slope(at: vec4f, from_c: vec4f) -> vec4f {
  let way = at - from_c;
  @if(PHI == 2) { return quotient(at, from_c, way); }
  @if(PHI != 2) {
    let near = phi_slope(at) - 0.5 * phi_curvature(at) * way;
    return select(quotient(at, from_c, way), near, abs(way) < vec4f(0.02));
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.count) { return; }
  let e = params.first + row;
  let at = token[e] * params.ld + id.x;
  let a = act[e] * w[latent[e] * params.ld + id.x];
  D[row * params.ld + id.x] = a * (mean_slope(z[at], c[at]) - phi_slope(z[at]));
}
