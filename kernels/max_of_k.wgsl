// max_of_k.wgsl: what a one-layer attention model does beside its matrix products, for many models at once.
//
// With x[i] = W_E[t_i] + W_pos[i], for every sequence of every model:
//   gather        last = x[K−1]                                                           overwrites
//   gather_grad   grad_W_E[t_(K−1)] += grad_last; grad_W_pos[K−1] += grad_last            accumulates
//   mix           pattern[i] = softmax_i(scale · x[i]·key), mixed = Σ_i pattern[i] x[i]   overwrites
//   mix_grad      d[i] = pattern[i] (g·x[i] − Σ_j pattern[j] g·x[j]) scale,  grad_key = Σ_i d[i] x[i]   overwrites
//   tables_grad   grad_W_E[t_i] = Σ (pattern[i] g + d[i] key), grad_W_pos[i] = the same summed by position   overwrites
//   loss          nll = −log softmax(logits)[target]                                      overwrites
//   loss_grad     logits = (softmax(logits) − [target]) / batch                           overwrites
// with key the row by which keys are multiplied (W_K W_Qᵀ x[K−1]) and g the gradient of mixed.
// No float32 evaluation of the classes of lib/proofs/evaluation: the key W_K W_Qᵀ x[K−1] and the mix before W_V are
// another association of the matrices, so certificates for evaluations say nothing of these logits.
// Sums over a batch run in the order of its sequences, one invocation for each column: deterministic without atomics.
// The gradient of the target's logit is minus the sum of the others, not p − 1, which would cancel when p is near 1.
// shapes    W_E [models, v, 4·d4], W_pos [models, K, 4·d4], last, key, mixed and their gradients [models · batch, 4·d4],
//           tokens, pattern, d [models · batch, K] not padded, targets, nll [models · batch], logits [.., 4·v4]
// dispatch  gather, mix, mix_grad, loss, loss_grad: an invocation for each sequence, index = id.y · stride + id.x;
//           gather_grad, tables_grad: (models, ceil(D4 / LANES)) workgroups
// limits    llvmpipe leaves all loops after 65,535 turns, so long sums take TURN sequences a turn; f32;
//           max drops NaN, the exponentials carry it on into loss and gradient
// checked   tests/proofs/gpu/train_test.ts: PyTorch
const D4 = 8;
const LANES = 8u;
const TURN = 8;

struct Params { count: u32, batch: u32, K: u32, v: u32, stride: u32, scale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> W_E: array<vec4f>;
@group(0) @binding(3) var<storage, read> W_pos: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> last: array<vec4f>;
@group(0) @binding(5) var<storage, read> key: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> pattern: array<f32>;
@group(0) @binding(7) var<storage, read_write> mixed: array<vec4f>;
@group(0) @binding(8) var<storage, read> grad: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> d: array<f32>;
@group(0) @binding(10) var<storage, read_write> grad_key: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> grad_W_E: array<vec4f>;
@group(0) @binding(12) var<storage, read_write> grad_W_pos: array<vec4f>;
@group(0) @binding(13) var<storage, read> targets: array<u32>;
@group(0) @binding(14) var<storage, read_write> logits: array<vec4f>;
@group(0) @binding(15) var<storage, read_write> nll: array<f32>;

@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let model = sequence / params.batch;
  let token = tokens[sequence * params.K + params.K - 1u];
  let e = (model * params.v + token) * D4;
  let p = (model * params.K + params.K - 1u) * D4;
  @unroll(c, D4) { last[sequence * D4 + c] = W_E[e + c] + W_pos[p + c]; }
}

@compute @workgroup_size(LANES)
fn gather_grad(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let model = group.x;
  let c = group.y * LANES + lane;
  if (c >= D4) { return; }
  var sum = vec4f(0);
  let end = (model + 1u) * params.batch;
  var b = model * params.batch;
  for (; b + TURN <= end; b += TURN) {
    @unroll(t, TURN) { sum += add_last(model, b + t, c); }
  }
  for (; b < end; b++) { sum += add_last(model, b, c); }
  grad_W_pos[(model * params.K + params.K - 1u) * D4 + c] += sum;
}

fn add_last(model: u32, b: u32, c: u32) -> vec4f {
  let g = grad[b * D4 + c];
  let token = tokens[b * params.K + params.K - 1u];
  grad_W_E[(model * params.v + token) * D4 + c] += g;
  return g;
}

@compute @workgroup_size(64)
fn mix(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let model = sequence / params.batch;
  var y: array<vec4f, D4>;
  @unroll(c, D4) { y[c] = key[sequence * D4 + c]; }
  var largest = -3.4e38;
  for (var i = 0u; i < params.K; i++) {
    let e = (model * params.v + tokens[sequence * params.K + i]) * D4;
    let p = (model * params.K + i) * D4;
    var s = vec4f(0);
    @unroll(c, D4) { s += y[c] * (W_E[e + c] + W_pos[p + c]); }
    let score = params.scale * ((s.x + s.y) + (s.z + s.w));
    pattern[sequence * params.K + i] = score;
    largest = max(largest, score);
  }
  var sum = 0.0;
  for (var i = 0u; i < params.K; i++) {
    sum += exp(pattern[sequence * params.K + i] - largest);
  }
  var m: array<vec4f, D4>;
  @unroll(c, D4) { m[c] = vec4f(0); }
  for (var i = 0u; i < params.K; i++) {
    let a = exp(pattern[sequence * params.K + i] - largest) / sum;
    pattern[sequence * params.K + i] = a;
    let e = (model * params.v + tokens[sequence * params.K + i]) * D4;
    let p = (model * params.K + i) * D4;
    @unroll(c, D4) { m[c] += a * (W_E[e + c] + W_pos[p + c]); }
  }
  @unroll(c, D4) { mixed[sequence * D4 + c] = m[c]; }
}

