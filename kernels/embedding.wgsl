// embedding.wgsl: rows of a token table and of a position table, and the sums of their gradients.
//
//   gather         y[b,p] = W_E[ids[b,p]] (+ W_pos[positions[b] + p] with POS 1)                    overwrites
//                  An id or position beyond its table gives a row of NaN, which no loss can miss.
//   scatter        grad_W_E[id] += Σ over the rows where id occurs of grad_y[row], by the index     accumulates
//   position_grad  grad_W_pos[p] = Σ_b grad_y[b,p], 0 for p >= pos    overwrites, with ADD accumulates
// shapes    ids [batch, ids_ld]; W_E, W_pos, y, grad_* rows of ld vec4f; positions [batch]; index [3n + 2] holds
//           count, offsets [n + 1], ids [n] and order [n]: the rows of ids[i] are order[offsets[i]] .. order[offsets[i + 1]]
//           W_E and grad_W_E are bound from row table_first on, y and grad_y from row `first` on, `table_rows` and `rows`
//           of them: rows of other pieces are left alone
// dispatch  LANES lanes a row of y (gather) or, where sums are long, a slice of LANES vec4f of a row of grad_W_E, by
//           index.ids (scatter), or of W_pos (position_grad); WG / LANES of them a workgroup
// work      gather: flop 4 * rows * ld; turns 1 + (ld + LANES - 1) / LANES; bytes 48 * rows * ld
//           scatter: flop 4 * n * ld; turns 3; bytes 48 * n * ld
//           position_grad: flop 4 * pos * batch * ld; turns (batch + TURN - 1) / TURN
// limits    llvmpipe leaves all loops after 65,535 turns, so a lane sums one vec4f, TURN rows a turn; no barrier, no
//           subgroup operation, no atomics: every sum runs in the order of the batch
// checked   tests/tensor/ops/embedding_test.ts: plain TypeScript, tables in several pieces; PyTorch
const WG = 64u;
const LANES = 8u;
const TURN = 16;
const POS = 0;
const OFFSET = 0;
const ADD = 0;

struct Params {
  rows: u32, first: u32, pos: u32, ids_ld: u32, batch: u32, ld: u32,
  table_rows: u32, table_first: u32, d_vocab: u32, n_ctx: u32, n: u32, nan: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> positions: array<u32>;
@group(0) @binding(3) var<storage, read> W_E: array<vec4f>;
@group(0) @binding(4) var<storage, read> W_pos: array<vec4f>;
@group(0) @binding(5) var<storage, read> index: array<u32>;
@group(0) @binding(6) var<storage, read> grad_y: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> grad_W_E: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> grad_W_pos: array<vec4f>;

fn row_of(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * (WG / LANES) + local / LANES;
}

@compute @workgroup_size(WG)
fn gather(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = row_of(group, groups, local);
  if (row >= params.rows) { return; }
  let b = (params.first + row) / params.pos;
  let p = (params.first + row) - b * params.pos;
  let id = ids[b * params.ids_ld + p];
  let to = row * params.ld;
  var known = id < params.d_vocab;
  @if(POS == 1) {
    var position = p;
    @if(OFFSET == 1) { position = position + positions[b]; }
    known = known && position < params.n_ctx;
    let place = position * params.ld;
  }
  if (!known) {
    if (params.table_first > 0u) { return; }
    for (var c = local % LANES; c < params.ld; c += LANES) { y[to + c] = vec4f(bitcast<f32>(params.nan)); }
    return;
  }
  if (id < params.table_first || id - params.table_first >= params.table_rows) { return; }
  let source = (id - params.table_first) * params.ld;
  for (var c = local % LANES; c < params.ld; c += LANES) {
    var v = W_E[source + c];
    @if(POS == 1) { v = v + W_pos[place + c]; }
    y[to + c] = v;
  }
}

@compute @workgroup_size(WG)
fn scatter(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let slices = (params.ld + LANES - 1u) / LANES;
  let slice = row_of(group, groups, local);
  let i = slice / slices;
  let c = slice % slices * LANES + local % LANES;
  if (c >= params.ld || i >= index[0]) { return; }
  let id = index[params.n + 2u + i];
  if (id < params.table_first || id - params.table_first >= params.table_rows) { return; }
  let to = (id - params.table_first) * params.ld;
  let order = 2u * params.n + 2u;
  let end = index[2u + i];
  var sum = vec4f(0);
  var e = index[1u + i];
  for (; e + TURN <= end; e += TURN) {
    @unroll(t, TURN) {
      let row = index[order + e + t] - params.first; // wraps to a huge number before the first
      if (row < params.rows) { sum = sum + grad_y[row * params.ld + c]; }
    }
  }
  for (; e < end; e++) {
    let row = index[order + e] - params.first;
    if (row < params.rows) { sum = sum + grad_y[row * params.ld + c]; }
  }
  grad_W_E[to + c] = grad_W_E[to + c] + sum;
}

@compute @workgroup_size(WG)
fn position_grad(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let slices = (params.ld + LANES - 1u) / LANES;
  let slice = row_of(group, groups, local);
  let p = slice / slices;
  let c = slice % slices * LANES + local % LANES;
  if (c >= params.ld || p >= params.n_ctx) { return; }
  var sum = vec4f(0);
  @if(ADD == 1) { sum = grad_W_pos[p * params.ld + c]; }
  if (p < params.pos) {
    var b = 0u;
    for (; b + TURN <= params.batch; b += TURN) {
      @unroll(t, TURN) {
        let row = (b + t) * params.pos + p - params.first;
        if (row < params.rows) { sum = sum + grad_y[row * params.ld + c]; }
      }
    }
    for (; b < params.batch; b++) {
      let row = b * params.pos + p - params.first;
      if (row < params.rows) { sum = sum + grad_y[row * params.ld + c]; }
    }
  }
  grad_W_pos[p * params.ld + c] = sum;
}
