// layer_norm.wgsl: layer norm over the last axis, forward and backward. Follows row_group.wgsl.
//
//   forward    x̂ = (x − mean) · rstd, rstd = 1 / √(mean((x − mean)²) + eps), y = x̂ · weight + bias   overwrites y, stats
//   scale      out = 1 / rstd                                                                       overwrites
//   backward   grad_x = rstd · (h − mean(h) − x̂ · mean(h · x̂)), h = grad_y · weight   overwrites; ADD 1 accumulates
//              part_weight[p] = Σ grad_y · x̂, part_bias[p] = Σ grad_y over rows p · ROWS ..         overwrites
// A row group takes ROWS rows in turn and loads weight and bias once for them. A lane keeps its KEEP vec4f of a row in
// registers: on a CPU adapter every load of memory is taken apart lane by lane.
// shapes    x, y, grad_x, grad_y [rows, 4·ld] of a piece that begins at row `first`; weight, bias [4·ld]; out [all, 4];
//           stats [2, stats_ld] holds mean and rstd of all rows; part_* [all / ROWS, 4·ld]. Padding is written as zeros
// dispatch  a row group for ROWS rows; KEEP · LANES >= ld
// work      forward: flop 40 * rows * ld; turns ROWS
//           backward: flop 70 * rows * ld; turns ROWS
// limits    f32; `first` is a multiple of ROWS; statistics in two passes, since E[x²] − E[x]² cancels
// checked   tests/tensor/ops/layer_norm_test.ts: plain TypeScript over ragged shapes, both kinds of row group; PyTorch
const ADD = 0;
const ROWS = 32u;
const KEEP = 2;

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

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

// Values beyond the last column are padding: they enter no sum and leave as zeros.
fn without_padding(v: vec4f, c: u32) -> vec4f {
  return select(vec4f(0), v, vec4u(0, 1, 2, 3) + 4u * c < vec4u(params.columns));
}

@compute @workgroup_size(WG)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row0 = row_group_index(group, groups, local) * ROWS;
  var w: array<vec4f, KEEP>;
  var b: array<vec4f, KEEP>;
  @unroll(e, KEEP) {
    let c = min(e * LANES + lane, params.ld - 1u);
    w[e] = weight[c];
    b[e] = bias[c];
  }
  for (var r = 0u; r < ROWS; r++) {
    let row = row0 + r;
    let start = min(row, params.rows - 1u) * params.ld;
    var kept: array<vec4f, KEEP>;
    var sum = vec4f(0);
    @unroll(e, KEEP) {
      let c = e * LANES + lane;
      kept[e] = without_padding(x[start + min(c, params.ld - 1u)], c);
      sum = sum + kept[e];
    }
    let mean = row_group_sum(total(sum), lane) / f32(params.columns);
    var squares = vec4f(0);
    @unroll(e, KEEP) {
      kept[e] = without_padding(kept[e] - mean, e * LANES + lane);
      squares = squares + kept[e] * kept[e];
    }
    let rstd = 1.0 / sqrt(row_group_sum(total(squares), lane) / f32(params.columns) + params.eps);
    if (row < params.rows) {
      if (lane == 0u) {
        stats[params.first + row] = mean;
        stats[params.stats_ld + params.first + row] = rstd;
      }
      @unroll(e, KEEP) {
        let c = e * LANES + lane;
        if (c < params.ld) { y[start + c] = without_padding(kept[e] * rstd * w[e] + b[e], c); }
      }
    }
  }
}

@compute @workgroup_size(WG)
fn scale(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row0 = row_group_index(group, groups, local) * ROWS;
  for (var r = 0u; r < ROWS; r++) {
    let row = row0 + r;
    let start = min(row, params.rows - 1u) * params.ld;
    var sum = vec4f(0);
    for (var c = lane; c < params.ld; c += LANES) { sum = sum + x[start + c]; }
    let mean = row_group_sum(total(sum), lane) / f32(params.columns);
    var squares = vec4f(0);
    for (var c = lane; c < params.ld; c += LANES) {
      let v = without_padding(x[start + c] - mean, c);
      squares = squares + v * v;
    }
    let variance = row_group_sum(total(squares), lane) / f32(params.columns);
    if (row < params.rows && lane == 0u) {
      out[params.first + row] = vec4f(sqrt(variance + params.eps), 0, 0, 0);
    }
  }
}

@compute @workgroup_size(WG)
fn backward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let row_group = row_group_index(group, groups, local);
  var w: array<vec4f, KEEP>;
  var sum_weight: array<vec4f, KEEP>;
  var sum_bias: array<vec4f, KEEP>;
  @unroll(e, KEEP) { w[e] = weight[min(e * LANES + lane, params.ld - 1u)]; }
  for (var r = 0u; r < ROWS; r++) {
    let row = row_group * ROWS + r;
    let inside = min(row, params.rows - 1u);
    let start = inside * params.ld;
    let mean = stats[params.first + inside];
    let rstd = stats[params.stats_ld + params.first + inside];
    var h: array<vec4f, KEEP>;
    var normalized: array<vec4f, KEEP>;
    var sum = vec4f(0);
    var along = vec4f(0);
    @unroll(e, KEEP) {
      let c = e * LANES + lane;
      let at = start + min(c, params.ld - 1u);
      let g = select(vec4f(0), grad_y[at], row < params.rows && c < params.ld);
      normalized[e] = without_padding((x[at] - mean) * rstd, c);
      sum_weight[e] = sum_weight[e] + g * normalized[e];
      sum_bias[e] = sum_bias[e] + g;
      h[e] = g * w[e];
      sum = sum + h[e];
      along = along + h[e] * normalized[e];
    }
    let mean_h = row_group_sum(total(sum), lane) / f32(params.columns);
    let mean_along = row_group_sum(total(along), lane) / f32(params.columns);
    if (row < params.rows) {
      @unroll(e, KEEP) {
        let c = e * LANES + lane;
        if (c < params.ld) {
          var v = without_padding(rstd * (h[e] - mean_h - normalized[e] * mean_along), c);
          @if(ADD == 1) { v = grad_x[start + c] + v; }
          grad_x[start + c] = v;
        }
      }
    }
  }
  if (row_group * ROWS < params.rows) {
    let part = (params.first / ROWS + row_group) * params.ld;
    @unroll(e, KEEP) {
      let c = e * LANES + lane;
      if (c < params.ld) {
        part_weight[part + c] = without_padding(sum_weight[e], c);
        part_bias[part + c] = without_padding(sum_bias[e], c);
      }
    }
  }
}
