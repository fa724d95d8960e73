// sum_chunks.wgsl: adds up the chunks of a product's sums, in order, and finishes them. Epilogue: epilogue.wgsl.
//
//   v = start + chunks[0] + chunks[1] + ..., then as in every product kernel
// shapes    chunks [chunks, m, ldc] and C [m, ldc] as vec4f, zeros in the padding
// dispatch  an invocation for each vec4f of C; index = id.y · stride + id.x
// work      main: flop 4 * count4 * chunks; turns chunks
// checked   tests/tensor/ops/matmul/matmul_test.ts (split sums)
struct Params { count4: u32, stride: u32, chunks: u32, ldc: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> chunks: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.count4) { return; }
  var sum = start_of(i);
  for (var chunk = 0u; chunk < params.chunks; chunk++) { sum = sum + chunks[chunk * params.count4 + i]; }
  // What pads a row of bias, addend and pre is zero as well, and no threshold is below it.
  finish(sum, i, i / params.ldc, columns_at(i % params.ldc), vec4<bool>(true));
}
