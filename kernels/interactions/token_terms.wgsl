// token_terms.wgsl: what pair metrics need of a neuron at a token, whatever the pair. Stands behind phi.wgsl; S = z − c = Σ a.
//
//   curvature   out = φ''(z)
//   effect      out = φ(z) − φ(c)
//   integrated  out = ∫₀¹ u ln(1/u) φ''(c + u S) du, which is ∫∫ α β φ''(c + α β S) dα dβ over [0,1]²: the factor of a_i a_j in
//               the integrated Hessian; Gauss and Legendre's rule of POINTS nodes, of ReLU u ln(1/u) / |S| at u = −c / S
//   reach       out = osc where the neuron's curvature can be met by some subset of the active latents, else 0: of ReLU where
//               c − N < 0 < c + P, with the sums N and P of |a| of either sign; of the others everywhere
//   dominant    first[t,k] = the entry of the largest |a|, the earlier one of equals; NONE where the token has no entry
// shapes    z, c, out [tokens, 4·ld]; rule [POINTS, 4]: node u = v², weight · 4 v³ ln(1/v) of the rule in v; first u32 [tokens, 4·ld]; all overwrite
// dispatch  (ceil(ld / 64), tokens), folded: token = id.z · groups.y + id.y
// checked   tests/interactions/pairs/pair_scores_test.ts
const POINTS = 24u;
const NONE = 4294967295u;
struct Params { tokens: u32, ld: u32, osc: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> latent: array<u32>;
@group(0) @binding(3) var<storage, read> act: array<f32>;
@group(0) @binding(4) var<storage, read> w: array<vec4f>;
@group(0) @binding(5) var<storage, read> z: array<vec4f>;
@group(0) @binding(6) var<storage, read> c: array<vec4f>;
@group(0) @binding(7) var<storage, read> rule: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> first: array<vec4u>;

@compute @workgroup_size(64)
fn curvature(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let at = token * params.ld + id.x;
  out[at] = phi_curvature(z[at]);
}

@compute @workgroup_size(64)
fn effect(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let at = token * params.ld + id.x;
  out[at] = phi(z[at]) - phi(c[at]);
}

@compute @workgroup_size(64)
fn integrated(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let at = token * params.ld + id.x;
  let S = z[at] - c[at];
  @if(PHI == 2) {
    // Where c and z have one sign, or S is 0, u is no place between 0 and 1 and nothing is divided.
    let crosses = sign(c[at]) * sign(z[at]) < vec4f(0);
    let u = select(vec4f(1), -c[at] / select(vec4f(1), S, crosses), crosses);
    out[at] = select(vec4f(0), -u * log(u) / abs(select(vec4f(1), S, crosses)), crosses);
  }
  @if(PHI != 2) {
    var sum = vec4f(0);
    for (var n = 0u; n < POINTS; n++) { sum += rule[n].y * phi_curvature(c[at] + rule[n].x * S); }
    out[at] = sum;
  }
}

@compute @workgroup_size(64)
fn reach(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let at = token * params.ld + id.x;
  @if(PHI != 2) { out[at] = vec4f(params.osc); }
  @if(PHI == 2) {
    var low = c[at];
    var high = c[at];
    for (var e = start[token]; e < start[token + 1u]; e++) {
      let a = act[e] * w[latent[e] * params.ld + id.x];
      low += min(a, vec4f(0));
      high += max(a, vec4f(0));
    }
    out[at] = select(vec4f(0), vec4f(params.osc), (low < vec4f(0)) & (high > vec4f(0)));
  }
}

@compute @workgroup_size(64)
fn dominant(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  var largest = vec4f(-1);
  var entry = vec4u(NONE);
  for (var e = start[token]; e < start[token + 1u]; e++) {
    let a = abs(act[e] * w[latent[e] * params.ld + id.x]);
    entry = select(entry, vec4u(e), a > largest);
    largest = max(largest, a);
  }
  first[token * params.ld + id.x] = entry;
}
