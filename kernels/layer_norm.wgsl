// layer_norm.wgsl: layer norm over the last axis, forward and backward. Follows team.wgsl.
//
//   forward       x̂ = (x − mean) · rstd, rstd = 1 / √(mean((x − mean)²) + eps), y = x̂ · weight + bias   overwrites y, stats
//   scale         out = 1 / rstd                                                                       overwrites
//   backward      grad_x = rstd · (h − mean(h) − x̂ · mean(h · x̂)), h = grad_y · weight   overwrites; ADD 1 accumulates
//   weight_parts  part_weight[p] = Σ grad_y · x̂, part_bias[p] = Σ grad_y over rows p · PART ..           overwrites
// shapes    x, y, grad_x, grad_y [rows, 4·ld] of a piece that begins at row `first`; weight, bias [4·ld]; out [all, 4];
//           stats [2, stats_ld] holds the mean and rstd of all rows; part_* [parts, 4·ld]. Padding is written as zeros
// dispatch  forward, scale, backward: a team a row; weight_parts (ceil(ld / 16), ceil(rows / PART)): an invocation
//           walks down one vec4f column
// limits    f32; statistics in two passes, since E[x²] − E[x]² cancels; `first` is a multiple of PART
// checked   tests/tensor/layer_norm_test.ts: plain TypeScript over ragged shapes, both kinds of team; PyTorch
const ADD = 0;
const PART = 64u;

struct Params { rows: u32, columns: u32, ld: u32, first: u32, stats_ld: u32, eps: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> grad_y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> grad_x: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> part_weight: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> part_bias: array<vec4f>;

// Values beyond the last column are padding: they enter no sum and leave as zeros.
fn without_padding(v: vec4f, column4: u32) -> vec4f {
  return select(vec4f(0), v, vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.columns));
}

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

// Mean of a row, and its mean squared distance from it.
fn moments(start: u32, lane: u32) -> vec2f {
  let n = f32(params.columns);
  var sum = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) { sum = sum + x[start + c]; }
  let mean = team_sum(total(sum), lane) / n;
  var squares = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let v = without_padding(x[start + c] - mean, c);
    squares = squares + v * v;
  }
  return vec2f(mean, team_sum(total(squares), lane) / n);
}

@compute @workgroup_size(WG)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row = team_row(group, groups, local);
  let start = min(row, params.rows - 1u) * params.ld;
  let moment = moments(start, lane);
  if (row >= params.rows) { return; }
  let mean = moment.x;
  let rstd = 1.0 / sqrt(moment.y + params.eps);
  if (lane == 0u) {
    stats[params.first + row] = mean;
    stats[params.stats_ld + params.first + row] = rstd;
  }
  for (var c = lane; c < params.ld; c += LANES) {
    y[start + c] = without_padding((x[start + c] - mean) * rstd * weight[c] + bias[c], c);
  }
}

@compute @workgroup_size(WG)
fn scale(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row = team_row(group, groups, local);
  let moment = moments(min(row, params.rows - 1u) * params.ld, lane);
  if (row < params.rows && lane == 0u) {
    out[params.first + row] = vec4f(sqrt(moment.y + params.eps), 0, 0, 0);
  }
}

@compute @workgroup_size(WG)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row = team_row(group, groups, local);
  let inside = min(row, params.rows - 1u);
  let start = inside * params.ld;
  let mean = stats[params.first + inside];
  let rstd = stats[params.stats_ld + params.first + inside];
  var sum = vec4f(0);
  var along = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let h = grad_y[start + c] * weight[c];
    sum = sum + h;
    along = along + h * ((x[start + c] - mean) * rstd);
  }
  let n = f32(params.columns);
  let mean_h = team_sum(total(sum), lane) / n;
  let mean_along = team_sum(total(along), lane) / n;
  if (row >= params.rows) { return; }
  for (var c = lane; c < params.ld; c += LANES) {
    let normalized = (x[start + c] - mean) * rstd;
    var v = without_padding(rstd * (grad_y[start + c] * weight[c] - mean_h - normalized * mean_along), c);
    @if(ADD == 1) { v = grad_x[start + c] + v; }
    grad_x[start + c] = v;
  }
}

@compute @workgroup_size(16)
fn weight_parts(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= params.ld) { return; }
  var sum_weight = vec4f(0);
  var sum_bias = vec4f(0);
  let end = min((id.y + 1u) * PART, params.rows);
  for (var r = id.y * PART; r < end; r++) {
    let g = grad_y[r * params.ld + c];
    let mean = stats[params.first + r];
    let rstd = stats[params.stats_ld + params.first + r];
    sum_weight = sum_weight + g * ((x[r * params.ld + c] - mean) * rstd);
    sum_bias = sum_bias + g;
  }
  let at = (params.first / PART + id.y) * params.ld + c;
  part_weight[at] = without_padding(sum_weight, c);
  part_bias[at] = sum_bias;
}
