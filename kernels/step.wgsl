// step.wgsl: the step function above a learnt threshold, with a straight-through estimator for the threshold.
//
//   θ = exp(log_threshold[i])
//   forward   out = 1[z > θ]                                                              overwrites
//   backward  sums[first + p, i] = Σ over the rows b of part p of −(θ / eps) 1[|z − θ| < eps/2] grad[b, i]    overwrites
//   z itself gets no gradient: the step is flat.
// shapes    z, out, grad [batch, 4·ld], a piece of all rows; log_threshold [4·ld]; sums [all rows / part, 4·ld];
//           `latents` of the columns are no padding
// dispatch  forward (ceil(ld / 64), batch), folded: row = id.z · groups.y + id.y; backward an invocation a part of `part` rows
//           and vec4f column: index = id.y · stride + id.x = p · ld + column
// numbers   a NaN in z counts as firing: !(z <= θ) lets it through
// checked   tests/crosscoder/losses/losses_test.ts: PyTorch
struct Params { batch: u32, ld: u32, latents: u32, part: u32, first: u32, stride: u32, eps: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> log_threshold: array<vec4f>;
@group(0) @binding(3) var<storage, read> grad: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;

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

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let p = index / params.ld;
  let column = index % params.ld;
  let start = p * params.part;
  if (start >= params.batch) { return; }
  let end = min(start + params.part, params.batch);
  let theta = exp(log_threshold[column]);
  var sum = vec4f(0);
  for (var b = start; b < end; b += 4u) {
    @unroll(u, 4) {
      let at = min(b + u, end - 1u) * params.ld + column;
      sum += select(vec4f(0), grad[at], (abs(z[at] - theta) < vec4f(0.5 * params.eps)) & vec4<bool>(b + u < end));
    }
  }
  sums[(params.first + p) * params.ld + column] = real(column) * -(theta / params.eps) * sum;
}
