// transpose.wgsl: out[c,r] = in[r,c], overwrites.
//
// shapes    rows padded with zeros; ld_in, ld_out count vec4f. Columns of the padding of `out` become zero
// dispatch  (ceil(ld_in / WG), ceil(rows / 4)), folded: row4 = id.z · groups.y + id.y; a thread moves 4 x 4 values
// checked   tests/tensor/ops/matmul/matmul_test.ts
struct Params { rows: u32, columns: u32, ld_in: u32, ld_out: u32 }
const WG = 64;
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

fn row(r: u32, column4: u32) -> vec4f {
  return select(vec4f(0), a[min(r, params.rows - 1u) * params.ld_in + column4], r < params.rows);
}

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let column4 = id.x;
  let row4 = id.z * groups.y + id.y;
  let r = 4u * row4;
  if (column4 >= params.ld_in || row4 >= params.ld_out) { return; }
  let t = transpose(mat4x4f(row(r, column4), row(r + 1u, column4), row(r + 2u, column4), row(r + 3u, column4)));
  @unroll(j, 4) {
    if (4u * column4 + j < params.columns) { out[(4u * column4 + j) * params.ld_out + row4] = t[j]; }
  }
}
