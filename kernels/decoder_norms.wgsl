// decoder_norms.wgsl: the decoder norm of each latent, n_i = Σ_l ‖W_dec,i,l‖₂, forward and backward.
//
//   forward   site_norms[i,l] = ‖W_dec[i,l,·]‖₂; norms[i] = Σ_l site_norms[i,l]      overwrites
//   backward  grad_W_dec[i,l,·] += grad_norms[i] · W_dec[i,l,·] / site_norms[i,l]     accumulates
//             (zero where the norm is zero)
// shapes    W_dec, grad_W_dec [d_sae, n_sites, d_in] as vec4f, d_in = 4·width4; site_norms [d_sae, n_sites];
//           norms [d_sae]; grad_norms [d_sae] from value grad_first on; latents in pieces of `latents` from `first` where
//           W_dec exceeds a binding; sites from_site to from_site + n_sites of the of_sites that a latent has
// dispatch  forward (ceil(latents / WG)), a latent an invocation; backward (ceil(row4 / 16), latents), folded:
//           latent = id.z · groups.y + id.y
// work      forward: flop 8 * latents * n_sites * width4; turns n_sites * width4
//           backward: flop 12 * latents * n_sites * width4; turns 1
// checked   tests/crosscoder/loss_test.ts, tests/crosscoder/losses/losses_test.ts: plain TypeScript and PyTorch
const WG = 16;
struct Params { latents: u32, first: u32, n_sites: u32, width4: u32, grad_first: u32, from_site: u32, of_sites: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> W_dec: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> site_norms: array<f32>;
@group(0) @binding(3) var<storage, read_write> norms: array<f32>;
@group(0) @binding(4) var<storage, read> grad_norms: array<f32>;
@group(0) @binding(5) var<storage, read_write> grad_W_dec: array<vec4f>;

@compute @workgroup_size(WG)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.latents) { return; }
  let i = params.first + id.x;
  var total = 0.0;
  for (var l = 0u; l < params.n_sites; l++) {
    let start = (id.x * params.of_sites + params.from_site + l) * params.width4;
    var sum = vec4f(0);
    for (var j = 0u; j < params.width4; j++) { let w = W_dec[start + j]; sum += w * w; }
    let norm = sqrt(sum.x + sum.y + (sum.z + sum.w));
    site_norms[i * params.n_sites + l] = norm;
    total += norm;
  }
  norms[i] = total;
}

@compute @workgroup_size(16)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let latent = id.z * groups.y + id.y;
  if (id.x >= params.n_sites * params.width4 || latent >= params.latents) { return; }
  let i = params.first + latent;
  let norm = site_norms[i * params.n_sites + id.x / params.width4];
  let at = (latent * params.of_sites + params.from_site) * params.width4 + id.x;
  if (norm != 0.0) { grad_W_dec[at] = grad_W_dec[at] + grad_norms[params.grad_first + i] / norm * W_dec[at]; }
}
