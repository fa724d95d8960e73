// neuron_scores.wgsl: how far every neuron is from adding up its latents, and the bounds on it. Stands behind phi.wgsl for f32.
//
//   a_e = act w[latent] of the token's n entries, in the order in which they are listed; z; c = z − Σ a
//   E  = φ(z) − φ(c) − Σ_e [φ(c + a_e) − φ(c)]                                          exact excess, written
//   with |a| falling (of equal ones the earlier first), s = c + a_1:  e_j = [φ(s + a_j) − φ(s)] − [φ(c + a_j) − φ(c)], s += a_j
//   and in the given order, s_p = c + Σ_{e before p} a_e:  δ_pq = I(a_p, a_q; s_p), the Shapley-Taylor terms of that order
//   sums[token, block, ·]: over the neurons of the block; n = ‖w_out,k‖
//     0 Σ n |E|   1 Σ n Σ|e_j|   2 Σ n Σ|δ|   3 Σ n osc (Σ|a| − |a_1|)   4..6 Σ n osc (Σ|a| − m largest), m = 2, 3, 5
//     7..9 Σ n |E − E(m largest alone)|   10 Σ n osc Σ_{i<j} min(|a_i|, |a_j|), of ReLU where the kink is in reach; 11 everywhere
//     12 Σ n |Σ_{i<j} I(a_i, a_j; c) − E|   13 Σ n |Σ_{i<j} I(a_i, a_j; z − a_i − a_j) − E|
//     14 Σ |a_1| / Σ|a|   15 neurons whose sign some single removal turns   16 Σ n Σ|a|   17 neurons with Σ|a| > 0
//     maxima: 18 |Σ e − E|   19 |Σ δ − E|   20 |e_j| / (osc |a_j|)
//     counts above their bound by more than TOLERANCE (1 + |z|): 21 dominant   22 |φ(z) − φ(c + a_1)|   23 some e_j   24..26 few
//     27 min   28 Σ|e|   29 Σ|δ|   30 |E| > 1e-4 where no subset of latents reaches 0: none for ReLU
//   histograms u32 [4, BINS]: of log10(bound / |E|) where |E| > 1e-3, bounds Σ|e|, Σ|δ|, dominant, min (10); bin = (log10 + 1) · 20
// shapes    start [tokens + 1]; entries [entries, 2]: latent, bits of act; w [d_sae, ld]; z, E [tokens, ld]; norms [ld];
//           sums [tokens, blocks, SUMS] overwritten, E overwritten for k < d_mlp, histograms added to (integers: any order is the same)
// dispatch  ceil(tokens · blocks / 64): an invocation has a token and the neurons block, block + blocks, ...
// limits    ACTIVE ≥ the entries of any token; turns of all loops (see neuron_scores.ts) below 65,535
// checked   tests/interactions/pairs/neuron_scores_test.ts
const ACTIVE = 16u;
const SUMS = 32u;
const BINS = 100;
const TOLERANCE = 1e-5;
struct Params { tokens: u32, blocks: u32, d_mlp: u32, ld: u32, stride: u32, osc: f32, steepest: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> start: array<u32>;
@group(0) @binding(2) var<storage, read> entries: array<vec2u>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read> z: array<f32>;
@group(0) @binding(5) var<storage, read> norms: array<f32>;
@group(0) @binding(6) var<storage, read_write> E: array<f32>;
@group(0) @binding(7) var<storage, read_write> sums: array<f32>;
@group(0) @binding(8) var<storage, read_write> histograms: array<atomic<u32>>;

fn above(value: f32, bound: f32, slack: f32) -> f32 { return select(0.0, 1.0, value > bound + slack); }

fn bin(which: i32, bound: f32, excess: f32) {
  let place = i32(floor(20.0 * (log2(max(bound, 1e-30) / excess) * 0.3010299956639812 + 1.0)));
  atomicAdd(&histograms[which * BINS + clamp(place, 0, BINS - 1)], 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = id.y * params.stride + id.x;
  let token = at / params.blocks;
  if (token >= params.tokens) { return; }
  let from_entry = start[token];
  let n = min(start[token + 1u] - from_entry, ACTIVE);
  var total: array<f32, SUMS>;
  var a: array<f32, ACTIVE>;        // contributions, in the given order and then by size
  var alone: array<f32, ACTIVE>;    // φ(c + a)
  var other: array<f32, ACTIVE>;    // φ(z − a), then φ(s + a) along the order
  for (var k = at % params.blocks; k < params.d_mlp; k += params.blocks) {
    let z_k = z[token * params.ld + k];
    var c = z_k;
    var mass = 0.0;
    var low = 0.0;
    for (var i = 0u; i < n; i++) {
      let entry = entries[from_entry + i];
      let value = bitcast<f32>(entry.y) * w[entry.x * params.ld + k];
      a[i] = value;
      c -= value;
      mass += abs(value);
      low += min(value, 0.0);
    }
    let in_reach = c + low < 0.0 && c + low + mass > 0.0;
    let at_z = phi(z_k);
    let at_c = phi(c);
    var excess = at_z - at_c;
    var flips = 0.0;
    for (var i = 0u; i < n; i++) {
      let value = a[i];
      alone[i] = phi(c + value);
      other[i] = phi(z_k - value);
      excess -= alone[i] - at_c;
      flips = select(flips, 1.0, (z_k > 0.0) != (z_k - value > 0.0));
    }
    E[token * params.ld + k] = excess;
    // Pairs in the contexts of nothing and of everything else.
    var inserted = 0.0;
    var removed = 0.0;
    for (var i = 0u; i < n; i++) {
      let a_i = a[i];
      let alone_i = alone[i];
      let other_i = other[i];
      for (var j = i + 1u; j < n; j++) {
        inserted += (phi(c + a_i + a[j]) - alone_i) - (alone[j] - at_c);
        removed += (phi(z_k - a_i - a[j]) - other_i) - (other[j] - at_z);
      }
    }
    // Shapley-Taylor terms of the given order: other[j] is φ(s + a_j), s what came before.
    for (var i = 0u; i < n; i++) { other[i] = alone[i]; }
    var s = c;
    var at_s = at_c;
    var terms = 0.0;
    var sizes = 0.0;
    for (var i = 0u; i < n; i++) {
      s += a[i];
      let next = other[i];
      for (var j = i + 1u; j < n; j++) {
        let with_both = phi(s + a[j]);
        let d = (with_both - next) - (other[j] - at_s);
        other[j] = with_both;
        terms += d;
        sizes += abs(d);
      }
      at_s = next;
    }
    // By size, an insertion at a time.
    for (var i = 1u; i < n; i++) {
      let value = a[i];
      let point = alone[i];
      var j = i;
      while (j > 0u && abs(a[j - 1u]) < abs(value)) {
        a[j] = a[j - 1u];
        alone[j] = alone[j - 1u];
        j--;
      }
      a[j] = value;
      alone[j] = point;
    }
    var telescoped = 0.0;
    var telescoped_size = 0.0;
    var steepest_term = 0.0;
    var term_above = 0.0;
    var lipschitz = 0.0;
    var least = 0.0;
    var largest = 0.0;
    var kept = 0.0;                 // Σ|a| of those passed
    var few = vec3f(mass, mass, mass);
    var few_excess = vec3f(excess);
    let slack = TOLERANCE * (1.0 + abs(z_k));
    s = c;
    at_s = at_c;
    var singles = 0.0;              // Σ [φ(c + a) − φ(c)] of those passed
    for (var i = 0u; i < n; i++) {
      let value = a[i];
      let size = abs(value);
      s += value;
      let next = phi(s);
      let single = alone[i] - at_c;
      if (i == 0u) {
        largest = size;
        lipschitz = abs(at_z - next);
      } else {
        let e = (next - at_s) - single;
        telescoped += e;
        telescoped_size += abs(e);
        steepest_term = max(steepest_term, select(0.0, abs(e) / (params.osc * size), size > 1e-3));
        term_above = max(term_above, above(abs(e), params.osc * size, slack));
        least += f32(i) * size;
      }
      at_s = next;
      singles += single;
      kept += size;
      let here = vec3u(i + 1u) == vec3u(2u, 3u, 5u);
      few = select(few, vec3f(max(mass - kept, 0.0)), here);
      few_excess = select(few_excess, vec3f(next - at_c - singles), here);
    }
    // With fewer than m latents nothing is left out.
    few = select(few, vec3f(0.0), vec3u(n) < vec3u(2u, 3u, 5u));
    let bounds = params.osc * few;
    let missed = abs(vec3f(excess) - few_excess);
    let dominant = params.osc * max(mass - largest, 0.0);
    let open = params.osc * least;
    @if(PHI == 2) { let gated = select(0.0, open, in_reach); }
    @if(PHI != 2) { let gated = open; }
    let size = abs(excess);
    let norm = norms[k];
    total[0] += norm * size;
    total[1] += norm * telescoped_size;
    total[2] += norm * sizes;
    total[3] += norm * dominant;
    @unroll(m, 3) { total[4 + m] += norm * bounds[m]; total[7 + m] += norm * missed[m]; total[24 + m] += above(missed[m], bounds[m], slack); }
    total[10] += norm * gated;
    total[11] += norm * open;
    total[12] += norm * abs(inserted - excess);
    total[13] += norm * abs(removed - excess);
    total[14] += select(0.0, largest / max(mass, 1e-30), mass > 0.0);
    total[15] += flips;
    total[16] += norm * mass;
    total[17] += select(0.0, 1.0, mass > 0.0);
    total[18] = max(total[18], abs(telescoped - excess));
    total[19] = max(total[19], abs(terms - excess));
    total[20] = max(total[20], steepest_term);
    total[21] += above(size, dominant, slack);
    total[22] += above(lipschitz, params.steepest * max(mass - largest, 0.0), slack);
    total[23] += term_above;
    total[27] += above(size, gated, slack);
    total[28] += above(size, telescoped_size, slack);
    total[29] += above(size, sizes, slack);
    total[30] += select(0.0, 1.0, !in_reach && size > 1e-4);
    if (size > 1e-3) {
      bin(0, telescoped_size, size);
      bin(1, sizes, size);
      bin(2, dominant, size);
      bin(3, gated, size);
    }
  }
  @unroll(q, SUMS) { sums[at * SUMS + q] = total[q]; }
}
