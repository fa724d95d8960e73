// brute_force.wgsl: decides every sequence of a Max-of-K model from tables of logits times attention weights.
//
//   s[x] = query[q,x] + Σ_i term_i[q,t_i,x]: the softmax denominator times the logit of x, a constant apart
//   m = max of the tokens; slack = Σ_i errors_i[q,t_i] bounds all rounding, here and in the tables
//   right       s[x] < s[m] − slack for all x ≠ m            counts[q,m] += 1      accumulates
//   wrong       s[x] > s[m] + slack for an x ≠ m             nothing
//   undecided   else, and whatever is NaN                    undecided = count, then (index, q) of the first `capacity`
// A workgroup has one q and one choice of the outer tokens; it walks over the inner token, R at a time, and its lanes own
// C · 4 last tokens each. So the sums of a prefix are shared and a sequence costs d_vocab additions and comparisons.
// x = m itself is not below its own threshold: right means that all but one of the x are below.
// It is no float32 evaluation of the model, and stands for none: from tables widened for a class of evaluations
// (lib/proofs/evaluation), whose widths are in the errors, it counts what is right in every evaluation of that class.
// Its own sums hold under WGSL's rules: any order, either neighbour, flushed subnormals, products fused.
// shapes    rows [q][1 + outer_positions · v + inner][width]: query, outer and inner terms; last [q][width][4 · t4];
//           diagonal [q][4 · t4], last at x = t; errors [q][outer_positions + 2][4 · t4]; counts [q][v]. Beyond v: rows 0,
//           last −3e38. TEXELS 1: rows and last in textures, texel t at (t mod 2^SHIFT, t / 2^SHIFT), by to_texels.wgsl
// dispatch  (choices of the outer tokens, ceil(v / (4 · LANES · C)), q); index = outer + inner · stride_inner + last · stride_last.
//           Inner tokens inner_first .. inner_end: llvmpipe leaves all loops of an invocation after 65,535 turns
// limits    counts below 2^32; integer atomics only, so counts do not depend on order; the list's order does.
//           Subgroup operations stand where all lanes of a workgroup pass alike: all bounds and jumps around them are uniform
// rounding  the slack has 2 u for each of the K − 1 additions of a sum (either neighbour), which holds in any order and
//           grouping of them; a flushed subnormal is in it as well. The one product, 2.5 · slack, may be fused or not: half a
//           slack is room for both. No term and no sum is infinite or NaN, whatever the model (brute_force_terms.ts), so that
//           a compiler may turn a comparison around
// checked   tests/proofs/gpu/brute_force_test.ts: exact enumeration of tiny models, a trained model's known count
const SUBGROUP = 1;
const TEXELS = 1;
const SHIFT = 11u;
const LANES = 8u;
const R = 4;
const C = 2;
const WIDTH4 = 16u;

struct Params {
  v: u32, t4: u32, outer_positions: u32, inner: u32, outer_first: u32,
  stride_inner: u32, stride_last: u32, capacity: u32, inner_first: u32, inner_end: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@if(TEXELS == 1) {
  @group(0) @binding(1) var rows: texture_storage_2d<rgba32float, read>;
  @group(0) @binding(2) var last: texture_storage_2d<rgba32float, read>;
}
@if(TEXELS == 0) {
  @group(0) @binding(1) var<storage, read> rows: array<vec4f>;
  @group(0) @binding(2) var<storage, read> last: array<vec4f>;
}
@group(0) @binding(3) var<storage, read> diagonal: array<vec4f>;
@group(0) @binding(4) var<storage, read> errors: array<f32>;
@group(0) @binding(5) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(6) var<storage, read_write> undecided: array<atomic<u32>>;

fn row_at(t: u32) -> vec4f {
  @if(TEXELS == 1) { return textureLoad(rows, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT)); }
  @if(TEXELS == 0) { return rows[t]; }
}

fn last_at(t: u32) -> vec4f {
  @if(TEXELS == 1) { return textureLoad(last, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT)); }
  @if(TEXELS == 0) { return last[t]; }
}

