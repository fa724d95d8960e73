// jumprelu.wgsl: JumpReLU with one learnt threshold per latent, and the sparsity penalties of the January 2025 recipe.
//
//   θ = exp(log_threshold[i]);  f = z · 1[z > θ];  n = norms[i];  λ_S = schedule[1 + step].w or lambda_S
//   forward   acts = f                                                                        overwrites
//   backward  with T = tanh(c f n), D = λ_S c (1 − T²), W = 1[|z − θ| < eps/2]
//             g            = grad_acts + scale · D n
//             grad_z       = g · 1[z > θ] − scale · λ_P n 1[θ > z]                            overwrites grad_acts
//             grad_log_threshold[i] = Σ_b −(θ/eps) W g + scale · λ_P θ n 1[θ > z]             overwrites
//             grad_bias[i] = Σ_b grad_z                                                       overwrites
//             stats[0, i] = Σ_b scale · λ_S T;  stats[1, i] = Σ_b scale · λ_P max(θ − z, 0) n;  stats[2, i] = Σ_b scale · 1[z > θ]
//             stats[3, i] = grad_norms[i] = Σ_b scale · (D f + λ_P max(θ − z, 0))             overwrites
//             With ADD the three accumulate: a batch in several pieces
//   The penalty on the pre-activation acts on the true z, so that dead latents come back. With λ_S = λ_P = 0 and RAMP = 0
//   this is the plain JumpReLU with its straight-through estimator.
// shapes    z, acts, grad_acts [batch, 4·ld]; log_threshold, norms, grad_* [4·ld]; stats [4, 4·ld]; scale = 1/batch
// dispatch  forward (ceil(ld / 64), batch), folded: row = id.z · groups.y + id.y; backward (ceil(ld / WG)): an invocation
//           walks one vec4f column, no atomics
// work      forward: flop 8 * batch * ld; turns 1
//           backward: flop 160 * batch * ld; turns batch
// limits    eight storage buffers, all that WebGPU guarantees
// numbers   NaN in z propagates: !(z <= θ) lets it through. WGSL leaves tanh open where e^x overflows: beyond 20 it is 1 in f32
// checked   tests/crosscoder/loss_test.ts, tests/tensor/ops/jumprelu_test.ts: plain TypeScript and PyTorch
const RAMP = 0;
const ADD = 0;
const WG = 16;
struct Params { batch: u32, ld: u32, latents: u32, scale: f32, lambda_S: f32, lambda_P: f32, c: f32, eps: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> log_threshold: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> acts: array<vec4f>;
@group(0) @binding(4) var<storage, read> norms: array<vec4f>;
@group(0) @binding(5) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> grad: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> grad_log_threshold: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> grad_bias: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> stats: array<vec4f>;

fn threshold_of(column: u32) -> vec4f { return exp(log_threshold[column]); }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.batch) { return; }
  let at = row * params.ld + id.x;
  let v = z[at];
  acts[at] = select(v, vec4f(0), v <= threshold_of(id.x));
}

@compute @workgroup_size(WG)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= params.ld) { return; }
  let theta = threshold_of(column);
  let n = norms[column];
  // Latents that only pad a row to four have no share in any sum.
  let real = select(vec4f(0), vec4f(1), vec4u(0, 1, 2, 3) + 4u * column < vec4u(params.latents));
  var lambda_S = params.lambda_S;
  @if(RAMP == 1) { lambda_S = schedule[1u + u32(schedule[0].x)].w; }
  var sum_threshold = vec4f(0);
  var sum_norms = vec4f(0);
  var sum_bias = vec4f(0);
  var sum_sparsity = vec4f(0);
  var sum_below = vec4f(0);
  var sum_active = vec4f(0);
  for (var b = 0u; b < params.batch; b++) {
    let at = b * params.ld + column;
    let v = z[at];
    let below = v <= theta;
    let f = select(v, vec4f(0), below);
    let x = params.c * f * n;
    let t = tanh(select(x, vec4f(20), x > vec4f(20)));
    let slope = params.scale * lambda_S * params.c * (1.0 - t * t);
    let g = grad[at] + slope * n;
    let pull = select(vec4f(0), params.scale * params.lambda_P * n, theta > v);
    let grad_z = real * (select(g, vec4f(0), below) - pull);
    let window = select(vec4f(0), vec4f(1), abs(v - theta) < vec4f(0.5 * params.eps));
    let gap = max(theta - v, vec4f(0));
    grad[at] = grad_z;
    sum_bias += grad_z;
    sum_threshold += pull * theta - theta / params.eps * window * g;
    sum_norms += slope * f + params.scale * params.lambda_P * gap;
    sum_sparsity += lambda_S * t;
    sum_below += params.lambda_P * gap * n;
    sum_active += select(vec4f(1), vec4f(0), below);
  }
  store(column, real * sum_threshold, sum_bias);
  stat(column, real * params.scale * sum_sparsity);
  stat(params.ld + column, real * params.scale * sum_below);
  stat(2u * params.ld + column, real * params.scale * sum_active);
  stat(3u * params.ld + column, real * sum_norms);
}

fn store(column: u32, threshold_sum: vec4f, bias_sum: vec4f) {
  @if(ADD == 0) { grad_log_threshold[column] = threshold_sum; grad_bias[column] = bias_sum; }
  @if(ADD == 1) { grad_log_threshold[column] += threshold_sum; grad_bias[column] += bias_sum; }
}

fn stat(at: u32, value: vec4f) {
  @if(ADD == 0) { stats[at] = value; }
  @if(ADD == 1) { stats[at] += value; }
}
