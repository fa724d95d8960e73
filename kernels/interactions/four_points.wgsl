// four_points.wgsl: what two removals do together, from four rows: x, x without i, without j, without both. Follows row_group.wgsl.
//
//   I(y) = y(x) − y(x∖i) − y(x∖j) + y(x∖ij)                                       the four-point difference
//   norms    out[n] = ‖I(y)‖, ‖y(x) − y(x∖i)‖, ‖y(x) − y(x∖j)‖, 0                                    overwrites
//   logits   out[n] = ‖I(l) − mean I(l)‖, KL(p(x∖ij) ‖ softmax(l(x∖i) + l(x∖j) − l(x))), I(loss of the target), 0   overwrites
// With g = I(l), p = p(x∖ij) and g' = g − Σ p g: KL = log(1 + Σ p (exp(−g') − 1 + g')), whose terms are all ≥ 0, so that a
// divergence of 1e-6 keeps its digits; beyond 1 nat it is the plain difference of logarithms, which cannot overflow.
// The loss is log Σ exp(l) − l[target].
// shapes    clean [·, ld] and rows [·, ld] in vec4f, `columns` values each; at u32 [4 n]: the row of `clean` that is x, the
//           rows of `rows` that are x∖i, x∖j, x∖ij; targets u32 [n]; out [n]
// dispatch  a row group an instance
// limits    f32; finite values above −3e38; NaN in a row reaches its results
// checked   tests/interactions/truth/four_points_test.ts: float64, both kinds of row group, W16 of the worked examples
const LOWEST = -3.4028234e38;

