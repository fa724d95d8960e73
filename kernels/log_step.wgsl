// log_step.wgsl: what stands between the gradients of a training step and their update, by one workgroup.
//
//   norm2[0]                 = Σ parts, the squared norm of the gradient
//   log[step % rows, j]      = Σ_c metrics[j, c] for j < n_metrics, 0 for the others below 8
//   log[step % rows, 8..11]  = √norm2, 0, step + 1, 0: the update sets the first 0 to 1 where a parameter stops being finite
//   schedule[0].x            = step + 1
// shapes    parts [4·parts4]; metrics [n_metrics, 4·ld]; norm2 [1]; log [rows, 12]; schedule [1 + steps] of vec4f
// dispatch  (1): an invocation adds up adjacent vec4f of every sum, then a few add up what all of them found, in order
// work      main: flop 4 * parts4 + 4 * n_metrics * ld; turns (parts4 + 1023) / 1024 + n_metrics * ((ld + 1023) / 1024)
// checked   tests/tensor/training_test.ts
const WG = 256u;
const SIDE = 16u; // √WG
const JOBS = 9u; // the norm and eight metrics
struct Params { rows: u32, parts4: u32, n_metrics: u32, ld: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read> metrics: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> norm2: array<f32>;
@group(0) @binding(4) var<storage, read_write> schedule: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> log: array<f32>;

var<workgroup> sums: array<f32, JOBS * WG>;
var<workgroup> side_sums: array<f32, JOBS * SIDE>;

fn across(v: vec4f) -> f32 { return v.x + v.y + (v.z + v.w); }

// An invocation's share of the norm.
fn norm_share(local: u32) -> f32 {
  let each = (params.parts4 + WG - 1u) / WG;
  let end = min((local + 1u) * each, params.parts4);
  var sum = vec4f(0);
  for (var i = local * each; i < end; i += 4u) {
    @unroll(u, 4) { sum = sum + select(vec4f(0), parts[min(i + u, end - 1u)], i + u < end); }
  }
  return across(sum);
}

// An invocation's share of a metric.
fn metric_share(local: u32, row: u32) -> f32 {
  let each = (params.ld + WG - 1u) / WG;
  let end = min((local + 1u) * each, params.ld);
  var sum = vec4f(0);
  for (var i = local * each; i < end; i += 4u) {
    @unroll(u, 4) { sum = sum + select(vec4f(0), metrics[row * params.ld + min(i + u, end - 1u)], i + u < end); }
  }
  return across(sum);
}

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  let jobs = 1u + params.n_metrics;
  let step = schedule[0].x;
  sums[local] = norm_share(local);
  for (var j = 1u; j < jobs; j++) { sums[j * WG + local] = metric_share(local, j - 1u); }
  workgroupBarrier();
  if (local < jobs * SIDE) {
    var sum = 0.0;
    @unroll(u, 16) { sum = sum + sums[local * SIDE + u]; }
    side_sums[local] = sum;
  }
  workgroupBarrier();
  storageBarrier(); // for the step, which lane 0 writes below
  if (local >= JOBS) { return; }
  var sum = 0.0;
  if (local < jobs) { @unroll(u, 16) { sum = sum + side_sums[local * SIDE + u]; } }
  let row = u32(step) % params.rows * 12u;
  if (local > 0u) {
    log[row + local - 1u] = sum;
    return;
  }
  norm2[0] = sum;
  log[row + 8u] = sqrt(sum);
  log[row + 9u] = 0.0;
  log[row + 10u] = step + 1.0;
  log[row + 11u] = 0.0;
  schedule[0].x = step + 1.0;
}
