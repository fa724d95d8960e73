// rows.wgsl: moves whole rows by index.
//
//   gather   out[r] = factor · table[index[start + from_row + r] − first], for indices within first .. first + rows; others are
//            left alone, so a table in several pieces is gathered piece by piece. out begins at row `from_row` of `count`.
//            start = (step % per_round) · count, where step is the counter in schedule[0].x with SCHEDULED, else 0
//   place    out[b, positions[from_row + b] + r] = a[b, r] for a [batch, count, ·], out [batch, rows, ·], from sequence from_row on
//   stack    out[r, first + ·] = a[r, ·] for a [count, width4] into rows of `rows` vec4f
// shapes    rows are vec4f; factors [·] one for each vec4f of a row where FACTORS
// dispatch  (ceil(width4 / 64), `here` rows to move), folded: row = id.z · groups.y + id.y; an invocation moves a vec4f
// work      gather: turns 2; bytes 32 * here * width4
//           place, stack: turns 2; bytes 32 * here * width4
// checked   tests/tensor/ops/rows_test.ts
const SCHEDULED = 0;
const FACTORS = 0;
struct Params { count: u32, here: u32, from_row: u32, width4: u32, first: u32, rows: u32, per_round: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> index: array<u32>;
@group(0) @binding(3) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(4) var<storage, read> factors: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let r = id.z * groups.y + id.y;
  if (id.x >= params.width4 || r >= params.here) { return; }
  var start = 0u;
  @if(SCHEDULED == 1) { start = (u32(schedule[0].x) % params.per_round) * params.count; }
  let row = index[start + params.from_row + r];
  if (row < params.first || row >= params.first + params.rows) { return; }
  var v = a[(row - params.first) * params.width4 + id.x];
  @if(FACTORS == 1) { v = factors[id.x] * v; }
  out[r * params.width4 + id.x] = v;
}

@compute @workgroup_size(64)
fn place(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let r = id.z * groups.y + id.y;
  if (id.x >= params.width4 || r >= params.here) { return; }
  let b = r / params.count;
  let row = b * params.rows + index[params.from_row + b] + r % params.count;
  out[row * params.width4 + id.x] = a[r * params.width4 + id.x];
}

@compute @workgroup_size(64)
fn stack(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let r = id.z * groups.y + id.y;
  if (id.x >= params.width4 || r >= params.here) { return; }
  out[r * params.rows + params.first + id.x] = a[r * params.width4 + id.x];
}
