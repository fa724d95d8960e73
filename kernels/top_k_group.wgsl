// top_k_group.wgsl: keeps the k largest positive values of each row, a workgroup a row and one dispatch for all: for GPUs,
// and for rows that are too wide for the one invocation of top_k_rows.wgsl.
//
//   rank   r = max(z, 0) · weight of its column; bits of a positive f32, read as u32, are in the order of the numbers
//   found  the k-th largest rank, or the smallest positive one where fewer are positive, byte by byte from the top: how many
//          ranks that agree so far have each byte is counted in workgroup memory; counts are whole, so no order changes them
//   out    z where r > found, and where r = found for the first ones that are left; else 0.  smallest[row] = found, or 0
// shapes    z, out [rows, 4·ld]; weights [4·ld] where WEIGHTED; smallest [rows]
// dispatch  row = group.y · groups.x + group.x; an invocation takes adjacent vec4f; overwrites
// work      main: flop 64 * rows * ld; turns 6 * ((ld + WG - 1) / WG)
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// with      top_k_choice.wgsl before it; WG is its number of digits, 256
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const WG = 256u;
struct Params { rows: u32, ld: u32, k: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> smallest: array<f32>;

var<workgroup> bins: array<atomic<u32>, WG>;
var<workgroup> chosen: vec2u;

fn ranks(row: u32, column: u32) -> vec4u {
  let v = z[row * params.ld + column];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

// What stands above the byte that begins at `shift`.
fn above(value: u32, shift: u32) -> u32 {
  if (shift >= 24u) { return 0u; }
  return value >> (shift + 8u);
}

fn count_of(digit: u32) -> u32 { return atomicLoad(&bins[digit]); }

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let each = (params.ld + WG - 1u) / WG;
  let start = min(local * each, params.ld);
  let end = min(start + each, params.ld);
  var found = 0u;
  var left = params.k;
  @unroll(byte, 4) {
    let shift = 24u - 8u * byte;
    atomicStore(&bins[local], 0u);
    workgroupBarrier();
    for (var c = start; c < end; c++) {
      let r = ranks(row, c);
      @unroll(u, 4) {
        if (r[u] > 0u && above(r[u], shift) == above(found, shift)) { atomicAdd(&bins[(r[u] >> shift) & 255u], 1u); }
      }
    }
    workgroupBarrier();
    sum_sides(local);
    workgroupBarrier();
    if (local == 0u) {
      let byte_and_left = choose(left);
      chosen = vec2u(found | (byte_and_left.x << shift), byte_and_left.y);
    }
    workgroupBarrier();
    found = chosen.x;
    left = chosen.y;
  }

  // Of equal ranks the first ones are kept: how many stand before this invocation's?
  var equal = 0u;
  for (var c = start; c < end; c++) {
    let same = (ranks(row, c) == vec4u(found)) & vec4<bool>(found > 0u);
    let one = select(vec4u(0), vec4u(1), same);
    equal += one.x + one.y + one.z + one.w;
  }
  atomicStore(&bins[local], equal);
  workgroupBarrier();
  sum_sides(local);
  workgroupBarrier();
  var place = 0u;
  for (var g = 0u; g < local / SIDE; g++) { place += side_sums[g]; }
  for (var i = local / SIDE * SIDE; i < local; i++) { place += atomicLoad(&bins[i]); }
  for (var c = start; c < end; c++) {
    let r = ranks(row, c);
    let v = z[row * params.ld + c];
    var kept = vec4f(0);
    @unroll(u, 4) {
      if (r[u] > found) { kept[u] = v[u]; }
      if (r[u] == found && found > 0u) {
        if (place < left) { kept[u] = v[u]; }
        place++;
      }
    }
    out[row * params.ld + c] = kept;
  }
  if (local == 0u) { smallest[row] = bitcast<f32>(found); }
}
