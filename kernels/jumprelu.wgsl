// jumprelu.wgsl: JumpReLU with one learnt threshold per latent, and the sparsity penalties of the January 2025 recipe.
//
//   θ = exp(log_threshold[i]);  f = z · 1[z > θ];  n = norms[i];  λ_S = schedule[1 + step].w or lambda_S
//   forward   acts = f                                                                        overwrites
//   backward  with T = tanh(c f n), D = λ_S c (1 − T²), W = 1[|z − θ| < eps/2]
//             g       = grad_acts + scale · D n
//             grad_z  = g · 1[z > θ] − scale · λ_P n 1[θ > z]                                 overwrites grad_acts
//             sums over the rows of each part, side by side from column `before` on             overwrites
//               0  grad_bias           grad_z
//               1  grad_log_threshold  −(θ/eps) W g + scale · λ_P θ n 1[θ > z]
//               2  scale · λ_S T
//               3  scale · λ_P max(θ − z, 0) n
//               4  scale · 1[z > θ]
//               5  grad_norms          scale · (D f + λ_P max(θ − z, 0))
//             With LINEAR the penalty is an L1: T = c f n, D = λ_S c.
//             With STEP it is one of rows, λ_S off², off = counts[b] / target − 1, of the thresholds alone: n = 0, sum 1 gets
//             −(θ/eps) W (g + scale · 2 λ_S off / target), and sum 2 of the first latent scale · λ_S off². Without PENALISED λ_S = λ_P = 0, the plain JumpReLU with
//             its straight-through estimator, and only sum 1
//   The penalty on the pre-activation acts on the true z, so that dead latents come back.
// shapes    z, acts, grad_acts [batch, 4·ld], a piece of all rows; log_threshold, norms [4·ld]; scale = 1 / all rows;
//           counts [batch], latents of a row that fire; sums [all rows / part, 4·ld_sums], of which the piece has the rows from `first` on
// dispatch  forward (ceil(ld / 64), batch), folded: row = id.z · groups.y + id.y; backward an invocation a part of `part` rows
//           and vec4f column: index = id.y · stride + id.x = p · ld + column, neighbours read neighbours
// work      forward: flop 8 * batch * ld; turns 1
//           backward: flop 160 * batch * ld; turns (part + ROWS - 1) / ROWS
// numbers   NaN in z propagates: !(z <= θ) lets it through. WGSL leaves tanh open where e^x overflows: beyond 20 it is 1 in f32
// checked   tests/crosscoder/fused_loss_test.ts, tests/tensor/ops/jumprelu_test.ts: plain TypeScript and PyTorch
const RAMP = 0;
const PENALISED = 0;
const LINEAR = 0;
const STEP = 0;
const ROWS = 4u;
const WG = 64;
struct Params {
  batch: u32, ld: u32, latents: u32, part: u32, first: u32, before: u32, ld_sums: u32, stride: u32,
  scale: f32, lambda_S: f32, lambda_P: f32, c: f32, eps: f32, target_L0: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> log_threshold: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> acts: array<vec4f>;
@group(0) @binding(4) var<storage, read> norms: array<vec4f>;
@group(0) @binding(5) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> grad: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(8) var<storage, read> counts: array<u32>;

fn threshold_of(column: u32) -> vec4f { return exp(log_threshold[column]); }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.batch) { return; }
  let at = row * params.ld + id.x;
  let v = z[at];
  acts[at] = select(v, vec4f(0), v <= threshold_of(id.x));
}

// ROWS rows of a column, loaded before one of them is stored, which a GPU's loads could not overtake.
struct Rows { z: array<vec4f, ROWS>, grad: array<vec4f, ROWS> }
fn load(first: u32, end: u32, column: u32) -> Rows {
  var rows: Rows;
  @unroll(u, ROWS) {
    let at = min(first + u, end - 1u) * params.ld + column;
    rows.z[u] = z[at];
    rows.grad[u] = grad[at];
  }
  return rows;
}

