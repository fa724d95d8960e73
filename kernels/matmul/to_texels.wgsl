// to_texels.wgsl: copies vec4f into a texture; CPU adapters load texels several times faster than buffers.
//
//   texels[t] = source[t], texel t at (t mod 2^SHIFT, t / 2^SHIFT)                         overwrites
// dispatch  an invocation for each texel; t = id.y · stride + id.x
// checked   tests/proofs/gpu/brute_force_test.ts
const SHIFT = 11u;

struct Params { count: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var texels: texture_storage_2d<rgba32float, write>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let t = id.y * params.stride + id.x;
  if (t >= params.count) { return; }
  textureStore(texels, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT), source[t]);
}
