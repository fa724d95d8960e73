// squared_error.wgsl: reconstruction error, its gradient, and their sums down the columns.
//
//   r = reconstruction − x;  g = 2 · factor · r;  reconstruction = g   (its gradient, in place)
//   sums[first + p, c] = Σ g over the rows of part p;  sums[first + p, 4·ld + c] = Σ factor · r²         overwrites
// shapes    reconstruction, x [rows, 4·ld], a piece of all rows; sums [all rows / part, 4·ld_sums], the two side by side
// dispatch  an invocation a part of `part` rows and vec4f column: index = id.y · stride + id.x = p · ld + column
// work      main: flop 28 * rows * ld; turns (part + 3) / 4
// checked   tests/crosscoder/fused_loss_test.ts
const WG = 64;
struct Params { rows: u32, ld: u32, part: u32, first: u32, ld_sums: u32, stride: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> reconstruction: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let p = index / params.ld;
  let column = index % params.ld;
  let start = p * params.part;
  if (start >= params.rows) { return; }
  let end = min(start + params.part, params.rows);
  var sum = vec4f(0);
  var squares = vec4f(0);
  for (var row = start; row < end; row += 4u) {
    var r: array<vec4f, 4>; // four rows are loaded before one is stored, which loads could not overtake
    @unroll(u, 4) {
      let at = min(row + u, end - 1u) * params.ld + column;
      r[u] = reconstruction[at] - x[at];
    }
    @unroll(u, 4) {
      if (row + u < end) {
        let g = 2.0 * params.factor * r[u];
        reconstruction[(row + u) * params.ld + column] = g;
        sum += g;
        squares += r[u] * r[u];
      }
    }
  }
  let to = (params.first + p) * params.ld_sums + column;
  sums[to] = sum;
  sums[to + params.ld] = params.factor * squares;
}
