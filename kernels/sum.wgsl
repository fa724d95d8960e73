// sum.wgsl: sums of all values, or of their squares with SQUARES, in an order that only the count decides.
//
//   runs    out[first + p] = Σ of a, run p of `run` adjacent vec4f; runs beyond the end give zero         overwrites
//   total   out[(first + row) · ld_out] = factor · Σ of a[row, ·], a workgroup a row                      overwrites
// Both walk adjacent vec4f, eight at a time: a cache line of a GPU, and what a CPU adapter moves fastest.
// shapes    a [rows, 4·count4], in `runs` one row, a piece of all whose first run is `first`; out f32
// dispatch  runs: an invocation each of `n` runs, index = id.y · stride + id.x; total: row = group.y · groups.x + group.x
// work      runs: flop 8 * count4; turns (run + 7) / 8
//           total: flop 4 * rows * count4; turns (count4 + 2047) / 2048
// checked   tests/tensor/ops/sum_test.ts
const SQUARES = 0;
const WG = 128;
const GROUP = 256u;
const SIDE = 16u; // √GROUP
struct Params { rows: u32, count4: u32, run: u32, first: u32, n: u32, stride: u32, ld_out: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

var<workgroup> sums: array<f32, GROUP>;
var<workgroup> side_sums: array<f32, SIDE>;

// Σ of a[start .. end), in order.
fn run_sum(start: u32, end: u32) -> f32 {
  var sum = vec4f(0);
  for (var i = start; i < end; i += 8u) {
    @unroll(u, 8) {
      let v = select(vec4f(0), a[min(i + u, end - 1u)], i + u < end);
      @if(SQUARES == 0) { sum = sum + v; }
      @if(SQUARES == 1) { sum = sum + v * v; }
    }
  }
  return sum.x + sum.y + (sum.z + sum.w);
}

@compute @workgroup_size(WG)
fn runs(@builtin(global_invocation_id) id: vec3u) {
  let p = id.y * params.stride + id.x;
  if (p >= params.n) { return; }
  let start = min(p * params.run, params.count4);
  out[params.first + p] = run_sum(start, min(start + params.run, params.count4));
}

@compute @workgroup_size(GROUP)
fn total(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let each = (params.count4 + GROUP - 1u) / GROUP;
  let start = min(local * each, params.count4);
  let end = min(start + each, params.count4);
  sums[local] = run_sum(row * params.count4 + start, row * params.count4 + end);
  workgroupBarrier();
  if (local < SIDE) {
    var sum = 0.0;
    @unroll(u, 16) { sum = sum + sums[local * SIDE + u]; }
    side_sums[local] = sum;
  }
  workgroupBarrier();
  if (local == 0u) {
    var sum = 0.0;
    @unroll(u, 16) { sum = sum + side_sums[u]; }
    out[(params.first + row) * params.ld_out] = params.factor * sum;
  }
}
