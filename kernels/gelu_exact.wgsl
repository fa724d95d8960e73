// gelu_exact.wgsl: GELU with the normal distribution itself, out = a Φ(a), as torch.nn.GELU() and transformers' "gelu" have it.
//
//   Φ(a) = ½ erfc(−a / √2), erfc(−z) = 2 − erfc(z); for z ≥ 0, with t = 1 / (1 + z / 2),
//   erfc(z) = t e^(−z² + p(t)), p of degree nine (Press et al., Numerical Recipes, section 6.2: relative error below 1.2e−7)
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
  let t = 1.0 / (1.0 + 0.5 * z);
  let low = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * -0.18628806)));
  let high = 0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)));
  let tail = 0.5 * t * exp(-z * z + low + t * t * t * t * t * high);
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
