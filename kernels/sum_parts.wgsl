// sum_parts.wgsl: out = parts[0] + parts[1] + ..., in this order; with ADD to what stands in out.
//
// shapes    parts [parts, count4] and out [count4] as vec4f
// dispatch  64 invocations a workgroup; index = id.y · stride + id.x
// work      main: flop 4 * count4 * parts; turns parts
// checked   tests/tensor/ops/matmul/matmul_test.ts (split sums)
const ADD = 0;
struct Params { count4: u32, stride: u32, parts: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  var sum = vec4f(0);
  @if(ADD == 1) { sum = out[i]; }
  for (var p = 0u; p < params.parts; p++) { sum = sum + parts[p * params.count4 + i]; }
  out[i] = sum;
}
