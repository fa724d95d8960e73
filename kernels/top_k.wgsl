// top_k.wgsl: keeps the k largest positive values of a whole batch, without sorting.
//
//   rank   r = max(z, 0) · weight of its column. Bits of a positive f32, read as u32, are in the order of the numbers
//   count  round by round a digit of the ranks, from the top: bins[round, d] += how many of those that agree with what was
//          found so far have the digit d, `width` bits `shift` bits up
//   found  what the rounds before have found, which each workgroup reads off their bins before it counts: (bits of the k-th
//          largest rank, how many of that rank are kept, 1 where these are all, 0); found[round] keeps it.
//          A round leaves the bins of the next at 0
//   ties   after the last round, where not all of that rank are kept: equals[chunk] = how many of a chunk have it
//   keep   out = z where its rank is above what was found, and where it is equal for the first ones that are kept, and above 0;
//          else 0.  smallest[0] = the k-th largest rank, or the smallest positive one where fewer are positive, or 0
// shapes    z, out [rows, 4·ld], a piece whose first row is `row` of all; weights [4·ld] where WEIGHTED; bins [rounds, DIGITS],
//           found [rounds + 1]; equals: a chunk is what a workgroup has of a row, in the order of the values
// dispatch  (ceil(ld / (WG · STRIP)), ceil(rows / ROWS)), folded: row = (group.z · groups.y + group.y) · ROWS and those after it
// work      count, ties, keep: flop 32 * rows * ld; turns ROWS * STRIP + 4
// limits    at most 11 bits a digit. With SHARED a workgroup counts in its own memory first, since its atomics meet in few
//           bins; counts are whole numbers, so no order of adding changes them
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// with      top_k_choice.wgsl before it, 32 sides of 64 digits
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const SHARED = 1;
const WG = 64u;
const STRIP = 4u;
const ROWS = 1u;
const DIGITS = SIDES * SIDE;
struct Params { rows: u32, row: u32, ld: u32, k: u32, round: u32, rounds: u32, shift: u32, width: u32, found_shift: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> found: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> smallest: array<f32>;
@group(0) @binding(7) var<storage, read_write> equals: array<u32>;

var<workgroup> counts: array<atomic<u32>, DIGITS>;
var<workgroup> now: vec4u;
var<workgroup> row_equals: array<atomic<u32>, ROWS>;
var<workgroup> earlier: array<u32, WG>;

fn ranks(at: u32, column: u32) -> vec4u {
  let v = z[at];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

fn tally(digit: u32) {
  @if(SHARED == 1) { atomicAdd(&counts[digit], 1u); }
  @if(SHARED == 0) { atomicAdd(&bins[params.round * DIGITS + digit], 1u); }
}

// What stands above the digit of this round: of 31 bits.
fn higher(value: u32) -> u32 { return value >> min(params.shift + params.width, 31u); }

fn count_of(digit: u32) -> u32 { return atomicLoad(&counts[digit]); }

// What the rounds before this one have found, from the bins of the last of them. With barriers.
fn settle(local: u32, first: bool) {
  if (params.round == 0u) {
    if (local == 0u) { now = vec4u(0u, params.k, 0u, 0u); }
    workgroupBarrier();
    return;
  }
  let begin = (params.round - 1u) * DIGITS;
  for (var d = local; d < DIGITS; d += WG) { atomicStore(&counts[d], atomicLoad(&bins[begin + d])); }
  workgroupBarrier();
  sum_sides(local);
  workgroupBarrier();
  if (local == 0u) {
    var before = vec4u(0u, params.k, 0u, 0u);
    if (params.round > 1u) { before = found[params.round - 1u]; }
    let chosen = choose(before.y);
    let all = select(0u, 1u, count_of(chosen.x) == chosen.y);
    now = vec4u(before.x | (chosen.x << params.found_shift), chosen.y, all, 0u);
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
  let next = (params.round + 1u) % params.rounds * DIGITS;
  if (first) {
    for (var d = local; d < DIGITS; d += WG) { atomicStore(&bins[next + d], 0u); }
  }
  @if(SHARED == 1) {
    for (var d = local; d < DIGITS; d += WG) { atomicStore(&counts[d], 0u); }
    workgroupBarrier();
  }
  let sought = higher(now.x);
  let mask = (1u << params.width) - 1u;
  for (var q = 0u; q < ROWS; q++) {
    let row = (group.z * groups.y + group.y) * ROWS + q;
    for (var s = 0u; s < STRIP; s++) {
      let column = (group.x * STRIP + s) * WG + local;
      if (row < params.rows && column < params.ld) {
        let r = ranks(row * params.ld + column, column);
        @unroll(c, 4) {
          if (r[c] > 0u && higher(r[c]) == sought) { tally((r[c] >> params.shift) & mask); }
        }
      }
    }
  }
  @if(SHARED == 1) {
    workgroupBarrier();
    for (var d = local; d < DIGITS; d += WG) {
      let n = atomicLoad(&counts[d]);
      if (n > 0u) { atomicAdd(&bins[params.round * DIGITS + d], n); }
    }
  }
}

// Which chunk of all a workgroup has in a row of its piece.
fn chunk_of(row: u32, group: vec3u, groups: vec3u) -> u32 { return (params.row + row) * groups.x + group.x; }

@compute @workgroup_size(WG)
fn ties(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  settle(local, all(group == vec3u(0)));
  let sought = now;
  for (var q = local; q < ROWS; q += WG) { atomicStore(&row_equals[q], 0u); }
  workgroupBarrier();
  if (sought.z == 0u) {
    for (var q = 0u; q < ROWS; q++) {
      let row = (group.z * groups.y + group.y) * ROWS + q;
      for (var s = 0u; s < STRIP; s++) {
        let column = (group.x * STRIP + s) * WG + local;
        if (row < params.rows && column < params.ld) {
          let same = select(vec4u(0), vec4u(1), ranks(row * params.ld + column, column) == vec4u(sought.x));
          let n = same.x + same.y + same.z + same.w;
          if (n > 0u) { atomicAdd(&row_equals[q], n); }
        }
      }
    }
  }
  workgroupBarrier();
  for (var q = local; q < ROWS; q += WG) {
    let row = (group.z * groups.y + group.y) * ROWS + q;
    if (row < params.rows) { equals[chunk_of(row, group, groups)] = atomicLoad(&row_equals[q]); }
  }
}

// How many values of this rank stand before value `c` of a column of a chunk: walked only in the one chunk of all in which
// some of them are kept and others not.
fn equals_before(row: u32, chunk: u32, column: u32, c: u32, rank: u32) -> u32 {
  var n = 0u;
  for (var other = chunk * STRIP * WG; other <= column; other++) {
    let r = ranks(row * params.ld + other, other);
    @unroll(u, 4) {
      if (r[u] == rank && (other < column || u < c)) { n++; }
    }
  }
  return n;
}

@compute @workgroup_size(WG)
fn keep(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let sought = found[params.rounds];
  if (local == 0u && all(group == vec3u(0))) { smallest[0] = bitcast<f32>(sought.x); }
  let first = (group.z * groups.y + group.y) * ROWS;
  var mine = 0u;
  if (sought.z == 0u) {
    for (var i = local; i < chunk_of(first, group, groups); i += WG) { mine += equals[i]; }
  }
  earlier[local] = mine;
  workgroupBarrier();
  var before = 0u;
  for (var i = 0u; i < WG; i++) { before += earlier[i]; }
  for (var q = 0u; q < ROWS; q++) {
    let row = first + q;
    if (row >= params.rows) { break; }
    let chunk = chunk_of(row, group, groups);
    let here = equals[chunk]; // 0 where all of this rank are kept
    let left = min(here, sought.y - min(before, sought.y));
    for (var s = 0u; s < STRIP; s++) {
      let column = (group.x * STRIP + s) * WG + local;
      if (column < params.ld) {
        let at = row * params.ld + column;
        let r = ranks(at, column);
        var kept = (r > vec4u(sought.x)) | ((r == vec4u(sought.x)) & vec4<bool>(left == here));
        if (left > 0u && left < here) {
          @unroll(c, 4) {
            if (r[c] == sought.x) { kept[c] = equals_before(row, group.x, column, c, r[c]) < left; }
          }
        }
        out[at] = select(vec4f(0), z[at], kept & (r > vec4u(0u)));
      }
    }
    for (var i = 0u; i < groups.x; i++) { before += equals[chunk + i]; }
  }
}