// The prefix's sums without the inner token.
var<workgroup> outer: array<vec4f, WIDTH4>;

fn ones(flags: vec4<bool>) -> u32 {
  let n = select(vec4u(0), vec4u(1), flags);
  return (n.x + n.y) + (n.z + n.w);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let q = group.z;
  let v = params.v;
  let outer_index = params.outer_first + group.x;
  let terms = q * (params.outer_positions * v + 1u + params.inner) * WIDTH4;
  let slacks = q * (params.outer_positions + 2u) * 4u * params.t4;
  var largest = q;
  var slack = 0.0;
  for (var x4 = lane; x4 < WIDTH4; x4 += LANES) { outer[x4] = row_at(terms + x4); }
  var rest = outer_index;
  for (var i = 0u; i < params.outer_positions; i++) {
    let t = rest % v;
    rest = rest / v;
    largest = max(largest, t);
    slack = slack + errors[slacks + i * 4u * params.t4 + t];
    let row = terms + (1u + i * v + t) * WIDTH4;
    for (var x4 = lane; x4 < WIDTH4; x4 += LANES) { outer[x4] = outer[x4] + row_at(row + x4); }
  }
  workgroupBarrier();

  var column: array<u32, C>;      // which vec4f of last tokens
  var slack_last: array<vec4f, C>;
  var own_outer: array<vec4f, C>; // outer and last at x = the last token
  var own_last: array<vec4f, C>;
  var found: array<vec4u, C>;     // right sequences whose maximum is the last token
  let slack_row = slacks + (params.outer_positions + 1u) * 4u * params.t4;
  @unroll(c, C) {
    column[c] = min((group.y * C + c) * LANES + lane, params.t4 - 1u);
    let e = slack_row + 4u * column[c];
    slack_last[c] = vec4f(errors[e], errors[e + 1u], errors[e + 2u], errors[e + 3u]);
    own_outer[c] = outer[column[c]];
    own_last[c] = diagonal[q * params.t4 + column[c]];
  }
  let last0 = q * 4u * WIDTH4 * params.t4;
  let inner_rows = terms + (1u + params.outer_positions * v) * WIDTH4;
  let inner_slacks = slacks + params.outer_positions * 4u * params.t4;

  for (var first = params.inner_first; first < params.inner_end; first += R) {
    var row: array<u32, R>;
    var top: array<u32, R>;
    var threshold: array<vec4f, R * C>;
    var below: array<vec4u, R * C>;
    @unroll(r, R) {
      let t = min(first + r, params.inner_end - 1u);
      row[r] = inner_rows + t * WIDTH4;
      top[r] = max(largest, t);
      let known = slack + errors[inner_slacks + t];
      let at_top = outer[top[r] / 4u][top[r] % 4u] + row_at(row[r] + top[r] / 4u)[top[r] % 4u];
      @unroll(c, C) {
        let there = (own_outer[c] + row_at(row[r] + column[c])) + own_last[c];
        let here = at_top + last_at(last0 + top[r] * params.t4 + column[c]);
        let own = select(here, there, vec4u(0, 1, 2, 3) + 4u * column[c] > vec4u(top[r]));
        threshold[r * C + c] = own - (known + slack_last[c]);
        below[r * C + c] = vec4u(0); // naga clears a variable of a loop's body only once
      }
    }
    @if(SUBGROUP == 1) {
      // Each lane holds four x of every prefix; part j of all lanes is handed round, then the parts move up.
      for (var x4 = 0u; x4 < WIDTH4; x4 += LANES) {
        let shared_outer = outer[x4 + lane];
        var mine: array<vec4f, R>;
        @unroll(r, R) { mine[r] = shared_outer + row_at(row[r] + x4 + lane); }
        for (var j = 0u; j < 4u; j++) {
          @unroll(s, LANES) {
            var l: array<vec4f, C>;
            @unroll(c, C) { l[c] = last_at(last0 + (4u * (x4 + s) + j) * params.t4 + column[c]); }
            @unroll(r, R) {
              let base = subgroupBroadcast(mine[r].x, s % LANES);
              @unroll(c, C) {
                below[r * C + c] += select(vec4u(0), vec4u(1), base + l[c] < threshold[r * C + c]);
              }
            }
          }
          @unroll(r, R) { mine[r] = mine[r].yzwx; }
        }
      }
    }
    @if(SUBGROUP == 0) {
      for (var x4 = 0u; x4 < WIDTH4; x4++) {
        @unroll(r, R) {
          let base = outer[x4] + row_at(row[r] + x4);
          @unroll(j, 4) {
            @unroll(c, C) {
              let s = base[j] + last_at(last0 + (4u * x4 + j) * params.t4 + column[c]);
              below[r * C + c] += select(vec4u(0), vec4u(1), s < threshold[r * C + c]);
            }
          }
        }
      }
    }
    var all_right = true;
    @unroll(r, R) {
      var shared_maximum = 0u;
      @unroll(c, C) {
        let tokens = vec4u(0, 1, 2, 3) + 4u * ((group.y * C + c) * LANES + lane);
        let valid = (tokens < vec4u(v)) & vec4<bool>(first + r < params.inner_end);
        let right = valid & (below[r * C + c] == vec4u(4u * WIDTH4 - 1u));
        let own_maximum = tokens > vec4u(top[r]);
        found[c] += select(vec4u(0), vec4u(1), right & own_maximum);
        shared_maximum += ones(right & !own_maximum);
        all_right = all_right & all(right == valid);
      }
      @if(SUBGROUP == 1) {
        let sum = subgroupAdd(shared_maximum);
        if (lane == 0u && sum > 0u) { atomicAdd(&counts[q * v + top[r]], sum); }
      }
      @if(SUBGROUP == 0) {
        if (shared_maximum > 0u) { atomicAdd(&counts[q * v + top[r]], shared_maximum); }
      }
    }
    // No "continue": lanes that leave an iteration on their own would miss the next one's subgroup operations.
    if (!all_right) {
      // Copies: an index that is no constant would move the arrays of the loop above out of registers.
      var limits = threshold;
      var under = below;
      for (var n = 0u; n < R * C; n++) {
        let inner = first + n / C;
        let column_n = (group.y * C + n % C) * LANES + lane;
        for (var j = 0u; j < 4u; j++) {
          let token = 4u * column_n + j;
          if (inner >= params.inner_end || token >= v || under[n][j] == 4u * WIDTH4 - 1u) { continue; }
          let place = Place(inner_rows + inner * WIDTH4, last0 + column_n, j, max(max(largest, inner), token));
          let whole_slack = (slack + errors[inner_slacks + inner]) + errors[slack_row + token];
          if (!is_wrong(limits[n][j], whole_slack, place)) {
            append(outer_index + inner * params.stride_inner + token * params.stride_last, q);
          }
        }
      }
    }
  }
  @unroll(c, C) {
    let token = 4u * ((group.y * C + c) * LANES + lane);
    @unroll(j, 4) { if (found[c][j] > 0u) { atomicAdd(&counts[q * v + token + j], found[c][j]); } }
  }
}

struct Place { row: u32, last: u32, part: u32, largest: u32 }

// True where some x other than the maximum lies above it by more than the slack.
fn is_wrong(threshold: f32, slack: f32, place: Place) -> bool {
  // threshold is s[m] − slack, rounded: half a slack on top of s[m] + slack covers the roundings.
  let bar = threshold + 2.5 * slack;
  for (var x4 = 0u; 4u * x4 < params.v; x4++) {
    let base = outer[x4] + row_at(place.row + x4);
    @unroll(j, 4) {
      let x = 4u * x4 + j;
      let s = base[j] + last_at(place.last + x * params.t4)[place.part];
      if (s > bar && x != place.largest && x < params.v) { return true; }
    }
  }
  return false;
}

fn append(index: u32, q: u32) {
  let slot = atomicAdd(&undecided[0], 1u);
  if (slot < params.capacity) {
    atomicStore(&undecided[1u + 2u * slot], index);
    atomicStore(&undecided[2u + 2u * slot], q);
  }
}
