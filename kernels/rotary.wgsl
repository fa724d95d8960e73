// rotary.wgsl: rotary position embedding (Su et al., arXiv 2104.09864, eq. 34), halves of a head side by side as GPT-NeoX and Llama have
// them; the rotation back is its gradient.
//
//   y[d]        = x[d] · cos − x[d + half] · sin     y[d + half] = x[d + half] · cos + x[d] · sin     for d < half = rotary_dim / 2
//   cos and sin of position · frequency[d]; what lies behind rotary_dim in a head, and behind the first
//   `turned` columns, stays as it is                                                                                             overwrites
//   BACK 1: −sin in place of sin
// WGSL's own cos and sin may be off by 2^-11, so angles come as a table, of SPAN + n rows: row i < SPAN holds cos and sin of i · frequency,
// row SPAN + j those of j · SPAN · frequency, and a position's are put together from two rows by the sum of angles.
// shapes    x, y [rows, 4·ld] of a piece that begins at row `first` of [batch · pos]; n_heads · d_head = `columns`, the rest is padding and
//           written as zeros; angles [SPAN + n, 4·angles_ld]: cos in the first half columns, sin in the next
//           position: positions[row / pos] + row % pos with OFFSET 1, else row % pos; NaN where the table ends before it
// dispatch  (ceil(ld / 64), rows), folded: row = id.z · groups.y + id.y; an invocation writes a vec4f. WIDE 1: d_head and half are multiples
//           of four, so that four neighbours have four neighbours for partners
// limits    f32; rotary_dim even, at most d_head; the table fits into one binding; no workgroup memory, no barrier, no loop
// checked   tests/tensor/ops/rotary_test.ts: plain TypeScript, both forms; PyTorch
const WIDE = 0;
const BACK = 0;
const OFFSET = 0;
const SPAN = 128u;

struct Params { rows: u32, first: u32, pos: u32, columns: u32, turned: u32, ld: u32, d_head: u32, half: u32, angles_ld: u32, angles_rows: u32, nan: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@if(WIDE == 1) { @group(0) @binding(1) var<storage, read> x: array<vec4f>; }
@if(WIDE == 0) { @group(0) @binding(1) var<storage, read> x: array<f32>; }
@group(0) @binding(2) var<storage, read> angles: array<f32>;
@group(0) @binding(3) var<storage, read> positions: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

// cos and sin for frequency f at `position`, by the sum of the angles of two rows.
fn turn(position: u32, f: u32) -> vec2f {
  let fine = (position % SPAN) * 4u * params.angles_ld + f;
  let coarse = (SPAN + position / SPAN) * 4u * params.angles_ld + f;
  let a = vec2f(angles[fine], angles[fine + params.half]);
  let b = vec2f(angles[coarse], angles[coarse + params.half]);
  var sine = a.y * b.x + a.x * b.y;
  @if(BACK == 1) { sine = -sine; }
  return vec2f(a.x * b.x - a.y * b.y, sine);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.rows) { return; }
  let place = params.first + row;
  var position = place % params.pos;
  @if(OFFSET == 1) { position = position + positions[place / params.pos]; }
  let at = row * params.ld + id.x;
  if (SPAN + position / SPAN >= params.angles_rows) {
    y[at] = vec4f(bitcast<f32>(params.nan));
    return;
  }
  @if(WIDE == 1) {
    let d = 4u * id.x % params.d_head;
    var v = x[at];
    if (d < 2u * params.half && 4u * id.x < params.turned) {
      let low = d < params.half;
      let f = select(d - params.half, d, low);
      let partner = x[select(at - params.half / 4u, at + params.half / 4u, low)];
      let t0 = turn(position, f);
      let t1 = turn(position, f + 1u);
      let t2 = turn(position, f + 2u);
      let t3 = turn(position, f + 3u);
      let sine = vec4f(t0.y, t1.y, t2.y, t3.y);
      v = v * vec4f(t0.x, t1.x, t2.x, t3.x) + partner * select(sine, -sine, low);
    }
    y[at] = v;
  }
  @if(WIDE == 0) {
    var v = vec4f(0);
    @unroll(e, 4) {
      let c = 4u * id.x + e;
      if (c < params.columns) {
        let d = c % params.d_head;
        v[e] = x[4u * at + e];
        if (d < 2u * params.half && c < params.turned) {
          let low = d < params.half;
          let t = turn(position, select(d - params.half, d, low));
          let partner = x[select(4u * at + e - params.half, 4u * at + e + params.half, low)];
          v[e] = v[e] * t.x + partner * select(t.y, -t.y, low);
        }
      }
    }
    y[at] = v;
  }
}
