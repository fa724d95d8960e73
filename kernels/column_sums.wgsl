// column_sums.wgsl: out[first + p, c] = Σ over rows p·part .. (p+1)·part of a[row,c], or of its square with SQUARES.
//
// shapes    a [rows, 4·ld], a piece of all rows; out [ceil(all rows / part), 4·ld]; overwrites, with ADD accumulates
// dispatch  (ceil(ld / 16), ceil(rows / part)), folded: p = id.z · groups.y + id.y; an invocation walks down one vec4f column
// work      main: flop 4 * rows * ld; turns part
// checked   tests/tensor/ops/sum_test.ts
const ADD = 0;
const SQUARES = 0;
struct Params { rows: u32, ld: u32, part: u32, first: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let column = id.x;
  let p = id.z * groups.y + id.y;
  if (column >= params.ld || p * params.part >= params.rows) { return; }
  let end = min((p + 1u) * params.part, params.rows);
  var sum = vec4f(0);
  for (var r = p * params.part; r < end; r++) {
    let v = a[r * params.ld + column];
    @if(SQUARES == 0) { sum = sum + v; }
    @if(SQUARES == 1) { sum = sum + v * v; }
  }
  let at = (params.first + p) * params.ld + column;
  @if(ADD == 1) { sum = out[at] + sum; }
  out[at] = sum;
}
