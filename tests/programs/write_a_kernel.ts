// A kernel of your own beside those of crosslab: the softplus of a tensor.
import * as crosslab from "../../lib/mod.ts";

const { tensor } = crosslab;
const source = `
struct Params { count: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn softplus(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i < params.count) { out[i] = log(1.0 + exp(-abs(x[i]))) + max(x[i], 0.0); }
}`;
using gpu = await crosslab.openGpu();
const x = crosslab.upload(gpu, { shape: [4], data: Float32Array.of(-1, 0, 1, 30) }),
  out = tensor.empty(gpu, [4]);
const work = { tensors: { x, out }, params: { count: 4 }, invocations: 4 };
tensor.launch(gpu, { name: "softplus", source, entry: "softplus" }, work);
console.log([...await out.read()].map((value) => value.toFixed(4)).join(" "));
