// dropout.wgsl: drops values at random, the same ones wherever key, step and place are the same.
//
//   out[i] = a[i] · factor where u >= threshold, a[i] · 0 elsewhere     overwrites; factor = 1 / (1 − p), threshold = p 2^32
// with u 32 random bits: component i % 4 of pcg4d(first + i / 4, step, key), where step is the counter in counter[0]
// (Jarzynski and Olano 2020, Hash Functions for GPU Rendering, JCGT 9(3), listing of pcg4d). The gradient of out with
// respect to a is the same map, so one entry point serves both ways; NaN and infinity stay what they are, as in PyTorch.
// shapes    flat ranges of count4 vec4f from vec4f `first` of a tensor on; rows padded with zeros stay padded
// dispatch  256 invocations a workgroup, a vec4f each; index = id.y · stride + id.x
// limits    f32; 2^32 vec4f a tensor; steps up to 2^24, which the f32 counter tells apart
// checked   tests/tensor/ops/dropout_test.ts: plain TypeScript, shares, several pieces
struct Params { count4: u32, stride: u32, first: u32, key0: u32, key1: u32, threshold: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> counter: array<f32>;
@group(0) @binding(2) var<storage, read> a: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

fn pcg4d(given: vec4u) -> vec4u {
  var v = given * 1664525u + 1013904223u;
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  v = v ^ (v >> vec4u(16));
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  return v;
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  let bits = pcg4d(vec4u(params.first + i, u32(counter[0]), params.key0, params.key1));
  out[i] = a[i] * select(vec4f(0), vec4f(params.factor), bits >= vec4u(params.threshold));
}
