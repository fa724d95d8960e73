// squared_error.wgsl: reconstruction error and its gradient.
//
//   r = reconstruction − x;  parts[·] sums to factor · Σ r²;  reconstruction = 2 · factor · r   (its gradient, in place)
//   parts are overwritten, with ADD accumulated: values in several pieces
// shapes    reconstruction, x: count4 vec4f; parts [n]
// dispatch  (ceil(n / 16)): an invocation walks `run` adjacent vec4f
// work      main: flop 20 * count4; turns run
// checked   tests/crosscoder/loss_test.ts
const ADD = 0;
struct Params { count4: u32, run: u32, n: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> reconstruction: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.n) { return; }
  let end = min((id.x + 1u) * params.run, params.count4);
  var sum = vec4f(0);
  for (var i = id.x * params.run; i < end; i++) {
    let r = reconstruction[i] - x[i];
    reconstruction[i] = 2.0 * params.factor * r;
    sum += r * r;
  }
  let part = params.factor * (sum.x + sum.y + (sum.z + sum.w));
  @if(ADD == 0) { parts[id.x] = part; }
  @if(ADD == 1) { parts[id.x] += part; }
}
