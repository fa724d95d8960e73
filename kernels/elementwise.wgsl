// elementwise.wgsl: sums, scaling, constants and GELU over flat ranges.
//
//   add            out = a + b                    overwrites
//   subtract       out = a − b                    overwrites
//   multiply       out = a · b                    overwrites
//   add_to         out = out + a                  accumulates
//   subtract_from  out = out − a                  accumulates
//   scale          out = factor · a               overwrites
//   fill           out = factor                   overwrites
//   gelu           out = a / (1 + exp(−2u)), u = √(2/π) (a + 0.044715 a³), which is the tanh form gelu_new
//   gelu_backward  out = b · gelu'(a)             overwrites; a is the pre-activation, b the gradient of the result
// shapes    flat ranges of count4 vec4f, rows padded with zeros (0 stays 0 in all but fill)
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// work      add, subtract, multiply, add_to, subtract_from, scale: flop 4 * count4; turns 1
//           fill: turns 0
//           gelu, gelu_backward: flop 80 * count4; turns 1
// limits    f32; ranges up to one binding, the launcher splits longer ones
// checked   tests/tensor/ops/elementwise_test.ts: plain TypeScript and PyTorch
struct Params { count4: u32, stride: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

const ROOT_TWO_OVER_PI = 0.7978845608028654;

// 1 / (1 + exp(−2u)), with no exponential above 1: where one overflows WGSL leaves its value open.
fn gelu_share(u: vec4f) -> vec4f {
  let e = exp(-2.0 * abs(u));
  return select(e, vec4f(1), u >= vec4f(0)) / (1.0 + e);
}

// Beyond ±100 a share is 0 or 1, and 0 times what overflows there would be NaN.
fn gelu_within(v: vec4f) -> vec4f { return clamp(v, vec4f(-100), vec4f(100)); }

fn gelu_value(v: vec4f) -> vec4f {
  let w = gelu_within(v);
  return v * gelu_share(ROOT_TWO_OVER_PI * (w + 0.044715 * w * w * w));
}

fn gelu_slope(v: vec4f) -> vec4f {
  let w = gelu_within(v);
  let s = gelu_share(ROOT_TWO_OVER_PI * (w + 0.044715 * w * w * w));
  return s + v * s * (1.0 - s) * (2.0 * ROOT_TWO_OVER_PI) * (1.0 + 0.134145 * w * w);
}

@compute @workgroup_size(256)
fn add(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] + b[i]; }
}

@compute @workgroup_size(256)
fn subtract(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] - b[i]; }
}

@compute @workgroup_size(256)
fn multiply(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] * b[i]; }
}

@compute @workgroup_size(256)
fn add_to(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = out[i] + a[i]; }
}

@compute @workgroup_size(256)
fn subtract_from(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = out[i] - a[i]; }
}

@compute @workgroup_size(256)
fn scale(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = params.factor * a[i]; }
}

@compute @workgroup_size(256)
fn fill(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = vec4f(params.factor); }
}

@compute @workgroup_size(256)
fn gelu(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = gelu_value(a[i]); }
}

@compute @workgroup_size(256)
fn gelu_backward(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = b[i] * gelu_slope(a[i]); }
}
