// attention_pattern.wgsl: attention written out, for looking at: masked scores and their softmax.
//
//   scores[b,h,i,j]  = scale · q[b,i,h]·k[b,j,h] where query i sees key j, −∞ elsewhere     overwrites
//   pattern[b,h,i,j] = exp(scores − max) / Σ exp                                            overwrites
//   Query i sees the keys i − window < j <= i.
//   The heads of queries share those of keys, `share` by `share`.
// shapes    q [batch, pos, n_heads · HEAD4], k [batch, pos, n_heads / share · HEAD4] in vec4f, heads side by side, zeros behind d_head; scores, pattern [batch, n_heads, pos, ld] (ld ≥ pos, padded zeros)
// dispatch  an invocation for each of batch · n_heads · pos rows, index = id.y · stride + id.x; speed does not matter here
// numbers   a NaN in a score reaches its whole row; −∞ is written as bits, since WGSL has no word for it
// checked   tests/model/gpt_neo_test.ts, tests/tensor/ops/attention_pattern_test.ts: TransformerLens and plain TypeScript
const HEAD4 = 4;
struct Params { rows: u32, stride: u32, pos: u32, n_heads: u32, share: u32, ld: u32, window: u32, scale: f32, minus_infinity: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;
@group(0) @binding(4) var<storage, read_write> pattern: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let i = index % params.pos;
  let head = index / params.pos % params.n_heads;
  let b = index / params.pos / params.n_heads;
  let q0 = ((b * params.pos + i) * params.n_heads + head) * HEAD4;
  let row = index * params.ld;
  var top = bitcast<f32>(params.minus_infinity);
  for (var j = 0u; j < params.ld; j++) {
    var score = select(0.0, bitcast<f32>(params.minus_infinity), j < params.pos);
    if (j <= i && i - j < params.window) {
      let k0 = ((b * params.pos + j) * (params.n_heads / params.share) + head / params.share) * HEAD4;
      var sum = vec4f(0);
      @unroll(d, HEAD4) { sum += q[q0 + d] * k[k0 + d]; }
      score = params.scale * (sum.x + sum.y + (sum.z + sum.w));
      top = max(top, score);
    }
    scores[row + j] = score;
  }
  var total = 0.0;
  for (var j = 0u; j <= i; j++) {
    if (i - j < params.window) { total += exp(scores[row + j] - top); }
  }
  for (var j = 0u; j < params.ld; j++) {
    let seen = j <= i && i - min(i, j) < params.window;
    pattern[row + j] = select(0.0, exp(scores[row + j] - top) / total, seen);
  }
}
