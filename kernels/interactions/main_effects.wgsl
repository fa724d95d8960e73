// main_effects.wgsl: what one active latent does at each neuron, D[e,k] = φ(rest + s a) − φ(rest). Stands behind phi.wgsl.
//
//   insertion  rest = c, s = 1: φ(c + a) − φ(c)        removal  rest = z, s = −1: minus what removing it takes away
// shapes    token, latent, act [entries]; w [d_sae, 4·ld]; rest [tokens, 4·ld]; D [count, 4·ld] of the entries from `first` on;
//           overwrites; padding of w is 0, and so is that of D
// dispatch  (ceil(ld / 64), count), folded: row = id.z · groups.y + id.y; four neurons of one entry an invocation
// checked   tests/interactions/pairs/pair_scores_test.ts
struct Params { count: u32, first: u32, ld: u32, sign: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> token: array<u32>;
@group(0) @binding(2) var<storage, read> latent: array<u32>;
@group(0) @binding(3) var<storage, read> act: array<f32>;
@group(0) @binding(4) var<storage, read> w: array<vec4f>;
@group(0) @binding(5) var<storage, read> rest: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> D: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.count) { return; }
  let e = params.first + row;
  let r = rest[token[e] * params.ld + id.x];
  let a = act[e] * w[latent[e] * params.ld + id.x];
  D[row * params.ld + id.x] = phi(r + params.sign * a) - phi(r);
}
