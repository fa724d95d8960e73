// pair_table.wgsl: what pairs come to over instances: table[row] += (Σ|v|, Σ v, count) and max with the largest |v|.
//
//   A segment is all instances of one row of the table in this launch, so one invocation owns a row: no update is lost, and
//   the order of the additions is that of the instances.
// shapes    values [instances]; order u32 [instances]: numbers of instances, those of a segment together; segments [segments, 4]:
//           row, and the places `from` to `to` in order; table [rows, 4]: Σ|v|, Σ v, max|v|, count (f32, exact below 2^24)
// params    the segments first to end; their rows lie in the piece of the table that begins with row `base`
// dispatch  ceil((end − first) / 64); accumulates
// limits    a segment has at most 65,472 instances
// checked   tests/interactions/pairs/pair_table_test.ts
struct Params { first: u32, end: u32, base: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> segments: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> table: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let at = params.first + id.y * params.stride + id.x;
  if (at >= params.end) { return; }
  let segment = segments[at];
  var sum = 0.0;
  var signed = 0.0;
  var most = 0.0;
  for (var n = segment.y; n < segment.z; n++) {
    let v = values[order[n]];
    sum += abs(v);
    signed += v;
    most = max(most, abs(v));
  }
  let row = segment.x - params.base;
  let before = table[row];
  table[row] = vec4f(before.x + sum, before.y + signed, max(before.z, most), before.w + f32(segment.z - segment.y));
}
