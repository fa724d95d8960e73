// cross_entropy.wgsl: softmax cross-entropy with a weight a row, and its gradient in place. Follows row_group.wgsl.
//
//   weigh    sums = Σ weights, 1 / Σ weights (0 where the sum is 0)                        overwrites
//   rows     per_row[r] = log Σ_j exp(logits[r,j]) − logits[r,targets[r]]; stats = the largest logit of each row, then
//            the sum of exp(logits[r,j] − largest) of each row                              overwrites
//   finish   loss = Σ weights[r] · per_row[r] / Σ weights over the rows whose weight is not 0   overwrites
//   gradient (GRAD 1) logits[r,j] = (softmax(logits[r])[j] − [j = targets[r]]) · weights[r] / Σ weights, 0 where the
//            weight is 0, whatever stands in the row                                       overwrites
// shapes    logits [rows, 4·ld], a piece that begins at row `first` of `all`; targets, weights, per_row [all]; loss [4];
//           sums [4]; stats [2, all]. Padding is written as zeros
// dispatch  weigh, finish: one row group; rows, gradient: a row group a row
// work      weigh, finish: flop 2 * all; turns (all + TURN * LANES - 1) / (TURN * LANES)
//           rows: flop 80 * rows * ld; turns 2 * ld / LANES; bytes 2 * logits
//           gradient: flop 60 * rows * ld; turns ld / LANES
// limits    f32; max drops NaN, so the sum of exponentials carries it; a target beyond d_vocab gives NaN
// checked   tests/tensor/ops/cross_entropy_test.ts: plain TypeScript, both kinds of row group, several pieces; PyTorch
const GRAD = 0;
const TURN = 32; // rows that a lane adds up in one turn of a loop: llvmpipe leaves all loops after 65,535 turns
const LOWEST = -3.4028234e38;

struct Params { rows: u32, d_vocab: u32, ld: u32, first: u32, all: u32, nan: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> per_row: array<f32>;
@group(0) @binding(5) var<storage, read_write> loss: array<vec4f>;
@if(GRAD == 1) { @group(0) @binding(6) var<storage, read_write> logits: array<vec4f>; }
@if(GRAD == 0) { @group(0) @binding(6) var<storage, read> logits: array<vec4f>; }
@group(0) @binding(7) var<storage, read_write> stats: array<f32>;

@compute @workgroup_size(LANES)
fn weigh(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  var r = lane;
  for (; r + (TURN - 1) * LANES < params.all; r += TURN * LANES) {
    @unroll(t, TURN) { sum = sum + weights[r + t * LANES]; }
  }
  for (; r < params.all; r += LANES) { sum = sum + weights[r]; }
  let total = row_group_sum(sum, lane);
  if (lane == 0u) {
    sums[0] = total;
    sums[1] = select(1.0 / total, 0.0, total == 0.0);
  }
}

// The loss of a row, 0 where its weight is, whatever stands there.
fn weighted(r: u32) -> f32 {
  return select(weights[r] * per_row[r], 0.0, weights[r] == 0.0);
}

@compute @workgroup_size(LANES)
fn finish(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  var r = lane;
  for (; r + (TURN - 1) * LANES < params.all; r += TURN * LANES) {
    @unroll(t, TURN) { sum = sum + weighted(r + t * LANES); }
  }
  for (; r < params.all; r += LANES) { sum = sum + weighted(r); }
  let total = row_group_sum(sum, lane);
  if (lane == 0u) {
    loss[0] = vec4f(total * sums[1], 0, 0, 0);
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
  for (var c = lane; c < params.ld; c += LANES) { most = max(most, logits_at(start, c)); }
  let largest = row_group_max(max(max(most.x, most.y), max(most.z, most.w)), lane);
  var exponentials = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    exponentials = exponentials + exp(logits_at(start, c) - largest);
  }
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
    let share = w * sums[1];
    let factor = share / stats[(params.all + 3u) / 4u * 4u + at];
    for (var c = lane; c < params.ld; c += LANES) {
      logits[start + c] = select(vec4f(0), exp(logits[start + c] - largest) * factor, known(c));
    }
    if (target_id < params.d_vocab && target_id / 4u % LANES == lane) {
      logits[start + target_id / 4u][target_id % 4u] -= share;
    }
  }
}
