// cross_entropy.wgsl: softmax cross-entropy with a weight a row, and its gradient in place. Follows row_group.wgsl.
//
//   rows     per_row[r] = log Σ_j exp(logits[r,j]) − logits[r,targets[r]]; stats = the largest logit of each row, then
//            the sum of exp(logits[r,j] − largest) of each row                              overwrites
//   finish   sums = 1 / Σ among (0 where the sum is 0), loss = sums · Σ weights[r] · per_row[r] over the rows whose weight
//            is not 0                                                                      overwrites
//   gradient (GRAD 1) logits[r,j] = (softmax(logits[r])[j] − [j = targets[r]]) · weights[r] · sums, 0 where the
//            weight is 0, whatever stands in the row                                       overwrites
// A lane reads its share of a row once, TURN vec4f at a time, and rescales what it has summed when a larger logit comes.
// shapes    logits [rows, 4·ld], a piece that begins at row `first` of `all`; targets, weights, per_row [all]; among
//           [total]; loss [4]; sums [4]; stats [2, all]. Padding is written as zeros
// dispatch  finish: one row group; rows, gradient: a row group a row
// work      finish: flop 2 * all + total; turns (all + MANY * LANES - 1) / (MANY * LANES) + (total + MANY * LANES - 1) / (MANY * LANES)
//           rows: flop 80 * rows * ld; turns (ld + TURN * LANES - 1) / (TURN * LANES); bytes logits
//           gradient: flop 60 * rows * ld; turns ld / LANES
// limits    f32; max drops NaN, and so does exp on SwiftShader: its bits tell it, and the sum of exponentials carries it; a
//           target beyond d_vocab gives NaN
// checked   tests/tensor/ops/cross_entropy_test.ts: plain TypeScript, both kinds of row group, several pieces; PyTorch
const GRAD = 0;
const TURN = 8;
const MANY = 32; // rows that a lane adds up in one turn of a loop: llvmpipe leaves all loops after 65,535 turns
const LOWEST = -3.4028234e38;

struct Params { rows: u32, d_vocab: u32, ld: u32, first: u32, all: u32, total: u32, nan: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> per_row: array<f32>;
@group(0) @binding(5) var<storage, read_write> loss: array<vec4f>;
@if(GRAD == 1) { @group(0) @binding(6) var<storage, read_write> logits: array<vec4f>; }
@if(GRAD == 0) { @group(0) @binding(6) var<storage, read> logits: array<vec4f>; }
@group(0) @binding(7) var<storage, read_write> stats: array<f32>;
@group(0) @binding(8) var<storage, read> among: array<f32>;

// The loss of a row, 0 where its weight is, whatever stands there.
fn weighted(r: u32) -> f32 {
  return select(weights[r] * per_row[r], 0.0, weights[r] == 0.0);
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var weight = 0.0;
  var r = lane;
  for (; r + (MANY - 1) * LANES < params.total; r += MANY * LANES) {
    @unroll(t, MANY) { weight = weight + among[r + t * LANES]; }
  }
  for (; r < params.total; r += LANES) { weight = weight + among[r]; }
  let all_weights = row_group_sum(weight, lane);
  let scale = select(1.0 / all_weights, 0.0, all_weights == 0.0);
  var sum = 0.0;
  r = lane;
  for (; r + (MANY - 1) * LANES < params.all; r += MANY * LANES) {
    @unroll(t, MANY) { sum = sum + weighted(r + t * LANES); }
  }
  for (; r < params.all; r += LANES) { sum = sum + weighted(r); }
  let all_losses = row_group_sum(sum, lane);
  if (lane == 0u) {
    sums[0] = scale;
    loss[0] = vec4f(all_losses * scale, 0, 0, 0);
    for (var r = params.all; r < (params.all + 3u) / 4u * 4u; r++) { per_row[r] = 0.0; }
  }
}

fn known(column4: u32) -> vec4<bool> {
  return vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.d_vocab);
}

// The logits of a vec4f, those in the padding so low that their exponential is 0.
fn logits_at(start: u32, column4: u32) -> vec4f {
  return select(vec4f(LOWEST), logits[start + column4], known(column4));
}

@compute @workgroup_size(WG)
fn rows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row = row_group_index(group, groups, local);
  let inside = min(row, params.rows - 1u);
  let start = inside * params.ld;
  let target_id = targets[params.first + inside];

  var most = vec4f(LOWEST);
  var exponentials = vec4f(0);
  var magnitudes = vec4u(0); // of floats without their signs, as integers: NaN lies above all others
  for (var c0 = lane; c0 < params.ld; c0 += TURN * LANES) {
    var kept: array<vec4f, TURN>;
    var next = most;
    @unroll(t, TURN) {
      let c = c0 + t * LANES;
      kept[t] = logits_at(start, min(c, params.ld - 1u));
      if (c >= params.ld) { kept[t] = vec4f(LOWEST); }
      next = max(next, kept[t]);
      magnitudes = max(magnitudes, bitcast<vec4u>(kept[t]) & vec4u(0x7fffffff));
    }
    exponentials = exponentials * exp(most - next);
    @unroll(t, TURN) { exponentials = exponentials + exp(kept[t] - next); }
    most = next;
  }
  exponentials = select(exponentials, vec4f(bitcast<f32>(params.nan)), magnitudes > vec4u(0x7f800000));
  let largest = row_group_max(max(max(most.x, most.y), max(most.z, most.w)), lane);
  exponentials = exponentials * exp(most - largest);
  let sum = row_group_sum((exponentials.x + exponentials.y) + (exponentials.z + exponentials.w), lane);
  // One lane owns the target's logit and hands it round.
  var wanted = 0.0;
  if (target_id < params.d_vocab && target_id / 4u % LANES == lane) { wanted = logits[start + target_id / 4u][target_id % 4u]; }
  wanted = row_group_sum(wanted, lane);
  if (row >= params.rows || lane != 0u) { return; }
  let at = params.first + row;
  let nll = (largest - wanted) + log(sum);
  per_row[at] = select(bitcast<f32>(params.nan), nll, target_id < params.d_vocab);
  stats[at] = largest;
  stats[(params.all + 3u) / 4u * 4u + at] = sum;
}

@if(GRAD == 1) {
  @compute @workgroup_size(WG)
  fn gradient(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) local: u32,
  ) {
    let lane = local % LANES;
    let row = row_group_index(group, groups, local);
    if (row >= params.rows) { return; }
    let start = row * params.ld;
    let at = params.first + row;
    let target_id = targets[at];
    let w = weights[at];
    if (w == 0.0) {
      for (var c = lane; c < params.ld; c += LANES) { logits[start + c] = vec4f(0); }
      return;
    }
    let largest = stats[at];
    let share = w * sums[0];
    let factor = share / stats[(params.all + 3u) / 4u * 4u + at];
    for (var c = lane; c < params.ld; c += LANES) {
      logits[start + c] = select(vec4f(0), exp(logits[start + c] - largest) * factor, known(c));
    }
    if (target_id < params.d_vocab && target_id / 4u % LANES == lane) {
      logits[start + target_id / 4u][target_id % 4u] -= share;
    }
  }
}
