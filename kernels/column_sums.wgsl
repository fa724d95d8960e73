// column_sums.wgsl: out[p,c] = Σ over rows p·part .. (p+1)·part of a[row,c], or of its square with SQUARES.
//
// shapes    a [rows, 4·ld], out [ceil(rows / part), 4·ld]; overwrites, with ADD accumulates
// dispatch  (ceil(ld / 16), ceil(rows / part)): an invocation walks down one vec4f column
// checked   tests/tensor/reduce_test.ts
const ADD = 0;
const SQUARES = 0;
struct Params { rows: u32, ld: u32, part: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= params.ld) { return; }
  let end = min((id.y + 1u) * params.part, params.rows);
  var sum = vec4f(0);
  for (var r = id.y * params.part; r < end; r++) {
    let v = a[r * params.ld + column];
    @if(SQUARES == 0) { sum = sum + v; }
    @if(SQUARES == 1) { sum = sum + v * v; }
  }
  @if(ADD == 1) { sum = out[id.y * params.ld + column] + sum; }
  out[id.y * params.ld + column] = sum;
}
