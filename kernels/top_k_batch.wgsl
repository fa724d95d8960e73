// top_k_batch.wgsl: keeps the k largest positive values of a whole batch: the variant of top_k.wgsl for CPU adapters, where
// an atomic costs more than a pass over many values. Rows are shared out among a few parts; a part counts alone.
//
//   rank    r = max(z, 0) · weight of its column; bits of a positive f32, read as u32, are in the order of the numbers
//   tally   bins[part, d] = how many ranks of the part have the exponent d
//   list    listed[part, 0 .. length[part]] = the part's ranks whose exponent is the one chosen
//   refine  bins[part, d] = how many listed ranks have the digit d (`width` bits from `shift` on) below the bits
//           found so far
//   choose  found = (bits of the k-th largest rank as far as known, how many with these bits are still to be kept, digit);
//           smallest[0] = the rank so far. FIRST: k, or as many as are positive
//   keep    out = z where r is above found, and where it is equal for the first ones that are left; else 0
// shapes    z, out [rows, 4·ld]; weights [4·ld] where WEIGHTED; bins [parts, 256]; listed [parts, most]; length [parts]; found [4]
// dispatch  choose (1); the others one invocation a part of `each` rows
// limits    each · ld below the turns that a CPU adapter allows an invocation; one binding
// numbers   a NaN has the largest rank of all and is kept: it is not lost
// checked   tests/tensor/ops/top_k_test.ts: plain TypeScript, with ties
const WEIGHTED = 0;
const FIRST = 0;
struct Params { rows: u32, ld: u32, each: u32, parts: u32, most: u32, k: u32, shift: u32, width: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> bins: array<u32>;
@group(0) @binding(4) var<storage, read_write> listed: array<u32>;
@group(0) @binding(5) var<storage, read_write> length: array<u32>;
@group(0) @binding(6) var<storage, read_write> found: array<u32>;
@group(0) @binding(7) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> smallest: array<f32>;

var<workgroup> totals: array<u32, 256>;

fn ranks(at: u32, column: u32) -> vec4u {
  let v = z[at];
  var r = select(v, vec4f(0), v <= vec4f(0));
  @if(WEIGHTED == 1) { r = r * weights[column]; }
  return bitcast<vec4u>(r) & vec4u(0x7fffffffu);
}

fn clear(part: u32) {
  for (var d = 0u; d < 256u; d++) { bins[part * 256u + d] = 0u; }
}

@compute @workgroup_size(8)
fn tally(@builtin(global_invocation_id) id: vec3u) {
  let part = id.x;
  if (part >= params.parts) { return; }
  clear(part);
  let end = min((part + 1u) * params.each, params.rows);
  for (var row = part * params.each; row < end; row++) {
    for (var j = 0u; j < params.ld; j++) {
      let r = ranks(row * params.ld + j, j);
      @unroll(c, 4) {
        if (r[c] > 0u) { bins[part * 256u + (r[c] >> 23u)] += 1u; }
      }
    }
  }
}

@compute @workgroup_size(8)
fn list(@builtin(global_invocation_id) id: vec3u) {
  let part = id.x;
  if (part >= params.parts) { return; }
  let end = min((part + 1u) * params.each, params.rows);
  let sought = found[0] >> 23u;
  var n = part * params.most;
  for (var row = part * params.each; row < end; row++) {
    for (var j = 0u; j < params.ld; j++) {
      let r = ranks(row * params.ld + j, j);
      @unroll(c, 4) {
        if (r[c] > 0u && (r[c] >> 23u) == sought) {
          listed[n] = r[c];
          n++;
        }
      }
    }
  }
  length[part] = n - part * params.most;
}

@compute @workgroup_size(8)
fn refine(@builtin(global_invocation_id) id: vec3u) {
  let part = id.x;
  if (part >= params.parts) { return; }
  clear(part);
  let start = part * params.most;
  let end = start + length[part];
  let above = params.shift + params.width;
  let sought = found[0] >> above;
  for (var e = start; e < end; e++) {
    let r = listed[e];
    if ((r >> above) == sought) {
      bins[part * 256u + ((r >> params.shift) & ((1u << params.width) - 1u))] += 1u;
    }
  }
}

@compute @workgroup_size(256)
fn choose(@builtin(local_invocation_index) local: u32) {
  var total = 0u;
  for (var p = 0u; p < params.parts; p++) { total += bins[p * 256u + local]; }
  totals[local] = total;
  workgroupBarrier();
  if (local > 0u) { return; }
  var rank = found[0];
  var left = found[1];
  @if(FIRST == 1) {
    var all = 0u;
    for (var d = 0u; d < 256u; d++) { all += totals[d]; }
    rank = 0u;
    left = min(params.k, all);
  }
  var digit = 0u;
  for (var step = 0u; step < 256u; step++) {
    let d = 255u - step;
    let n = totals[d];
    if (left > 0u && n >= left) {
      digit = d;
      break;
    }
    left -= min(left, n);
  }
  found[0] = rank | (digit << params.shift);
  found[1] = left;
  found[2] = digit;
  smallest[0] = bitcast<f32>(found[0]);
}

@compute @workgroup_size(8)
fn keep(@builtin(global_invocation_id) id: vec3u) {
  let part = id.x;
  if (part >= params.parts) { return; }
  let least = found[0];
  // What the parts before this one have of the rank that only some are kept of.
  var before = 0u;
  for (var p = 0u; p < part; p++) { before += bins[p * 256u + found[2]]; }
  var left = found[1] - min(found[1], before);
  let end = min((part + 1u) * params.each, params.rows);
  for (var row = part * params.each; row < end; row++) {
    for (var j = 0u; j < params.ld; j++) {
      let at = row * params.ld + j;
      let v = z[at];
      let r = ranks(at, j);
      var kept = select(vec4f(0), v, r > vec4u(least));
      if (any(r == vec4u(least)) && least > 0u) {
        @unroll(c, 4) {
          if (r[c] == least && left > 0u) {
            kept[c] = v[c];
            left--;
          }
        }
      }
      out[at] = kept;
    }
  }
}
