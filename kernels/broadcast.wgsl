// broadcast.wgsl: elementwise work in which one operand is shorter than the other, and repeats.
//
//   add_rows       out[i] = a[i] + b[(first + i) mod period]             overwrites
//   subtract_rows  out[i] = a[i] − b[(first + i) mod period]             overwrites
//   multiply_rows  out[i] = a[i] · b[(first + i) mod period]             overwrites
//   multiply_one   out[i] = factor · a[i] · b[0].x                       overwrites
//   scale_by       out[i] = out[i] · b[0].x                              overwrites
//   spread_one     out[i] = factor · b[0].x, 0 in the padding of a row   overwrites
// shapes    out and a flat ranges of count4 vec4f that begin `first` vec4f into their tensors; b has `period` vec4f, and
//           whole rows of it repeat; rows are `period` vec4f long in spread_one and hold `columns` values
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// limits    f32; ranges up to one binding, the launcher splits longer ones; b fits into one binding
// checked   tests/tensor/ops/elementwise_test.ts, tests/properties/gradients_test.ts
struct Params { count4: u32, stride: u32, first: u32, period: u32, columns: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(256)
fn add_rows(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] + b[(params.first + i) % params.period]; }
}

@compute @workgroup_size(256)
fn subtract_rows(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] - b[(params.first + i) % params.period]; }
}

@compute @workgroup_size(256)
fn multiply_rows(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] * b[(params.first + i) % params.period]; }
}

@compute @workgroup_size(256)
fn multiply_one(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = params.factor * b[0].x * a[i]; }
}

@compute @workgroup_size(256)
fn scale_by(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = out[i] * b[0].x; }
}

@compute @workgroup_size(256)
fn spread_one(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  let column = 4u * ((params.first + i) % params.period);
  let real = vec4u(0, 1, 2, 3) + column < vec4u(params.columns);
  out[i] = select(vec4f(0), vec4f(params.factor * b[0].x), real);
}
