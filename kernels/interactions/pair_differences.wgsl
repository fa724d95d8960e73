// pair_differences.wgsl: what two active latents i, j do together at each neuron, D[row, k], for a run of instances that share i.
// Stands behind phi.wgsl. a = act · w[latent] is the contribution of an entry to the neuron.
//
//   METRIC 0  mixed     I(s a_i, s a_j; rest + Σ_{e before i} a_e)   insertion: rest = c, s = 1; removal: rest = z, s = −1; the sum
//                                                                    with PREFIX alone, for entries in the order of a permutation
//   METRIC 1  product   rest · a_i a_j                               rest = a curvature of the neuron at the token
//   METRIC 2  slope     a_i (φ'(rest) − φ'(rest − a_j))              rest = z: what removing j does to the slope of i
//   METRIC 3  slope     a_j (φ'(rest) − φ'(rest − a_i))
//   METRIC 4  flips     |a_i| 1[removing j turns the sign of rest] + |a_j| 1[removing i turns it]      rest = z
//   METRIC 5  dominant  (|a_j| where i dominates the neuron, |a_i| where j does, else 0)
//   METRIC 6  least     rest · min(|a_i|, |a_j|)
//   METRIC 7  dominant  |a_j| where i dominates the neuron, else 0: directed     METRIC 8  |a_i| where j does
// shapes    runs [runs, 4]: token, entry i, and the places `from` to `to` in others [instances, 2]: entry j, row of D; those
//           from `first` to `end` are taken; start [tokens + 1]; latent, act [entries]; w [d_sae, 4·ld]; rest, dominant [tokens, 4·ld]; D [rows, 4·ld]
// writes    ADD 0: overwrites the rows named in others; 1: adds scale · d to them; 2: overwrites them with scale · d
// dispatch  (ceil(ld / 64), end − first), folded: run = first + id.z · groups.y + id.y; four neurons of one run an invocation
// limits    a run has at most 64 instances, a token at most 65,000 active latents; padding of w is 0, and so is that of D
// checked   tests/interactions/pairs/pair_scores_test.ts
const METRIC = 0;
const PREFIX = 0;
const ADD = 0;
struct Params { first: u32, end: u32, ld: u32, sign: f32, scale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> runs: array<vec4u>;
@group(0) @binding(2) var<storage, read> others: array<vec2u>;
@group(0) @binding(3) var<storage, read> latent: array<u32>;
@group(0) @binding(4) var<storage, read> act: array<f32>;
@group(0) @binding(5) var<storage, read> w: array<vec4f>;
@group(0) @binding(6) var<storage, read> rest: array<vec4f>;
@group(0) @binding(7) var<storage, read> start: array<u32>;
@group(0) @binding(8) var<storage, read> dominant: array<vec4u>;
@group(0) @binding(9) var<storage, read_write> D: array<vec4f>;

fn contribution(entry: u32, column: u32) -> vec4f { return act[entry] * w[latent[entry] * params.ld + column]; }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = params.first + id.z * groups.y + id.y;
  let column = id.x;
  if (column >= params.ld || at >= params.end) { return; }
  let run = runs[at];
  let a_i = contribution(run.y, column);
  @if(METRIC < 5 || METRIC == 6) { var r = rest[run.x * params.ld + column]; }
  @if(PREFIX == 1) { for (var e = start[run.x]; e < run.y; e++) { r += contribution(e, column); } }
  @if(METRIC == 0) {
    let a = params.sign * a_i;
    let at_c = phi(r);
    let at_a = phi(a + r);
  }
  @if(METRIC == 2) { let slope = phi_slope(r); }
  @if(METRIC == 3) { let change = phi_slope(r) - phi_slope(r - a_i); }
  @if(METRIC == 4) {
    let open = r > vec4f(0);
    let turned_by_i = (r - a_i > vec4f(0)) != open;
  }
  @if(METRIC == 5 || METRIC > 6) { let first = dominant[run.x * params.ld + column]; }
  for (var n = run.z; n < run.w; n++) {
    let other = others[n];
    let a_j = contribution(other.x, column);
    @if(METRIC == 0) { let d = phi_meeting(a, params.sign * a_j, r, at_c, at_a); }
    @if(METRIC == 1) { let d = r * a_i * a_j; }
    @if(METRIC == 2) { let d = a_i * (slope - phi_slope(r - a_j)); }
    @if(METRIC == 3) { let d = a_j * change; }
    @if(METRIC == 4) {
      let turned_by_j = (r - a_j > vec4f(0)) != open;
      let d = select(vec4f(0), abs(a_i), turned_by_j) + select(vec4f(0), abs(a_j), turned_by_i);
    }
    @if(METRIC == 5) {
      let d = select(vec4f(0), abs(a_j), first == vec4u(run.y)) + select(vec4f(0), abs(a_i), first == vec4u(other.x));
    }
    @if(METRIC == 6) { let d = r * min(abs(a_i), abs(a_j)); }
    @if(METRIC == 7) { let d = select(vec4f(0), abs(a_j), first == vec4u(run.y)); }
    @if(METRIC == 8) { let d = select(vec4f(0), abs(a_i), first == vec4u(other.x)); }
    let place = other.y * params.ld + column;
    @if(ADD == 0) { D[place] = d; }
    @if(ADD == 1) { D[place] = D[place] + params.scale * d; }
    @if(ADD == 2) { D[place] = params.scale * d; }
  }
}