struct Params { instances: u32, columns: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> clean: array<vec4f>;
@group(0) @binding(2) var<storage, read> rows: array<vec4f>;
@group(0) @binding(3) var<storage, read> at: array<u32>;
@group(0) @binding(4) var<storage, read> targets: array<u32>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;

fn total(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn highest(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn known(c: u32) -> vec4<bool> { return vec4u(0, 1, 2, 3) + 4u * c < vec4u(params.columns); }
fn within(v: vec4f, c: u32) -> vec4f { return select(vec4f(0), v, known(c)); }
fn masked(v: vec4f, c: u32) -> vec4f { return select(vec4f(LOWEST), v, known(c)); }

// Differences first, so that what the four points share has cancelled before anything is added up.
fn difference(x: vec4f, i: vec4f, j: vec4f, both: vec4f) -> vec4f { return (x - i) - (j - both); }

@compute @workgroup_size(WG)
fn norms(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let instance = row_group_index(group, groups, local);
  let from_at = 4u * min(instance, params.instances - 1u);
  let x0 = at[from_at] * params.ld;
  let i0 = at[from_at + 1u] * params.ld;
  let j0 = at[from_at + 2u] * params.ld;
  let both0 = at[from_at + 3u] * params.ld;
  var joint = vec4f(0);
  var of_i = vec4f(0);
  var of_j = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let x = clean[x0 + c];
    let i = rows[i0 + c];
    let j = rows[j0 + c];
    let d = within(difference(x, i, j, rows[both0 + c]), c);
    let a = within(x - i, c);
    let b = within(x - j, c);
    joint = joint + d * d;
    of_i = of_i + a * a;
    of_j = of_j + b * b;
  }
  let sums = vec3f(row_group_sum(total(joint), lane), row_group_sum(total(of_i), lane), row_group_sum(total(of_j), lane));
  if (instance < params.instances && lane == 0u) { out[instance] = vec4f(sqrt(sums), 0); }
}

// exp(−t) − 1 + t times exp(a): a series where the terms cancel, and one exponential of a − t where exp(−t) might overflow.
// That one ends at e^70, whose sum over a row is finite and still so large that `divergence` takes the other formula.
fn excess(a: f32, t: f32) -> f32 {
  let e = exp(a);
  let series = t * t * (0.5 - t * (1.0 / 6.0 - t * (1.0 / 24.0 - t * (1.0 / 120.0 - t * (1.0 / 720.0)))));
  return select(exp(min(a - t, 70.0)) - e * (1.0 - t), e * series, abs(t) < 0.25);
}

// log(1 + t) for t ≥ 0.
fn log_1_plus(t: f32) -> f32 {
  return select(log(1.0 + t), t * (1.0 - t * (0.5 - t * (1.0 / 3.0 - t * 0.25))), t < 0.02);
}

@compute @workgroup_size(WG)
fn logits(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let lane = local % LANES;
  let instance = row_group_index(group, groups, local);
  let inside = min(instance, params.instances - 1u);
  let x0 = at[4u * inside] * params.ld;
  let i0 = at[4u * inside + 1u] * params.ld;
  let j0 = at[4u * inside + 2u] * params.ld;
  let both0 = at[4u * inside + 3u] * params.ld;

  // The largest of l(x), l(x∖i), l(x∖j), l(x∖ij) and of the additive prediction; the mean of g.
  var most_x = vec4f(LOWEST);
  var most_i = vec4f(LOWEST);
  var most_j = vec4f(LOWEST);
  var most_both = vec4f(LOWEST);
  var most_additive = vec4f(LOWEST);
  var sum = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let x = clean[x0 + c];
    let i = rows[i0 + c];
    let j = rows[j0 + c];
    let both = rows[both0 + c];
    most_x = max(most_x, masked(x, c));
    most_i = max(most_i, masked(i, c));
    most_j = max(most_j, masked(j, c));
    most_both = max(most_both, masked(both, c));
    most_additive = max(most_additive, masked(i + (j - x), c));
    sum = sum + within(difference(x, i, j, both), c);
  }
  let top_x = row_group_max(highest(most_x), lane);
  let top_i = row_group_max(highest(most_i), lane);
  let top_j = row_group_max(highest(most_j), lane);
  let top_both = row_group_max(highest(most_both), lane);
  let top_additive = row_group_max(highest(most_additive), lane);
  let mean = row_group_sum(total(sum), lane) / f32(params.columns);

  // Sums of exponentials below them, Σ exp(l(x∖ij)) g, and Σ (g − mean)².
  var sum_x = vec4f(0);
  var sum_i = vec4f(0);
  var sum_j = vec4f(0);
  var sum_both = vec4f(0);
  var sum_additive = vec4f(0);
  var along = vec4f(0);
  var squares = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let x = clean[x0 + c];
    let i = rows[i0 + c];
    let j = rows[j0 + c];
    let both = rows[both0 + c];
    let g = difference(x, i, j, both);
    let e = within(exp(both - top_both), c);
    sum_x = sum_x + within(exp(x - top_x), c);
    sum_i = sum_i + within(exp(i - top_i), c);
    sum_j = sum_j + within(exp(j - top_j), c);
    sum_both = sum_both + e;
    sum_additive = sum_additive + within(exp(i + (j - x) - top_additive), c);
    along = along + e * g;
    let centred = within(g - mean, c);
    squares = squares + centred * centred;
  }
  let all_x = row_group_sum(total(sum_x), lane);
  let all_i = row_group_sum(total(sum_i), lane);
  let all_j = row_group_sum(total(sum_j), lane);
  let all_both = row_group_sum(total(sum_both), lane);
  let all_additive = row_group_sum(total(sum_additive), lane);
  let mean_p = row_group_sum(total(along), lane) / all_both;
  let norm = sqrt(row_group_sum(total(squares), lane));

  var terms = vec4f(0);
  for (var c = lane; c < params.ld; c += LANES) {
    let both = rows[both0 + c];
    let t = difference(clean[x0 + c], rows[i0 + c], rows[j0 + c], both) - mean_p;
    let a = both - top_both;
    terms = terms + within(vec4f(excess(a.x, t.x), excess(a.y, t.y), excess(a.z, t.z), excess(a.w, t.w)), c);
  }
  let small = log_1_plus(row_group_sum(total(terms), lane) / all_both);
  let large = mean_p + (top_additive - top_both) + (log(all_additive) - log(all_both));
  let divergence = select(large, small, small < 1.0);

  if (instance >= params.instances || lane != 0u) { return; }
  let place = targets[instance];
  let d = difference(clean[x0 + place / 4u], rows[i0 + place / 4u], rows[j0 + place / 4u], rows[both0 + place / 4u]);
  let normalisers = ((top_x - top_i) - (top_j - top_both)) + ((log(all_x) - log(all_i)) - (log(all_j) - log(all_both)));
  out[instance] = vec4f(norm, divergence, normalisers - d[place % 4u], 0);
}
