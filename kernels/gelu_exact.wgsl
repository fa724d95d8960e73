// gelu_exact.wgsl: GELU with the normal distribution itself, out = a Φ(a), as torch.nn.GELU() and transformers' "gelu" have it.
//
//   Φ(a) = ½ erfc(−a / √2); erfc(z) = t (a1 + t (a2 + t (a3 + t (a4 + t a5)))) e^(−z²), t = 1 / (1 + p z) for z ≥ 0
//   (Abramowitz and Stegun 7.1.26, error at most 1.5e−7), and erfc(−z) = 2 − erfc(z)
//   gelu_exact           out = a Φ(a)                                 overwrites
//   gelu_exact_backward  out = b (Φ(a) + a e^(−a²/2) / √(2π))         overwrites; a is the input, b the gradient of the result
//
// Checked: i < count4. Padding is 0 and stays 0 where a and b are. NaN propagates.

struct Params { count4: u32, stride: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

fn normal_cdf(v: vec4f) -> vec4f {
  let z = abs(v) * 0.7071067811865476;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let tail = 0.5 * series * exp(-z * z);
  return select(1.0 - tail, tail, v < vec4f(0.0));
}

@compute @workgroup_size(256)
fn gelu_exact(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) { out[i] = a[i] * normal_cdf(a[i]); }
}

@compute @workgroup_size(256)
fn gelu_exact_backward(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count4) {
    let v = a[i];
    out[i] = b[i] * (normal_cdf(v) + v * exp(-0.5 * v * v) * 0.3989422804014327);
  }
}
