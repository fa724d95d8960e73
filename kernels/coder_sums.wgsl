// coder_sums.wgsl: adds up what squared_error.wgsl and jumprelu.wgsl summed in parts of a batch, and puts each sum in its place.
//
//   sums [parts, 2 · ld_error + 6 · ld], as vec4f: gradient of the error, its squares, then the six sums of jumprelu.wgsl
//   grad_b_dec, grad_b_enc, grad_log_threshold   the first, third and fourth      overwrite, with add_.. = 1 accumulate
//   stats [4, 4·ld_stats]   squares, sparsity, pre-activation, share that fires; 0 beyond their ends. Without BELOW [3, ..],
//                           where there is no loss on the pre-activation
//   norm_shares [d_sae, n_sites]   grad_norms[i] / site_norms[i,l], 0 where that norm is: what the decoder's weights are
//                           multiplied by in their gradient.   Both overwrite, with ADD accumulate: a batch in several pieces
// shapes    site_norms and norm_shares unpadded; without NORMS nothing is asked of the decoder's norms
// dispatch  an invocation a vec4f of these; index = id.y · stride + id.x
// work      main: flop 4 * parts * (2 * ld_error + 6 * ld); turns (parts + 7) / 8
// checked   tests/crosscoder/fused_loss_test.ts
const ADD = 0;
const BELOW = 1;
const NORMS = 1;
const WG = 64;
struct Params {
  parts: u32, ld_error: u32, ld: u32, ld_stats: u32, stride: u32, add_b_dec: u32, add_b_enc: u32, add_threshold: u32,
  d_sae: u32, n_sites: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> grad_b_dec: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> grad_b_enc: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> grad_log_threshold: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec4f>;
@group(0) @binding(6) var<storage, read> site_norms: array<f32>;
@group(0) @binding(7) var<storage, read_write> norm_shares: array<f32>;

fn total(column: u32) -> vec4f {
  let ld = 2u * params.ld_error + 6u * params.ld;
  var sum = vec4f(0);
  for (var p = 0u; p < params.parts; p += 8u) {
    @unroll(u, 8) {
      sum = sum + select(vec4f(0), sums[min(p + u, params.parts - 1u) * ld + column], p + u < params.parts);
    }
  }
  return sum;
}

// Shares of four latents, from the gradient of their norms.
fn share(column: u32, grad_norms: vec4f) {
  for (var l = 0u; l < params.n_sites; l++) {
    @unroll(u, 4) {
      let latent = 4u * column + u;
      if (latent < params.d_sae) {
        let at = latent * params.n_sites + l;
        let norm = site_norms[at];
        let own = select(grad_norms[u] / norm, 0.0, norm == 0.0);
        @if(ADD == 0) { norm_shares[at] = own; }
        @if(ADD == 1) { norm_shares[at] += own; }
      }
    }
  }
}

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let latents = 2u * params.ld_error; // the first column of jumprelu.wgsl's sums
  // Which sum, and where it goes: one walk for all of them, since a CPU adapter walks every branch for every invocation.
  var i = id.y * params.stride + id.x;
  var place = 0u;
  var column = i;
  if (i >= params.ld_error) {
    i -= params.ld_error;
    place = 1u + i / params.ld;
    column = latents + i;
    if (place > 2u) { column = latents + 5u * params.ld + (i - 2u * params.ld); }
  }
  var inside = true;
  if (place > 3u) {
    place = 4u;
    i -= 3u * params.ld;
    var row = i / params.ld_stats;
    let at = i % params.ld_stats;
    @if(BELOW == 0) { row += select(0u, 1u, row > 1u); }
    if (row > 3u) { return; }
    column = select(latents + (1u + row) * params.ld, params.ld_error, row == 0u) + at;
    inside = at < select(params.ld, params.ld_error, row == 0u);
  }
  let sum = select(vec4f(0), total(select(0u, column, inside)), inside);
  if (place == 0u) { grad_b_dec[i] = select(sum, grad_b_dec[i] + sum, params.add_b_dec == 1u); }
  if (place == 1u) { grad_b_enc[i] = select(sum, grad_b_enc[i] + sum, params.add_b_enc == 1u); }
  if (place == 2u) {
    let c = i - params.ld;
    grad_log_threshold[c] = select(sum, grad_log_threshold[c] + sum, params.add_threshold == 1u);
  }
  @if(NORMS == 1) { if (place == 3u) { share(i - 2u * params.ld, sum); } }
  if (place == 4u) {
    @if(ADD == 0) { stats[i] = sum; }
    @if(ADD == 1) { stats[i] += sum; }
  }
}
