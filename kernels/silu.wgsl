// silu.wgsl: SiLU, out = a σ(a) with σ(a) = 1 / (1 + e^(−a)) (Elfwing et al., arXiv 1702.03118, eq. 8; also called swish).
//
//   silu           out = a σ(a)                              overwrites
//   silu_backward  out = b σ(a) (1 + a (1 − σ(a)))           overwrites; a is the input, b the gradient of the result
// shapes    flat ranges of count4 vec4f; padding is 0 and stays 0 where a and b are
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// limits    f32; ranges up to one binding, the launcher splits longer ones. NaN propagates; no exponential above 1
// checked   tests/tensor/ops/silu_test.ts: float64; PyTorch

struct Params { count4: u32, stride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

// Where an exponential overflows WGSL leaves its value open.
fn logistic(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1), v >= vec4f(0)) / (1.0 + e);
}

@compute @workgroup_size(256)
fn silu(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] * logistic(a[i]); }
}

@compute @workgroup_size(256)
fn silu_backward(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) {
    let share = logistic(a[i]);
    out[i] = b[i] * share * (1.0 + a[i] * (1.0 - share));
  }
}
