// top_k.wgsl: keeps the k largest positive values of a whole batch, without sorting.
//
//   rank   r = max(z, 0) · weight of its column. Bits of a positive f32, read as u32, are in the order of the numbers
//   count  round by round a byte of the ranks, from the top, then, with INDEX 1, a byte of `last − index` of the ranks equal to
//          the one found, since of equal ranks the first ones are kept: bins[round, d] += how many of those that agree with
//          what was found so far have the byte d, `shift` bits up
//   found  what the rounds before have found, which each workgroup reads off their bins before it counts: (bits of the k-th
//          largest rank, of last − index of the last value kept, how many are still to be kept, 0); found[round] keeps it.
//          A round leaves the bins of the next at 0
//   keep   out = z where (rank, last − index) is not below what was found and the rank is above 0, else 0;
//          smallest[0] = the k-th largest rank, or the smallest positive one where fewer are positive, or 0
// shapes    z, out [rows, 4·ld], a piece whose first row is `row` of all; weights [4·ld] where WEIGHTED; bins [rounds, 256],
//           found [rounds + 1]; index = row · 4·ld + column
// dispatch  (ceil(ld / (WG · STRIP)), ceil(rows / ROWS)), folded: row = (group.z · groups.y + group.y) · ROWS and those after it
// work      count, keep: flop 32 * rows * ld; turns ROWS * STRIP + 4
// limits    last below 2^32. With SHARED a workgroup counts in its own memory first, since its atomics meet in few bins;
//           counts are whole numbers, so no order of adding changes them
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// with      top_k_choice.wgsl before it
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const INDEX = 0;
const SHARED = 1;
const WG = 64u;
const STRIP = 4u;
const ROWS = 1u;
struct Params { rows: u32, row: u32, ld: u32, k: u32, last: u32, round: u32, rounds: u32, shift: u32, found_shift: u32, found_index: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> found: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> smallest: array<f32>;

var<workgroup> counts: array<u32, 256>;
var<workgroup> now: vec4u;
@if(SHARED == 1) { var<workgroup> shared_bins: array<atomic<u32>, 256>; }

fn ranks(at: u32, column: u32) -> vec4u {
  let v = z[at];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

// last − index of the first of four neighbours.
fn place_of(row: u32, column: u32) -> u32 {
  return params.last - ((params.row + row) * 4u * params.ld + 4u * column);
}

fn tally(digit: u32) {
  @if(SHARED == 1) { atomicAdd(&shared_bins[digit], 1u); }
  @if(SHARED == 0) { atomicAdd(&bins[params.round * 256u + digit], 1u); }
}

fn higher(value: u32) -> u32 {
  if (params.shift >= 24u) { return 0u; }
  return value >> (params.shift + 8u);
}

fn count_one(sought: vec4u, rank: u32, place: u32) {
  if (rank == 0u) { return; }
  @if(INDEX == 0) {
    if (higher(rank) == higher(sought.x)) { tally((rank >> params.shift) & 255u); }
  }
  @if(INDEX == 1) {
    if (rank == sought.x && higher(place) == higher(sought.y)) { tally((place >> params.shift) & 255u); }
  }
}

fn count_of(digit: u32) -> u32 { return counts[digit]; }

// What the rounds before this one have found, from the bins of the last of them. With barriers.
fn settle(local: u32, first: bool) {
  if (params.round == 0u) {
    if (local == 0u) { now = vec4u(0u, 0u, params.k, 0u); }
    workgroupBarrier();
    return;
  }
  let begin = (params.round - 1u) * 256u;
  for (var d = local; d < 256u; d += WG) { counts[d] = atomicLoad(&bins[begin + d]); }
  workgroupBarrier();
  sum_sides(local);
  workgroupBarrier();
  if (local == 0u) {
    var before = vec4u(0u, 0u, params.k, 0u);
    if (params.round > 1u) { before = found[params.round - 1u]; }
    let chosen = choose(before.z);
    let bits = chosen.x << params.found_shift;
    now = vec4u(before.x, before.y | bits, chosen.y, 0u);
    if (params.found_index == 0u) { now = vec4u(before.x | bits, 0u, chosen.y, 0u); }
    if (first) { found[params.round] = now; }
  }
  workgroupBarrier();
}

@compute @workgroup_size(WG)
fn count(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let first = all(group == vec3u(0));
  settle(local, first);
  let next = (params.round + 1u) % params.rounds * 256u;
  if (first) {
    for (var d = local; d < 256u; d += WG) { atomicStore(&bins[next + d], 0u); }
  }
  @if(SHARED == 1) {
    for (var d = local; d < 256u; d += WG) { atomicStore(&shared_bins[d], 0u); }
    workgroupBarrier();
  }
  let sought = now;
  for (var q = 0u; q < ROWS; q++) {
    let row = (group.z * groups.y + group.y) * ROWS + q;
    for (var s = 0u; s < STRIP; s++) {
      let column = (group.x * STRIP + s) * WG + local;
      if (row < params.rows && column < params.ld) {
        let r = ranks(row * params.ld + column, column);
        let place = place_of(row, column);
        @unroll(c, 4) { count_one(sought, r[c], place - c); }
      }
    }
  }
  @if(SHARED == 1) {
    workgroupBarrier();
    for (var d = local; d < 256u; d += WG) {
      let n = atomicLoad(&shared_bins[d]);
      if (n > 0u) { atomicAdd(&bins[params.round * 256u + d], n); }
    }
  }
}

@compute @workgroup_size(WG)
fn keep(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  settle(local, false);
  let sought = now;
  if (local == 0u && all(group == vec3u(0))) { smallest[0] = bitcast<f32>(sought.x); }
  for (var q = 0u; q < ROWS; q++) {
    let row = (group.z * groups.y + group.y) * ROWS + q;
    for (var s = 0u; s < STRIP; s++) {
      let column = (group.x * STRIP + s) * WG + local;
      if (row < params.rows && column < params.ld) {
        let at = row * params.ld + column;
        let r = ranks(at, column);
        let place = vec4u(place_of(row, column)) - vec4u(0, 1, 2, 3);
        let kept = (r > vec4u(sought.x)) | ((r == vec4u(sought.x)) & (place >= vec4u(sought.y)));
        out[at] = select(vec4f(0), z[at], kept & (r > vec4u(0u)));
      }
    }
  }
}
