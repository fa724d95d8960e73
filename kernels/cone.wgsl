// cone.wgsl: turns each row back until its cosine with its direction is `cosine` at least; its norm stays.
//
//   d = direction / ‖direction‖;  a = w · d;  u = w − a d
//   where a < cosine ‖w‖:  w = ‖w‖ (cosine d + √(1 − cosine²) u / ‖u‖), or ‖w‖ d where u is 0                    in place
//   A direction of 0 has no cone: its row stays as it is.
// shapes    w, directions [rows, 4·width4], a piece of all rows
// dispatch  a row an invocation, row = id.y · stride + id.x
// limits    rows of less than 65,472 / 2 vec4f
// numbers   a NaN in w stays one
// checked   tests/crosscoder/cone_test.ts
struct Params { rows: u32, width4: u32, stride: u32, cosine: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> directions: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> w: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * params.stride + id.x;
  if (row >= params.rows) { return; }
  let start = row * params.width4;
  var ww = 0.0;
  var dd = 0.0;
  var wd = 0.0;
  for (var j = 0u; j < params.width4; j++) {
    let v = w[start + j];
    let d = directions[start + j];
    ww += dot(v, v);
    dd += dot(d, d);
    wd += dot(v, d);
  }
  if (dd == 0.0) { return; }
  let norm = sqrt(ww);
  let along = wd / sqrt(dd);
  if (along >= params.cosine * norm) { return; }
  let across = sqrt(max(ww - along * along, 0.0));
  var keep = 0.0;
  var toward = norm / sqrt(dd);
  if (across > 1e-6 * norm) {
    keep = norm * sqrt(1.0 - params.cosine * params.cosine) / across;
    toward = (params.cosine * norm - keep * along) / sqrt(dd);
  }
  for (var j = 0u; j < params.width4; j++) {
    w[start + j] = keep * w[start + j] + toward * directions[start + j];
  }
}
