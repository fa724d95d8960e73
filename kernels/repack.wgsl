// repack.wgsl: the same values under another last axis, where the padding of rows moves.
//
//   y[i] = x[i] for value i of the tensor in row-major order; padding is written as zeros         overwrites
// shapes    x rows of `from_columns` values, `from_ld` floats apart; y [rows, 4·ld] with `columns` values a row
// dispatch  (ceil(ld / 64), rows), folded: row = id.z · groups.y + id.y; an invocation writes a vec4f
// limits    f32; a piece of less than 2^32 values that begins with a row in both; no workgroup memory, no barrier, no loop
// checked   tests/tensor/ops/reshape_test.ts
struct Params { rows: u32, columns: u32, ld: u32, from_columns: u32, from_ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.rows) { return; }
  var v = vec4f(0);
  @unroll(e, 4) {
    let c = 4u * id.x + e;
    if (c < params.columns) {
      let i = row * params.columns + c;
      v[e] = x[i / params.from_columns * params.from_ld + i % params.from_columns];
    }
  }
  y[row * params.ld + id.x] = v;
}
