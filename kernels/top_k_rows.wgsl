// top_k_rows.wgsl: keeps the k largest positive values of each row, one invocation a row: the variant of top_k.wgsl for CPU
// adapters and rows that are not wide, where counting digits with atomics costs more than reading a row often.
//
//   listed the ranks above 0 of a row, in order, then zeros: often few, so that going through them 31 times costs little
//   rank   r = max(z, 0) · weight of its column; bits of a positive f32, read as u32, are in the order of the numbers
//   found  the largest T with at least k ranks >= T, bit by bit from the top; k at most as many as are positive
//   out    z where r > T, and where r = T for the first ones that are left; else 0.  smallest[row] = T, 0 where none is positive
// shapes    z, out [rows, 4·ld]; weights [4·ld] where WEIGHTED; smallest [rows]; listed [rows, most], most at least 4·ld + 4
// dispatch  one invocation a row, row = id.y · stride + id.x; overwrites
// limits    36 · ld turns an invocation: within what a CPU adapter allows
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const WG = 8;
struct Params { rows: u32, ld: u32, k: u32, most: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> smallest: array<f32>;
@group(0) @binding(5) var<storage, read_write> listed: array<u32>;

fn ranks(at: u32, column: u32) -> vec4u {
  let v = z[at];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

// Lists the ranks above 0 of a row and returns how many there are.
fn list(row: u32) -> u32 {
  let to = row * params.most;
  var n = 0u;
  for (var j = 0u; j < params.ld; j++) {
    let r = ranks(row * params.ld + j, j);
    if (any(r > vec4u(0))) {
      @unroll(c, 4) {
        if (r[c] > 0u) {
          listed[to + n] = r[c];
          n++;
        }
      }
    }
  }
  @unroll(c, 4) { listed[to + n + c] = 0u; }
  return n;
}

// How many of the n ranks listed from `start` on are at least `least`, which is above 0.
fn at_least(start: u32, n: u32, least: u32) -> u32 {
  var found = 0u;
  for (var e = 0u; e < n; e += 4u) {
    @unroll(c, 4) { found += select(0u, 1u, listed[start + e + c] >= least); }
  }
  return found;
}

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * params.stride + id.x;
  if (row >= params.rows) { return; }
  let start = row * params.ld;
  let n = list(row);
  let ranked = row * params.most;
  let k = min(params.k, n);
  var found = 0u;
  for (var bit = 0u; bit < 31u; bit++) {
    let tried = found | (0x40000000u >> bit);
    if (k > 0u && at_least(ranked, n, tried) >= k) { found = tried; }
  }
  var left = k;
  if (k > 0u) { left = k - at_least(ranked, n, found + 1u); }
  for (var j = 0u; j < params.ld; j++) {
    let v = z[start + j];
    let r = ranks(start + j, j);
    var kept = vec4f(0);
    @unroll(c, 4) {
      if (k > 0u && r[c] > found) { kept[c] = v[c]; }
      if (left > 0u && r[c] == found) {
        kept[c] = v[c];
        left--;
      }
    }
    out[start + j] = kept;
  }
  smallest[row] = bitcast<f32>(found);
}
