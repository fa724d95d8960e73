// step.wgsl: the step function above a learnt threshold, with a straight-through estimator for the threshold.
//
//   θ = exp(log_threshold[i])
//   forward   out = 1[z > θ]                                                              overwrites
//   backward  grad_log_threshold[i] = Σ_b −(θ / eps) 1[|z − θ| < eps/2] grad[b, i]         overwrites, with ADD accumulates
//   z itself gets no gradient: the step is flat.
// shapes    z, out, grad [batch, 4·ld]; log_threshold, grad_log_threshold [4·ld]; `latents` of the columns are no padding
// dispatch  forward (ceil(ld / 64), batch), folded: row = id.z · groups.y + id.y; backward (ceil(ld / 16)): an invocation
//           walks one vec4f column
// numbers   a NaN in z counts as firing: !(z <= θ) lets it through
// checked   tests/crosscoder/losses/losses_test.ts: PyTorch
const ADD = 0;
struct Params { batch: u32, ld: u32, latents: u32, eps: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> log_threshold: array<vec4f>;
@group(0) @binding(3) var<storage, read> grad: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> grad_log_threshold: array<vec4f>;

// Latents that only pad a row to four neither fire nor have a gradient.
fn real(column: u32) -> vec4f {
  return select(vec4f(0), vec4f(1), vec4u(0, 1, 2, 3) + 4u * column < vec4u(params.latents));
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.batch) { return; }
  let at = row * params.ld + id.x;
  out[at] = real(id.x) * select(vec4f(1), vec4f(0), z[at] <= exp(log_threshold[id.x]));
}

@compute @workgroup_size(16)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.ld) { return; }
  let theta = exp(log_threshold[id.x]);
  var sum = vec4f(0);
  for (var b = 0u; b < params.batch; b++) {
    let at = b * params.ld + id.x;
    sum += select(vec4f(0), grad[at], abs(z[at] - theta) < vec4f(0.5 * params.eps));
  }
  let value = real(id.x) * -(theta / params.eps) * sum;
  @if(ADD == 0) { grad_log_threshold[id.x] = value; }
  @if(ADD == 1) { grad_log_threshold[id.x] += value; }
}