@compute @workgroup_size(64)
fn mix_grad(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let model = sequence / params.batch;
  var g: array<vec4f, D4>;
  @unroll(c, D4) { g[c] = grad[sequence * D4 + c]; }
  var mean = 0.0;
  for (var i = 0u; i < params.K; i++) {
    let e = (model * params.v + tokens[sequence * params.K + i]) * D4;
    let p = (model * params.K + i) * D4;
    var s = vec4f(0);
    @unroll(c, D4) { s += g[c] * (W_E[e + c] + W_pos[p + c]); }
    let slope = (s.x + s.y) + (s.z + s.w);
    d[sequence * params.K + i] = slope;
    mean += pattern[sequence * params.K + i] * slope;
  }
  var sum: array<vec4f, D4>;
  @unroll(c, D4) { sum[c] = vec4f(0); }
  for (var i = 0u; i < params.K; i++) {
    let at = sequence * params.K + i;
    let slope = pattern[at] * (d[at] - mean) * params.scale;
    d[at] = slope;
    let e = (model * params.v + tokens[at]) * D4;
    let p = (model * params.K + i) * D4;
    @unroll(c, D4) { sum[c] += slope * (W_E[e + c] + W_pos[p + c]); }
  }
  @unroll(c, D4) { grad_key[sequence * D4 + c] = sum[c]; }
}

@compute @workgroup_size(LANES)
fn tables_grad(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let model = group.x;
  let c = group.y * LANES + lane;
  if (c >= D4) { return; }
  for (var t = 0u; t < params.v; t++) { grad_W_E[(model * params.v + t) * D4 + c] = vec4f(0); }
  let end = (model + 1u) * params.batch;
  for (var i = 0u; i < params.K; i++) {
    var sum = vec4f(0);
    var b = model * params.batch;
    for (; b + TURN <= end; b += TURN) {
      @unroll(t, TURN) { sum += add_place(model, b + t, i, c); }
    }
    for (; b < end; b++) { sum += add_place(model, b, i, c); }
    grad_W_pos[(model * params.K + i) * D4 + c] = sum;
  }
}

fn add_place(model: u32, b: u32, i: u32, c: u32) -> vec4f {
  let at = b * params.K + i;
  let g = pattern[at] * grad[b * D4 + c] + d[at] * key[b * D4 + c];
  grad_W_E[(model * params.v + tokens[at]) * D4 + c] += g;
  return g;
}

// The exponential of a logit less the largest, 0 in the padding.
fn exponential(value: vec4f, largest: f32, column4: u32) -> vec4f {
  return select(vec4f(0), exp(value - largest), vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.v));
}

// The largest of a row's logits.
fn largest_logit(start: u32) -> f32 {
  let v4 = (params.v + 3u) / 4u;
  var most = logits[start].x;
  for (var c = 0u; c < v4; c++) {
    let l = select(vec4f(most), logits[start + c], vec4u(0, 1, 2, 3) + 4u * c < vec4u(params.v));
    most = max(most, max(max(l.x, l.y), max(l.z, l.w)));
  }
  return most;
}

// The sum of the exponentials of all logits of a row but the answer's.
fn other_exponentials(start: u32, answer: u32, most: f32) -> f32 {
  let v4 = (params.v + 3u) / 4u;
  var others = 0.0;
  for (var c = 0u; c < v4; c++) {
    let e = select(exponential(logits[start + c], most, c), vec4f(0), vec4u(0, 1, 2, 3) + 4u * c == vec4u(answer));
    others += (e.x + e.y) + (e.z + e.w);
  }
  return others;
}

@compute @workgroup_size(64)
fn loss(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let start = sequence * ((params.v + 3u) / 4u);
  let answer = targets[sequence];
  let most = largest_logit(start);
  let own = logits[start + answer / 4u][answer % 4u];
  let others = other_exponentials(start, answer, most);
  let total = others + exp(own - most);
  // log(1 + others) by its series where 1 + others would round most of it away.
  let series = others * (1.0 - others * (0.5 - others / 3.0));
  nll[sequence] = (most - own) + select(log(total), series, own == most && others < 0.01);
}

@compute @workgroup_size(64)
fn loss_grad(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let v4 = (params.v + 3u) / 4u;
  let start = sequence * v4;
  let answer = targets[sequence];
  let most = largest_logit(start);
  let own = logits[start + answer / 4u][answer % 4u];
  let others = other_exponentials(start, answer, most);
  let total = others + exp(own - most);
  let share = 1.0 / (total * f32(params.batch));
  for (var c = 0u; c < v4; c++) {
    let e = exponential(logits[start + c], most, c);
    logits[start + c] = select(e, vec4f(-others), vec4u(0, 1, 2, 3) + 4u * c == vec4u(answer)) * share;
  }
}
