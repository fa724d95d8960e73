// context.wgsl: what a neuron's pre-activation is without the active latents, c[t,k] = z[t,k] − Σ_e act[e] w[latent[e],k].
//
//   The sum runs over the entries e of token t, start[t] ≤ e < start[t + 1]. What is left are bias, b_dec and error node.
// shapes    z, c [tokens, 4·ld]; start [tokens + 1]; latent, act [entries]; w [d_sae, 4·ld]; overwrites c; padding: 0 stays 0
// dispatch  (ceil(ld / 64), tokens), folded: token = id.z · groups.y + id.y; four neurons an invocation
// limits    at most 65,471 active latents at a token
// checked   tests/interactions/players/players_test.ts
struct Params { tokens: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> latent: array<u32>;
@group(0) @binding(3) var<storage, read> act: array<f32>;
@group(0) @binding(4) var<storage, read> w: array<vec4f>;
@group(0) @binding(5) var<storage, read> z: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let at = token * params.ld + id.x;
  var rest = z[at];
  for (var e = start[token]; e < start[token + 1u]; e++) { rest -= act[e] * w[latent[e] * params.ld + id.x]; }
  c[at] = rest;
}
