// row_attention.wgsl: attention of single tokens, each within a sequence whose keys and values are kept.
//
//   s[j]   = scale · q[r]·k[s_r,j] over the kept j with p_r − window < j < p_r,   s[own] = scale · q[r]·own_k[r]
//   z[r]   = Σ_j softmax(s)[j] v[s_r,j] + softmax(s)[own] own_v[r]                                    overwrites
//   s_r = sequences[r], p_r = positions[r]; what is kept at p_r and behind it is not read
//   main      an invocation owns a row of a head, begins with the row's own key and meets the kept ones in blocks of BLOCK, with
//             a running maximum that rescales once a block
//   grouped   (GROUPED 1) the same for groups of rows of one sequence: a subgroup owns a group of a head, ROWS rows a lane.
//             PARTS lanes load a key of the block together, SHARE vec4f each, and hand the values round by broadcast
//   Heads of queries share those of keys, `share` by `share` that stand behind one another.
// shapes    q, z [rows, ld], own_k, own_v [rows, kv_ld] in vec4f, a piece that begins at `first_row`, heads side by side, D4 vec4f
//           each, zeros behind d_head; k, v [count, pos, kv_ld], sequences `first` .. first + count of `all`: rows of other sequences are left alone;
//           sequences, positions u32 [all rows]; groups u32 [groups, 8]: first row, rows, sequence, least and largest position
// dispatch  main: an invocation for each of rows · n_heads, index = id.y · stride + id.x, heads outermost
//           grouped: (groups, n_heads)
// limits    f32; finite scores above −1e30; pos / BLOCK turns of one loop. A NaN in any visible
//           value reaches the result; a sequence or position that is not kept gives NaN (main alone)
// checked   tests/tensor/ops/row_attention_test.ts: plain TypeScript, windows, several pieces, groups of unlike sizes;
//           tests/model/kept_rows_test.ts
const GROUPED = 0;
const LANES = 8u;
const BLOCK = 4;
const PARTS = 1;
const SHARE = 4;
const ROWS = 1;
const D4 = 4;
const HIDDEN = -3.4e38;

struct Params {
  rows: u32, first_row: u32, n_heads: u32, stride: u32, ld: u32,
  share: u32, kv_ld: u32, first: u32, count: u32, all: u32, pos: u32, window: u32, scale: f32, nan: u32,
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
@if(GROUPED == 1) { @group(0) @binding(9) var<storage, read> groups: array<u32>; }

fn dot4(a: vec4f, b: vec4f, sum: f32) -> f32 {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows * params.n_heads) { return; }
  let row = index % params.rows;
  let head = index / params.rows * D4;
  let kv_head = index / params.rows / params.share * D4;
  let sequence = sequences[params.first_row + row];
  let position = positions[params.first_row + row];
  let at = row * params.ld + head;
  let own_at = row * params.kv_ld + kv_head;
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
    largest = dot4(own[d], own_k[own_at + d], largest);
    sums[d] = own_v[own_at + d];
  }
  let k0 = (sequence - params.first) * params.pos;
  let begin = select(0u, position + 1u - params.window, position + 1u > params.window);
  for (var j = begin; j < position; j += BLOCK) {
    var s = array<f32, BLOCK>(); // an initial value, or naga keeps that of the last iteration
    var most = largest;
    @unroll(n, BLOCK) {
      let from_row = (k0 + min(j + n, position - 1u)) * params.kv_ld + kv_head;
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
      let from_row = (k0 + min(j + n, position - 1u)) * params.kv_ld + kv_head;
      total = total + share;
      @unroll(d, D4) { sums[d] = fma(vec4f(share), v[from_row + d], sums[d]); }
    }
  }
  @unroll(d, D4) { z[at + d] = sums[d] / total; }
}

@if(GROUPED == 1) {
  @compute @workgroup_size(LANES)
  fn grouped(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let g = 8u * group.x;
    let count = groups[g + 1u];
    let sequence = groups[g + 2u];
    let end = groups[g + 4u];
    if (sequence < params.first || sequence - params.first >= params.count) { return; }
    let head = group.y * D4;
    let kv_head = group.y / params.share * D4;
    let k0 = (sequence - params.first) * params.pos;
    let least = groups[g + 3u] + 1u;
    let begin = select(0u, (least - params.window) / BLOCK * BLOCK, least > params.window);

    var own: array<vec4f, ROWS * D4>;
    var sums: array<vec4f, ROWS * D4>;
    var at: array<u32, ROWS>;
    var largest: array<f32, ROWS>;
    var total: array<f32, ROWS>;
    @unroll(n, ROWS) {
      let row = groups[g] + min(n * LANES + lane, count - 1u);
      let from_row = row * params.ld + head;
      let from_own = row * params.kv_ld + kv_head;
      at[n] = positions[row];
      total[n] = 1.0;
      @unroll(d, D4) {
        own[n * D4 + d] = params.scale * q[from_row + d];
        largest[n] = dot4(own[n * D4 + d], own_k[from_own + d], largest[n]);
        sums[n * D4 + d] = own_v[from_own + d];
      }
    }
    for (var j0 = begin; j0 < end; j0 += BLOCK) {
      let inside = j0 + lane / PARTS < end;
      let from_row = (k0 + min(j0 + lane / PARTS, end - 1u)) * params.kv_ld + kv_head;
      var a: array<vec4f, SHARE>;
      var b: array<vec4f, SHARE>;
      @unroll(e, SHARE) { a[e] = k[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
      @unroll(e, SHARE) { b[e] = select(vec4f(0), v[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)], inside); }
      var s = array<f32, ROWS * BLOCK>(); // an initial value, or naga keeps that of the last iteration
      @unroll(j, BLOCK) {
        @unroll(d, D4) {
          let a_jd = subgroupBroadcast(a[d / PARTS], u32(j * PARTS + d % PARTS));
          @unroll(n, ROWS) { s[n * BLOCK + j] = dot4(own[n * D4 + d], a_jd, s[n * BLOCK + j]); }
        }
      }
      @unroll(n, ROWS) {
        var most = largest[n];
        @unroll(j, BLOCK) {
          let visible = j0 + j < at[n] && j0 + j + params.window > at[n];
          s[n * BLOCK + j] = select(HIDDEN, s[n * BLOCK + j], visible);
          most = max(most, s[n * BLOCK + j]);
        }
        let shrink = exp(largest[n] - most);
        largest[n] = most;
        total[n] = total[n] * shrink;
        @unroll(j, BLOCK) {
          s[n * BLOCK + j] = exp(s[n * BLOCK + j] - most);
          total[n] = total[n] + s[n * BLOCK + j];
        }
        @unroll(d, D4) { sums[n * D4 + d] = sums[n * D4 + d] * shrink; }
      }
      @unroll(j, BLOCK) {
        @unroll(d, D4) {
          let b_jd = subgroupBroadcast(b[d / PARTS], u32(j * PARTS + d % PARTS));
          @unroll(n, ROWS) { sums[n * D4 + d] = fma(vec4f(s[n * BLOCK + j]), b_jd, sums[n * D4 + d]); }
        }
      }
    }
    @unroll(n, ROWS) {
      if (n * LANES + lane < count) {
        let to = (groups[g] + n * LANES + lane) * params.ld + head;
        @unroll(d, D4) { z[to + d] = sums[n * D4 + d] / total[n]; }
      }
    }
  }
}
