// decoder_norms.wgsl: the decoder norm of each latent, n_i = Σ_l ‖W_dec,i,l‖₂, forward and backward.
//
//   forward   site_norms[i,l] = ‖W_dec[i,l,·]‖₂; norms[i] = Σ_l site_norms[i,l]      overwrites
//             a site's squares are summed in runs of RUN vec4f, then over runs, in order
//   backward  grad_W_dec[i,l,·] += grad_norms[i] · W_dec[i,l,·] / site_norms[i,l]     accumulates
//             (zero where the norm is zero)
// shapes    W_dec, grad_W_dec [d_sae, n_sites, d_in] as vec4f, d_in = 4·width4; site_norms [d_sae, n_sites];
//           norms [d_sae]; grad_norms [d_sae]; latents in pieces of `latents` from `first` where
//           W_dec exceeds a binding; sites from_site to from_site + n_sites of the of_sites that a latent has
// dispatch  forward: the min(WG, n_sites · runs) invocations of a latent walk a run each, in turns where there are more, and
//           the first of them adds up; as many latents a workgroup as fit, workgroup = group.y · groups.x + group.x
//           forward_alone: the same sums for a CPU adapter, to which barriers are dear: a latent an invocation,
//           latent = id.y · 64 · groups.x + id.x
//           backward: X vec4f of WG / X latents a workgroup, folded: row of workgroups = group.z · groups.y + group.y
// work      forward: flop 8 * latents * n_sites * width4; turns (RUN + 7) / 8 * ((n_sites * runs + WG - 1) / WG)
//           forward_alone: flop 8 * latents * n_sites * width4; turns n_sites * runs * ((RUN + 7) / 8)
//           backward: flop 12 * latents * n_sites * width4; turns 1
// checked   tests/crosscoder/fused_loss_test.ts, tests/crosscoder/losses/losses_test.ts: plain TypeScript and PyTorch
const WG = 256u;
const RUN = 32u;
const X = 64u;
struct Params { latents: u32, first: u32, n_sites: u32, width4: u32, from_site: u32, of_sites: u32, runs: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> W_dec: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> site_norms: array<f32>;
@group(0) @binding(3) var<storage, read_write> norms: array<f32>;
@group(0) @binding(4) var<storage, read> grad_norms: array<f32>;
@group(0) @binding(5) var<storage, read_write> grad_W_dec: array<vec4f>;

var<workgroup> squares: array<f32, WG>;

// Σ of the squares of W_dec[start .. end), in order.
fn run_squares(start: u32, end: u32) -> f32 {
  var sum = vec4f(0);
  for (var j = start; j < end; j += 8u) {
    @unroll(u, 8) {
      let w = select(vec4f(0), W_dec[min(j + u, end - 1u)], j + u < end);
      sum += w * w;
    }
  }
  return sum.x + sum.y + (sum.z + sum.w);
}

@compute @workgroup_size(WG)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let units = params.n_sites * params.runs; // runs of a latent
  let together = min(units, WG);
  let mine = local / together;
  let latent = (group.y * groups.x + group.x) * (WG / together) + mine;
  let here = mine < WG / together && latent < params.latents;
  let lane = local % together;
  let i = params.first + latent;
  var l = 0u;
  var run = 0u;
  var site = 0.0;
  var total = 0.0;
  for (var base = 0u; base < units; base += together) {
    let unit = base + lane;
    var sum = 0.0;
    if (here && unit < units) {
      let start = (latent * params.of_sites + params.from_site + unit / params.runs) * params.width4;
      let begin = unit % params.runs * RUN;
      sum = run_squares(start + begin, start + min(begin + RUN, params.width4));
    }
    squares[local] = sum;
    workgroupBarrier();
    if (here && lane == 0u) {
      for (var k = 0u; k < min(together, units - base); k++) {
        site += squares[local + k];
        run++;
        if (run == params.runs) {
          let norm = sqrt(site);
          site_norms[i * params.n_sites + l] = norm;
          total += norm;
          l++;
          run = 0u;
          site = 0.0;
        }
      }
    }
    workgroupBarrier();
  }
  if (here && lane == 0u) { norms[i] = total; }
}

@compute @workgroup_size(64)
fn forward_alone(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let latent = id.y * groups.x * 64u + id.x;
  if (latent >= params.latents) { return; }
  let i = params.first + latent;
  var total = 0.0;
  for (var l = 0u; l < params.n_sites; l++) {
    let start = (latent * params.of_sites + params.from_site + l) * params.width4;
    var site = 0.0;
    for (var run = 0u; run < params.runs; run++) {
      site += run_squares(start + run * RUN, start + min((run + 1u) * RUN, params.width4));
    }
    let norm = sqrt(site);
    site_norms[i * params.n_sites + l] = norm;
    total += norm;
  }
  norms[i] = total;
}

@compute @workgroup_size(WG)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let latent = (group.z * groups.y + group.y) * (WG / X) + local / X;
  let j = group.x * X + local % X;
  if (j >= params.n_sites * params.width4 || latent >= params.latents) { return; }
  let i = params.first + latent;
  let norm = site_norms[i * params.n_sites + j / params.width4];
  let at = (latent * params.of_sites + params.from_site) * params.width4 + j;
  if (norm != 0.0) { grad_W_dec[at] = grad_W_dec[at] + grad_norms[i] / norm * W_dec[at]; }
}
