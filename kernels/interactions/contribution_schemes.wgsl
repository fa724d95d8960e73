// contribution_schemes.wgsl: pre-activations of which only some contributions of latents are left.
//
//   pre[t,k] = base[k] + Σ a_e over the entries of token t that are kept, a_e = act w[latent, k]
//   KEEP 0  none      1  all      2  the `m` largest by |a|      3  all but the m-th largest, counted from 1
//        4  all but one drawn from (seed, first + t, k)
// Of equal |a| the earlier entry is the larger one.
// shapes    start [tokens + 1]; latent, act [entries]; w [d_sae, 4·ld]; base [4·ld]; pre [tokens, 4·ld]; overwrites
// dispatch  (ceil(ld / 64), tokens), folded: token = id.z · groups.y + id.y; four neurons of one token an invocation
// limits    (m + 1) times the entries of a token: turns of an invocation
// checked   tests/interactions/penalty/schemes_test.ts
const KEEP = 0;
const NONE = 4294967295u;
struct Params { tokens: u32, ld: u32, m: u32, seed: u32, first: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> latent: array<u32>;
@group(0) @binding(3) var<storage, read> act: array<f32>;
@group(0) @binding(4) var<storage, read> w: array<vec4f>;
@group(0) @binding(5) var<storage, read> base: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> pre: array<vec4f>;

// A permuted congruential generator's output of one state (O'Neill 2014; Jarzynski and Olano 2020).
fn hash(v: vec4u) -> vec4u {
  let state = v * vec4u(747796405u) + vec4u(2891336453u);
  let word = ((state >> ((state >> vec4u(28u)) + vec4u(4u))) ^ state) * vec4u(277803737u);
  return (word >> vec4u(22u)) ^ word;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let token = id.z * groups.y + id.y;
  if (id.x >= params.ld || token >= params.tokens) { return; }
  let from_entry = start[token];
  let end = start[token + 1u];
  var sum = base[id.x];
  @if(KEEP == 1) {
    for (var e = from_entry; e < end; e++) { sum += act[e] * w[latent[e] * params.ld + id.x]; }
  }
  @if(KEEP == 4) {
    let k = vec4u(0u, 1u, 2u, 3u) + vec4u(4u * id.x);
    let drawn = hash(k ^ hash(vec4u(params.first + token) ^ hash(vec4u(params.seed))));
    let dropped = vec4u(from_entry) + drawn % vec4u(max(end - from_entry, 1u));
    for (var e = from_entry; e < end; e++) {
      sum += select(act[e] * w[latent[e] * params.ld + id.x], vec4f(0.0), vec4u(e) == dropped);
    }
  }
  @if(KEEP == 2 || KEEP == 3) {
    // One place of the order after the other: the largest that comes behind the last one.
    var size = vec4f(3.0e38);
    var place = vec4u(0u);
    var all = vec4f(0.0);
    for (var m = 0u; m < params.m; m++) {
      var most = vec4f(-1.0);
      var most_at = vec4u(NONE);
      var value = vec4f(0.0);
      all = vec4f(0.0);
      for (var e = from_entry; e < end; e++) {
        let a = act[e] * w[latent[e] * params.ld + id.x];
        all += a;
        let behind = (abs(a) < size) | ((abs(a) == size) & (vec4u(e) > place));
        let better = behind & (abs(a) > most);
        most = select(most, abs(a), better);
        most_at = select(most_at, vec4u(e), better);
        value = select(value, a, better);
      }
      size = most;
      place = most_at;
      @if(KEEP == 2) { sum += value; }
      @if(KEEP == 3) { if (m + 1u == params.m) { sum += all - value; } }
    }
  }
  pre[token * params.ld + id.x] = sum;
}
