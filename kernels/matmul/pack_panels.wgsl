// pack_panels.wgsl: an operand of a product as panels in a texture, for matmul_panels.wgsl; overwrites.
//
//   rows     a [rows, k]: panels of its rows
//   columns  a [k, rows]: panels of its columns
// A block is SG · G rows, G a power of two; lane l, slot s of a block stand for its row l · G + s. Texel t of block, k4, slot, lane is
// ((block · k4s + k4) · G + s) · SG + l, at (t mod 2^SHIFT, t / 2^SHIFT); it holds four values along k, zeros beyond k.
// shapes    a as rows of ld vec4f, padded with zeros. Rows beyond the last one are left as they are: no sum that is
//           stored reads them
// dispatch  rows: (ceil(rows / WG), ceil(k4s / ALONG), batch); columns: (ceil(rows / (4 WG)), k4s, batch). Batch z reads from
//           a[z · batch_in] and writes from texel z · batch_out
// work      rows, columns: turns 1; bytes 8 * groups_z * rows * k
// checked   tests/tensor/ops/matmul/matmul_test.ts
const SG = 8u;
const SHIFT = 11u;
const WG = 64;
const ALONG = 16; // texels that a thread takes from a row: its lines are read whole while they are near

struct Params { rows: u32, k: u32, ld: u32, log_group: u32, batch_in: u32, batch_out: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var panels: texture_storage_2d<rgba32float, write>;

// Shifts, since a division of lanes by a value from a uniform is done lane by lane.
fn texel_of(row: u32, k4: u32, k4s: u32) -> u32 {
  let row_lane = row >> params.log_group;
  let slot = row & ((1u << params.log_group) - 1u);
  let block = row_lane / SG;
  return ((((block * k4s + k4) << params.log_group) + slot) * SG) + row_lane % SG;
}

fn store(t: u32, value: vec4f) {
  textureStore(panels, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT), value);
}

@compute @workgroup_size(WG)
fn rows(@builtin(global_invocation_id) id: vec3u) {
  let k4s = (params.k + 3u) / 4u;
  let row = id.x;
  let k4 = id.y * ALONG;
  if (row >= params.rows) { return; }
  let start = id.z * params.batch_in + row * params.ld + k4;
  let t = id.z * params.batch_out + texel_of(row, k4, k4s);
  @unroll(i, ALONG) {
    if (k4 + i < k4s) { store(t + i * (SG << params.log_group), a[start + i]); }
  }
}

fn line(k: u32, start: u32) -> vec4f {
  return select(vec4f(0), a[start + min(k, params.k - 1u) * params.ld], k < params.k);
}

@compute @workgroup_size(WG)
fn columns(@builtin(global_invocation_id) id: vec3u) {
  let row = 4u * id.x;
  let k = 4u * id.y;
  if (row >= params.rows) { return; }
  let start = id.z * params.batch_in + id.x;
  let t = transpose(mat4x4f(line(k, start), line(k + 1u, start), line(k + 2u, start), line(k + 3u, start)));
  let k4s = (params.k + 3u) / 4u;
  @unroll(j, 4) {
    if (row + j < params.rows) { store(id.z * params.batch_out + texel_of(row + j, id.y, k4s), t[j]); }
  }
}
