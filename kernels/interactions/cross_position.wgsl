// cross_position.wgsl: how much each value of a row counts in what its keys do in pairs.
//
//   I_km = y(all) − y(∖m) − y(∖k) + y(∖k,m) of keys k, m that leave the softmax, which then sums to 1 over the others:
//        = −A_k A_m [ v_k / (1 − A_m) + v_m / (1 − A_k) ] + t_km Σ_r A_r v_r,   r all other keys of the row
//   t_km = A_k A_m / rest (1 / (1 − A_k) + 1 / (1 − A_m)),   rest = Σ_r A_r; pairs whose rest is 0 are left out
//   Σ_{k<m} I_km = Σ_r weight_r v_r,   weight_r = A_r ( Σ of t_km without r − Σ_{m≠r} A_m / (1 − A_m) )       overwrites
//   1 − Σ_k A_k²                                                                              overwrites participation
// shapes    pattern, weight [rows, ld], rows = batch · n_heads · pos; part [rows, 3 · ld]; summary [rows, 4]:
//           the largest and second largest key, how far keys are attended to, Σ without both; participation [rows]
// dispatch  summarise and weigh: an invocation a row; pairs: one for each row and key; index = id.y · stride + id.x
// limits    2 pos <= 65,472
// numbers   1 − A and rest are differences without digits only for the largest key and for the two largest: those two come
//           from sums, every other rest holds one of the two. For the same reason t of the two largest is kept apart, and the
//           t that the largest key is in from those without it: no large number is taken from a large one
// checked   tests/interactions/attention/cross_position_test.ts: the four outputs of every pair in float64
struct Params { rows: u32, stride: u32, pos: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> pattern: array<f32>;
@group(0) @binding(2) var<storage, read_write> summary: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> participation: array<f32>;
@group(0) @binding(4) var<storage, read_write> part: array<f32>;
@group(0) @binding(5) var<storage, read_write> weight: array<f32>;

@compute @workgroup_size(64)
fn summarise(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let row = index * params.ld;
  var one = 0u;
  for (var k = 1u; k < params.pos; k++) { if (pattern[row + k] > pattern[row + one]) { one = k; } }
  var two = select(0u, 1u, one == 0u);
  for (var k = 0u; k < params.pos; k++) { if (k != one && pattern[row + k] > pattern[row + two]) { two = k; } }
  var without_both = 0.0;
  var end = 0u;
  for (var k = 0u; k < params.pos; k++) {
    if (k != one && k != two) { without_both += pattern[row + k]; }
    if (pattern[row + k] > 0) { end = k + 1; }
  }
  let without_one = without_both + pattern[row + two];
  var taking_part = pattern[row + one] * without_one;
  for (var k = 0u; k < params.pos; k++) {
    if (k != one) { taking_part += pattern[row + k] * (1 - pattern[row + k]); }
  }
  summary[index] = vec4f(f32(one), f32(two), f32(end), without_both);
  participation[index] = taking_part;
}

@compute @workgroup_size(64)
fn pairs(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows * params.pos) { return; }
  let row = index / params.pos;
  let r = index % params.pos;
  let known = summary[row];
  let one = u32(known.x);
  let two = u32(known.y);
  let A = pattern[row * params.ld + r];
  let without_one = known.w + pattern[row * params.ld + two];
  let without_r = select(1 - A, without_one, r == one);
  var with_largest = 0.0; // t of r and the largest key
  var with_others = 0.0;  // Σ of t of r and all other keys, of which the largest is none
  var beside = 0.0;       // Σ A_m / (1 − A_m)
  let end = select(0u, u32(known.z), A > 0);
  for (var m = 0u; m < end; m++) {
    let B = pattern[row * params.ld + m];
    if (m == r || B == 0) { continue; }
    let both = (r == one && m == two) || (r == two && m == one);
    // The rest is what stays without the one that is the largest, if it is among them, less the other.
    let rest = select(select(without_r - B, without_one - A, m == one), known.w, both);
    if (rest <= 0) { continue; }
    let without_m = select(1 - B, without_one, m == one);
    let t = A * B / rest * (1 / without_r + 1 / without_m);
    if (m == one) { with_largest = t; } else { with_others += t; }
    beside += B / without_m;
  }
  let at = row * 3 * params.ld + r;
  part[at] = with_largest;
  part[at + params.ld] = select(with_others, 0.0, r == one);
  part[at + 2 * params.ld] = beside;
}

@compute @workgroup_size(64)
fn weigh(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let one = u32(summary[index].x);
  let two = u32(summary[index].y);
  let at = index * 3 * params.ld;
  let of_two = part[at + two];
  var of_largest = 0.0; // t of the largest key and the third, fourth ...
  var of_others = 0.0;  // t of all pairs without the largest
  for (var r = 0u; r < params.pos; r++) {
    if (r != one && r != two) { of_largest += part[at + r]; }
    if (r != one) { of_others += part[at + params.ld + r] / 2; }
  }
  for (var r = 0u; r < params.pos; r++) {
    var without = of_others - part[at + params.ld + r];
    if (r == two) { without += of_largest; }
    if (r != one && r != two) { without += of_two + (of_largest - part[at + r]); }
    weight[index * params.ld + r] = pattern[index * params.ld + r] * (without - part[at + 2 * params.ld + r]);
  }
  for (var r = params.pos; r < params.ld; r++) { weight[index * params.ld + r] = 0; }
}
