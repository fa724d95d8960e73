// nonzero.wgsl: where the values of a matrix that is mostly zero stand.
//
//   by_row     at[r, 0 .. count[r]] = the columns of row r whose value is not 0, rising          overwrites
//   by_column  at[c, 0 .. count[c]] = the rows in which the value of column c is not 0, rising   overwrites
// shapes    a [rows, 4·ld], its padding zero; by_row count [rows], at [rows, most]; by_column count [columns], at [columns, most]
// dispatch  one invocation a row, or a column: its number is id.y · stride + id.x
// limits    rows and ld below the turns that a CPU adapter allows an invocation
// numbers   told by bits: a NaN is not 0 (drivers differ on NaN != 0), −0 is
// checked   tests/tensor/ops/sparse_product_test.ts
struct Params { rows: u32, ld: u32, columns: u32, most: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> count: array<u32>;
@group(0) @binding(4) var<storage, read_write> at: array<u32>;

@compute @workgroup_size(8)
fn by_row(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * params.stride + id.x;
  if (r >= params.rows) { return; }
  let to = r * params.most;
  var n = 0u;
  for (var j = 0u; j < params.ld; j++) {
    let v = bitcast<vec4u>(a[r * params.ld + j]) << vec4u(1); // without the sign
    if (any(v != vec4u(0))) {
      @unroll(c, 4) {
        if (v[c] != 0u) {
          at[to + n] = 4u * j + c;
          n++;
        }
      }
    }
  }
  count[r] = n;
}

@compute @workgroup_size(8)
fn by_column(@builtin(global_invocation_id) id: vec3u) {
  let c = id.y * params.stride + id.x;
  if (c >= params.columns) { return; }
  let to = c * params.most;
  var n = 0u;
  for (var r = 0u; r < params.rows; r++) {
    if ((bitcast<u32>(values[r * 4u * params.ld + c]) << 1u) != 0u) {
      at[to + n] = r;
      n++;
    }
  }
  count[c] = n;
}
