// unary.wgsl: functions of one number, element by element, and their gradients, which are told by the result.
//
//   relu      out = a · 1[a > 0]         grad_a = grad · 1[out > 0]
//   tanh      out = tanh(a)              grad_a = grad · (1 − out²)
//   exp       out = e^a                  grad_a = grad · out
//   root      out = √a                   grad_a = grad / (2 out), 0 where out is 0
//   positive  out = 1[a > 0]             no gradient
//   All overwrite. For a gradient, a is the result and b the gradient that reaches it.
// shapes    flat ranges of count4 vec4f that begin `first` vec4f into their tensor; rows are `period` vec4f long and hold
//           `columns` values, the rest is padding: 0 goes in, and what is not 0 there (e^0) is not written
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// limits    f32; ranges up to one binding, the launcher splits longer ones
// numbers   a NaN stays one: !(a <= 0) lets it through. e^a beyond a = 88.7 is infinite on the adapters seen; WGSL leaves it open
// checked   tests/properties/gradients_test.ts, tests/crosscoder/losses/losses_test.ts: PyTorch
struct Params { count4: u32, stride: u32, first: u32, period: u32, columns: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(256)
fn relu(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = select(a[i], vec4f(0), a[i] <= vec4f(0)); }
}

@compute @workgroup_size(256)
fn relu_gradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = select(b[i], vec4f(0), a[i] <= vec4f(0)); }
}

// tanh of what is large overflows on some drivers; beyond 20 it is 1 in f32. clamp() would drop a NaN.
@compute @workgroup_size(256)
fn tanh_values(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  let v = a[i];
  let above = select(v, vec4f(20), v > vec4f(20));
  out[i] = tanh(select(above, vec4f(-20), above < vec4f(-20)));
}

@compute @workgroup_size(256)
fn tanh_gradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = b[i] * (1.0 - a[i] * a[i]); }
}

@compute @workgroup_size(256)
fn exp_values(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  let column = 4u * ((params.first + i) % params.period);
  let real = vec4u(0, 1, 2, 3) + column < vec4u(params.columns);
  out[i] = select(vec4f(0), exp(a[i]), real);
}

@compute @workgroup_size(256)
fn exp_gradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = b[i] * a[i]; }
}

@compute @workgroup_size(256)
fn root(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = sqrt(a[i]); }
}

@compute @workgroup_size(256)
fn root_gradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = select(0.5 * b[i] / a[i], vec4f(0), a[i] == vec4f(0)); }
}

@compute @workgroup_size(256)
fn positive(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = select(vec4f(1), vec4f(0), a[i] <= vec4f(0)); }
}
