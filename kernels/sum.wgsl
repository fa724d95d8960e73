// sum.wgsl: out[row, p] = factor · Σ of a[row, ·], or of its squares with SQUARES, over the run p of `run` vec4f.
//
// shapes    a [rows, count4] as vec4f, out [rows, ld_out]: rows padded to multiples of four; runs beyond the end give zero
// dispatch  (ceil(ld_out / WG), rows), folded: row = id.z · groups.y + id.y; an invocation walks `run` adjacent vec4f, or
//           with STRIDED every ld_out-th, which is the order that a GPU's memory likes and a CPU's does not
// work      main: flop 4 * rows * count4; turns (run + 7) / 8
// checked   tests/tensor/ops/sum_test.ts
const SQUARES = 0;
const STRIDED = 0;
const WG = 16;
struct Params { rows: u32, count4: u32, run: u32, ld_out: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WG)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let pitch = (params.ld_out + 3u) / 4u * 4u;
  let r = id.z * groups.y + id.y;
  if (id.x >= pitch || r >= params.rows) { return; }
  let to = r * pitch + id.x;
  if (id.x >= params.ld_out) { out[to] = 0.0; return; }
  let row = r * params.count4;
  @if(STRIDED == 0) {
    let start = min(id.x * params.run, params.count4);
    let end = min(start + params.run, params.count4);
    let step = 1u;
  }
  @if(STRIDED == 1) {
    let start = id.x;
    let end = params.count4;
    let step = params.ld_out;
  }
  var sum = vec4f(0);
  for (var i = start; i < end; i += 8u * step) {
    @unroll(u, 8) {
      let at = i + u * step;
      let v = select(vec4f(0), a[row + min(at, end - 1u)], at < end);
      @if(SQUARES == 0) { sum = sum + v; }
      @if(SQUARES == 1) { sum = sum + v * v; }
    }
  }
  out[to] = params.factor * (sum.x + sum.y + (sum.z + sum.w));
}
