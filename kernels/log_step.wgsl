// log_step.wgsl: ends a training step: writes its row of the log and advances the step counter.
//
//   log[step % rows, j]  = Σ_p metrics[j, p]      for j < 8
//   log[step % rows, 8..11] = √norm2, status, step + 1, 0
//   schedule[0].x        = step + 1
// shapes    metrics [8, 64], norm2 [1], status [1], log [rows, 12], schedule [1 + steps] of vec4f
// dispatch  (1), eight invocations
// work      metrics_row: flop 512; turns 64; bytes 4 * 512
//           advance: turns 1; bytes 64
// checked   tests/tensor/training_test.ts
struct Params { rows: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> metrics: array<f32>;
@group(0) @binding(2) var<storage, read> norm2: array<f32>;
@group(0) @binding(3) var<storage, read> status: array<u32>;
@group(0) @binding(4) var<storage, read_write> schedule: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> log: array<f32>;

@compute @workgroup_size(8)
fn metrics_row(@builtin(global_invocation_id) id: vec3u) {
  let row = (u32(schedule[0].x) % params.rows) * 12u;
  var sum = 0.0;
  for (var p = 0u; p < 64u; p++) { sum = sum + metrics[id.x * 64u + p]; }
  log[row + id.x] = sum;
}

@compute @workgroup_size(1)
fn advance() {
  let step = schedule[0].x;
  let row = (u32(step) % params.rows) * 12u;
  log[row + 8u] = sqrt(norm2[0]);
  log[row + 9u] = f32(status[0]);
  log[row + 10u] = step + 1.0;
  schedule[0].x = step + 1.0;
}
