// column_sums.wgsl: out[first + p, c] = Σ over rows p·part .. (p+1)·part of a[row,c], or of its square with SQUARES.
//
// shapes    a [rows, 4·ld], a piece of all rows; out [ceil(all rows / part), 4·ld]; overwrites, with ADD accumulates
// dispatch  an invocation a vec4f of the result, index = id.y · stride + id.x = p · ld + column: neighbours read neighbours
// work      main: flop 4 * rows * ld; turns (part + 7) / 8
// checked   tests/tensor/ops/sum_test.ts
const ADD = 0;
const SQUARES = 0;
const WG = 64;
struct Params { rows: u32, ld: u32, part: u32, first: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  let p = i / params.ld;
  let column = i % params.ld;
  let start = p * params.part;
  if (start >= params.rows) { return; }
  let end = min(start + params.part, params.rows);
  var sum = vec4f(0);
  for (var r = start; r < end; r += 8u) {
    @unroll(u, 8) {
      let v = select(vec4f(0), a[min(r + u, end - 1u) * params.ld + column], r + u < end);
      @if(SQUARES == 0) { sum = sum + v; }
      @if(SQUARES == 1) { sum = sum + v * v; }
    }
  }
  let at = (params.first + p) * params.ld + column;
  @if(ADD == 1) { sum = out[at] + sum; }
  out[at] = sum;
}
