// max_of_k_orders.wgsl: evaluates sequences of a Max-of-K model in float32, every sum in several orders.
//
//   x[i] = E[t_i] + P[i];  Q = x[K−1] W_Q, K[i] = x[i] W_K, V[i] = x[i] W_V;  s[i] = (Q·K[i]) scale;  a = softmax(s)
//   z = Σ_i a[i] V[i];  o = z W_O;  logits = (x[K−1] + o) W_U;  wrong_by = max over x ≠ m of logits[x] − logits[m]   overwrites
// with m the largest token. Order n adds the D, H and K terms of each sum by places[n], a permutation of each.
// A float32 evaluation of the class wgsl (lib/proofs/evaluation/classes.ts): the same chain in the same stages; sums of products,
// each rounded or fused, in an order that is one of any; exp and / with what WGSL allows them; the largest score subtracted; the
// scale is a rounded constant and one product. Subnormal numbers may be flushed, and are carried in the bound.
// shapes    weights: E [v, D], P [K, D], W_Q, W_K, W_V [D, H], W_O [H, D], W_U [D, v] behind one another, not padded;
//           tokens [sequences, K]; places [orders, D + H + K]; wrong_by [sequences, orders]
// dispatch  an invocation for each sequence and order, index = id.y · stride + id.x
// limits    f32; llvmpipe leaves all loops after 65,535 turns: 2 (K + 1) (D + 1) (H + 1) + D v below that
// checked   tests/proofs/gpu/orders_test.ts: float64, the widened tables' answers
const D = 32u;
const H = 32u;
const K = 4u;

struct Params { count: u32, orders: u32, v: u32, stride: u32, scale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> tokens: array<u32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> wrong_by: array<f32>;

var<private> row: array<f32, D>;
var<private> query: array<f32, H>;
var<private> pattern: array<f32, K>;
var<private> mixed: array<f32, H>;
var<private> residual: array<f32, D>;

fn read_row(sequence: u32, i: u32) {
  let e = tokens[sequence * K + i] * D;
  let p = (params.v + i) * D;
  for (var c = 0u; c < D; c++) { row[c] = weights[e + c] + weights[p + c]; }
}

// Σ_c row[c] W[c, j], W [D, H] from `start`.
fn projected(start: u32, j: u32, order: u32) -> f32 {
  var sum = 0.0;
  for (var n = 0u; n < D; n++) {
    let c = places[order + n];
    sum += row[c] * weights[start + c * H + j];
  }
  return sum;
}

@compute @workgroup_size(64)
fn evaluate(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.count) { return; }
  let sequence = index / params.orders;
  let by_d = (index % params.orders) * (D + H + K);
  let by_h = by_d + D;
  let by_k = by_h + H;
  let q = (params.v + K) * D;
  let k = q + D * H;
  let v = k + D * H;
  let o = v + D * H;
  let u = o + H * D;

  read_row(sequence, K - 1u);
  for (var j = 0u; j < H; j++) { query[j] = projected(q, j, by_d); }
  var most = -3.4e38;
  var largest = 0u;
  for (var i = 0u; i < K; i++) {
    read_row(sequence, i);
    var sum = 0.0;
    for (var n = 0u; n < H; n++) {
      let j = places[by_h + n];
      sum += query[j] * projected(k, j, by_d);
    }
    pattern[i] = sum * params.scale;
    most = max(most, pattern[i]);
    largest = max(largest, tokens[sequence * K + i]);
  }
  for (var i = 0u; i < K; i++) { pattern[i] = exp(pattern[i] - most); }
  var total = 0.0;
  for (var n = 0u; n < K; n++) { total += pattern[places[by_k + n]]; }
  for (var j = 0u; j < H; j++) { mixed[j] = 0.0; }
  for (var n = 0u; n < K; n++) {
    let i = places[by_k + n];
    let a = pattern[i] / total;
    read_row(sequence, i);
    for (var j = 0u; j < H; j++) { mixed[j] += a * projected(v, j, by_d); }
  }
  read_row(sequence, K - 1u);
  for (var c = 0u; c < D; c++) {
    var sum = 0.0;
    for (var n = 0u; n < H; n++) {
      let j = places[by_h + n];
      sum += mixed[j] * weights[o + j * D + c];
    }
    residual[c] = row[c] + sum;
  }
  var own = 0.0;
  var other = -3.4e38;
  for (var x = 0u; x < params.v; x++) {
    var sum = 0.0;
    for (var n = 0u; n < D; n++) {
      let c = places[by_d + n];
      sum += residual[c] * weights[u + c * params.v + x];
    }
    if (x == largest) { own = sum; } else { other = max(other, sum); }
  }
  wrong_by[index] = other - own;
}
