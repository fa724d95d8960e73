// row_attention.wgsl: attention of single tokens, each within a sequence whose keys and values are kept.
//
//   s[j]   = scale · q[r]·k[s_r,j] over the kept j with p_r − window < j < p_r,   s[own] = scale · q[r]·own_k[r]
//   z[r]   = Σ_j softmax(s)[j] v[s_r,j] + softmax(s)[own] own_v[r]                                    overwrites
//   s_r = sequences[r], p_r = positions[r]; what is kept at p_r and behind it is not read
// An invocation owns a row of a head, begins with the row's own key and meets the kept ones in blocks of BLOCK, with a
// running maximum that rescales once a block. Rows that stand behind one another in one sequence load the same keys.
// shapes    q, own_k, own_v, z [rows, ld] in vec4f, a piece that begins at `first_row`, heads side by side, D4 vec4f each;
//           k, v [count, pos, ld], sequences `first` .. first + count of `all`: rows of other sequences are left alone;
//           sequences, positions u32 [all rows]
// dispatch  an invocation for each of rows · n_heads, index = id.y · stride + id.x, heads outermost
// limits    f32; d_head a multiple of 4; finite scores above −1e30; pos / BLOCK turns of one loop. A NaN in any visible
//           value reaches the result; a sequence or position that is not kept gives NaN
// checked   tests/tensor/ops/row_attention_test.ts: plain TypeScript, windows, several pieces; tests/model/kept_rows_test.ts
const BLOCK = 4;
const D4 = 4;
const HIDDEN = -3.4e38;

struct Params {
  rows: u32, first_row: u32, n_heads: u32, stride: u32, ld: u32,
  first: u32, count: u32, all: u32, pos: u32, window: u32, scale: f32, nan: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> own_k: array<vec4f>;
@group(0) @binding(3) var<storage, read> own_v: array<vec4f>;
@group(0) @binding(4) var<storage, read> k: array<vec4f>;
@group(0) @binding(5) var<storage, read> v: array<vec4f>;
@group(0) @binding(6) var<storage, read> sequences: array<u32>;
@group(0) @binding(7) var<storage, read> positions: array<u32>;
@group(0) @binding(8) var<storage, read_write> z: array<vec4f>;

fn dot4(a: vec4f, b: vec4f, sum: f32) -> f32 {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows * params.n_heads) { return; }
  let row = index % params.rows;
  let head = index / params.rows * D4;
  let sequence = sequences[params.first_row + row];
  let position = positions[params.first_row + row];
  let at = row * params.ld + head;
  if (sequence >= params.all || position > params.pos) {
    @unroll(d, D4) { z[at + d] = vec4f(bitcast<f32>(params.nan)); }
    return;
  }
  if (sequence < params.first || sequence - params.first >= params.count) { return; }

  var own: array<vec4f, D4>;
  var sums: array<vec4f, D4>;
  var largest = 0.0;
  var total = 1.0;
  @unroll(d, D4) {
    own[d] = params.scale * q[at + d];
    largest = dot4(own[d], own_k[at + d], largest);
    sums[d] = own_v[at + d];
  }
  let k0 = (sequence - params.first) * params.pos;
  let begin = select(0u, position + 1u - params.window, position + 1u > params.window);
  for (var j = begin; j < position; j += BLOCK) {
    var s = array<f32, BLOCK>(); // an initial value, or naga keeps that of the last iteration
    var most = largest;
    @unroll(n, BLOCK) {
      let from_row = (k0 + min(j + n, position - 1u)) * params.ld + head;
      @unroll(d, D4) { s[n] = dot4(own[d], k[from_row + d], s[n]); }
      s[n] = select(HIDDEN, s[n], j + n < position);
      most = max(most, s[n]);
    }
    let shrink = exp(largest - most);
    largest = most;
    total = total * shrink;
    @unroll(d, D4) { sums[d] = sums[d] * shrink; }
    @unroll(n, BLOCK) {
      let share = exp(s[n] - most);
      let from_row = (k0 + min(j + n, position - 1u)) * params.ld + head;
      total = total + share;
      @unroll(d, D4) { sums[d] = fma(vec4f(share), v[from_row + d], sums[d]); }
    }
  }
  @unroll(d, D4) { z[at + d] = sums[d] / total; }
}
