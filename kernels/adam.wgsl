// adam.wgsl: one Adam or AdamW update of all parameters, with the gradient clipped to a global norm.
//
//   c = min(1, clip / (√norm2 + 1e-6));  g = c · grad
//   m = β1 m + (1 − β1) g;  v = β2 v + (1 − β2) g²
//   value = value (1 − decay) − rate · m / (√v · correction + eps)
// with rate = lr / (1 − β1^t), correction = 1 / √(1 − β2^t), decay = lr · weight_decay from the row t of `schedule`, t being
// its first value, which log_step.wgsl has counted up. Sets log[(t − 1) % log_rows, 9] to 1 where a parameter is not finite.
// shapes    value, grad, m, v: flat ranges of count4 vec4f; schedule [1 + steps] of vec4f (t, , , ), (rate, correction, decay, ramp);
//           log [log_rows, 12]
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// work      main: flop 60 * count4; turns 1
// checked   tests/tensor/adam_test.ts: plain TypeScript and PyTorch's Adam, AdamW and clip_grad_norm_
struct Params { count4: u32, stride: u32, beta1: f32, beta2: f32, eps: f32, clip: f32, log_rows: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm2: array<f32>;
@group(0) @binding(3) var<storage, read> grad: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> value: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> log: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  let t = u32(schedule[0].x);
  let now = schedule[t];
  // Written so that NaN in the norm propagates: min() would drop it.
  let shrink = params.clip / (sqrt(norm2[0]) + 1e-6);
  let g = select(shrink, 1.0, shrink >= 1.0) * grad[i];
  let first = params.beta1 * m[i] + (1.0 - params.beta1) * g;
  let second = params.beta2 * v[i] + (1.0 - params.beta2) * g * g;
  m[i] = first;
  v[i] = second;
  let next = value[i] * (1.0 - now.z) - now.x * first / (sqrt(second) * now.y + params.eps);
  value[i] = next;
  // An exponent of all ones is an infinity or a NaN; every writer writes the same 1.
  let found = (bitcast<vec4u>(next) & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
  if (any(found)) { log[(t - 1u) % params.log_rows * 12u + 9u] = 1.0; }
}