@compute @workgroup_size(WG)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let p = index / params.ld;
  let column = index % params.ld;
  let start = p * params.part;
  if (start >= params.batch) { return; }
  let end = min(start + params.part, params.batch);
  let theta = threshold_of(column);
  // Latents that only pad a row to four have no share in any sum.
  let real = select(vec4f(0), vec4f(1), vec4u(0, 1, 2, 3) + 4u * column < vec4u(params.latents));
  let to = (params.first + p) * params.ld_sums + params.before + column;
  var sum_threshold = vec4f(0);
  @if(PENALISED == 0) {
    for (var b = start; b < end; b += ROWS) {
      let rows = load(b, end, column);
      @unroll(u, ROWS) {
        if (b + u < end) {
          let v = rows.z[u];
          let g = rows.grad[u];
          let window = select(vec4f(0), vec4f(1), abs(v - theta) < vec4f(0.5 * params.eps));
          grad[(b + u) * params.ld + column] = real * select(g, vec4f(0), v <= theta);
          sum_threshold -= theta / params.eps * window * g;
        }
      }
    }
    sums[to] = real * sum_threshold;
  }
  @if(PENALISED == 1) {
    @if(STEP == 0) { let n = norms[column]; }
    @if(STEP == 1) { let n = vec4f(0); }
    var lambda_S = params.lambda_S;
    @if(RAMP == 1) { lambda_S = schedule[1u + u32(schedule[0].x)].w; }
    var sum_norms = vec4f(0);
    var sum_bias = vec4f(0);
    var sum_sparsity = vec4f(0);
    var sum_below = vec4f(0);
    var sum_active = vec4f(0);
    for (var b = start; b < end; b += ROWS) {
      let rows = load(b, end, column);
      @unroll(u, ROWS) {
        if (b + u < end) {
          let v = rows.z[u];
          let below = v <= theta;
          let f = select(v, vec4f(0), below);
          let x = params.c * f * n;
          @if(LINEAR == 0 && STEP == 0) {
            let t = tanh(select(x, vec4f(20), x > vec4f(20)));
            let slope = params.scale * lambda_S * params.c * (1.0 - t * t);
          }
          @if(LINEAR == 1) {
            let t = x;
            let slope = vec4f(params.scale * lambda_S * params.c);
          }
          @if(STEP == 1) {
            let t = vec4f(0);
            let slope = vec4f(0);
          }
          let g = rows.grad[u] + slope * n;
          @if(STEP == 0) { let learns = g; }
          @if(STEP == 1) {
            let off = f32(counts[b + u]) / params.target_L0 - 1.0;
            let learns = g + 2.0 * params.scale * lambda_S * off / params.target_L0;
            if (column == 0u) { sum_sparsity.x += lambda_S * off * off; }
          }
          let pull = select(vec4f(0), params.scale * params.lambda_P * n, theta > v);
          let grad_z = real * (select(g, vec4f(0), below) - pull);
          let window = select(vec4f(0), vec4f(1), abs(v - theta) < vec4f(0.5 * params.eps));
          let gap = max(theta - v, vec4f(0));
          grad[(b + u) * params.ld + column] = grad_z;
          sum_bias += grad_z;
          sum_threshold += pull * theta - theta / params.eps * window * learns;
          sum_norms += slope * f + params.scale * params.lambda_P * gap;
          sum_sparsity += lambda_S * t;
          sum_below += params.lambda_P * gap * n;
          sum_active += select(vec4f(1), vec4f(0), below);
        }
      }
    }
    sums[to] = sum_bias;
    sums[to + params.ld] = real * sum_threshold;
    sums[to + 2u * params.ld] = real * params.scale * sum_sparsity;
    sums[to + 3u * params.ld] = real * params.scale * sum_below;
    sums[to + 4u * params.ld] = real * params.scale * sum_active;
    sums[to + 5u * params.ld] = real * sum_norms;
  }
}
