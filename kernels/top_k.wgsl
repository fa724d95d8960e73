// top_k.wgsl: keeps the k largest positive values of each row, or of a whole batch, without sorting.
//
//   rank   r = max(z, 0) · weight of its column. Bits of a positive f32, read as u32, are in the order of the numbers
//   count  bins[segment, d] += how many ranks have the digit d (8 bits from `shift` on), among those whose higher digits
//          are those found so far. With INDEX 1 the digits of `last − index` are counted, among the ranks equal to the one
//          found: of equal ranks the first ones are kept
//   choose found[segment] = (bits of the k-th largest rank, last − index of the last value kept, how many of the digits
//          below are still to be kept, 0); leaves the bins at 0. With FIRST, `k` or as many as are positive
//   keep   out = z where (rank, last − index) is not below what was found and the rank is above 0, else 0
//   smallest  smallest[segment] = the k-th largest rank, 0 where none is positive
// shapes    z, out [rows, 4·ld], a piece whose first row is `row` of all; weights [4·ld] where WEIGHTED; bins [segments, 256],
//           found [segments]; a row is a segment, with ALL the batch is one. index = column, with ALL (row · 4·ld + column)
// dispatch  count, keep (ceil(ld / (64 · STRIP)), rows), folded: row = group.z · groups.y + group.y; choose, smallest one
//           invocation a segment
// limits    last below 2^32. With SHARED a workgroup counts in its own memory first, since its atomics meet in few bins;
//           counts are whole numbers, so no order of adding changes them
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const ALL = 0;
const INDEX = 0;
const FIRST = 0;
const SHARED = 1;
const WG = 64u;
const STRIP = 4u;
struct Params { rows: u32, row: u32, ld: u32, shift: u32, k: u32, last: u32, segments: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> found: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> smallest: array<f32>;

@if(SHARED == 1) { var<workgroup> shared_bins: array<atomic<u32>, 256>; }

fn ranks(at: u32, column: u32) -> vec4u {
  let v = z[at];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

fn segment_of(row: u32) -> u32 {
  @if(ALL == 1) { return 0u; }
  @if(ALL == 0) { return row; }
}

// last − index of the first of four neighbours.
fn place_of(row: u32, column: u32) -> u32 {
  @if(ALL == 1) { return params.last - ((params.row + row) * 4u * params.ld + 4u * column); }
  @if(ALL == 0) { return params.last - 4u * column; }
}

fn tally(segment: u32, digit: u32) {
  @if(SHARED == 1) { atomicAdd(&shared_bins[digit], 1u); }
  @if(SHARED == 0) { atomicAdd(&bins[segment * 256u + digit], 1u); }
}

fn higher(value: u32) -> u32 {
  if (params.shift >= 24u) { return 0u; }
  return value >> (params.shift + 8u);
}

fn count_one(segment: u32, rank: u32, place: u32) {
  if (rank == 0u) { return; }
  let sought = found[segment];
  @if(INDEX == 0) {
    if (higher(rank) == higher(sought.x)) { tally(segment, (rank >> params.shift) & 255u); }
  }
  @if(INDEX == 1) {
    if (rank == sought.x && higher(place) == higher(sought.y)) { tally(segment, (place >> params.shift) & 255u); }
  }
}

@compute @workgroup_size(WG)
fn count(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.z * groups.y + group.y;
  let segment = segment_of(row);
  @if(SHARED == 1) {
    for (var d = local; d < 256u; d += WG) { atomicStore(&shared_bins[d], 0u); }
    workgroupBarrier();
  }
  if (row < params.rows) {
    for (var s = 0u; s < STRIP; s++) {
      let column = (group.x * STRIP + s) * WG + local;
      if (column < params.ld) {
        let r = ranks(row * params.ld + column, column);
        let place = place_of(row, column);
        @unroll(c, 4) { count_one(segment, r[c], place - c); }
      }
    }
  }
  @if(SHARED == 1) {
    workgroupBarrier();
    for (var d = local; d < 256u; d += WG) {
      let n = atomicLoad(&shared_bins[d]);
      if (n > 0u) { atomicAdd(&bins[segment * 256u + d], n); }
    }
  }
}

@compute @workgroup_size(WG)
fn choose(@builtin(global_invocation_id) id: vec3u) {
  let segment = id.x;
  if (segment >= params.segments) { return; }
  var sought = found[segment];
  @if(FIRST == 1) {
    var total = 0u;
    for (var d = 0u; d < 256u; d++) { total += atomicLoad(&bins[segment * 256u + d]); }
    sought = vec4u(0u, 0u, min(params.k, total), 0u);
  }
  var digit = 0u;
  var left = sought.z;
  var done = false;
  for (var step = 0u; step < 256u; step++) {
    let d = 255u - step;
    let n = atomicLoad(&bins[segment * 256u + d]);
    atomicStore(&bins[segment * 256u + d], 0u);
    if (!done && n > 0u) {
      digit = d;
      if (n >= left) { done = true; } else { left -= n; }
    }
  }
  @if(INDEX == 0) { found[segment] = vec4u(sought.x | (digit << params.shift), 0u, left, 0u); }
  @if(INDEX == 1) { found[segment] = vec4u(sought.x, sought.y | (digit << params.shift), left, 0u); }
}

@compute @workgroup_size(WG)
fn keep(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.z * groups.y + group.y;
  if (row >= params.rows) { return; }
  let sought = found[segment_of(row)];
  for (var s = 0u; s < STRIP; s++) {
    let column = (group.x * STRIP + s) * WG + local;
    if (column < params.ld) {
      let at = row * params.ld + column;
      let r = ranks(at, column);
      let place = vec4u(place_of(row, column)) - vec4u(0, 1, 2, 3);
      let kept = (r > vec4u(sought.x)) | ((r == vec4u(sought.x)) & (place >= vec4u(sought.y)));
      out[at] = select(vec4f(0), z[at], kept & (r > vec4u(0u)));
    }
  }
}

@compute @workgroup_size(WG)
fn smallest_kept(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.segments) { smallest[id.x] = bitcast<f32>(found[id.x].x); }
}
