// score_parts.wgsl: products of the nine parts of a row of attention scores, with each other, about the row's mean.
//
//   part 3a + b of the score of query i and key j = query_a[i,h] · key_b[j,h],   a, b: 0 features, 1 bias, 2 error node
//   products[b,h,i, p, r] = Σ_j (part_p − mean_p) (part_r − mean_r) over the keys j that i sees                 overwrites
//   products[b,h,i, 9, r] = mean_r;   products[b,h,i, 9, 9] = how many keys i sees
// shapes    query_feature, query_error, key_feature, key_error [tokens, n_heads · d_head]; query_bias, key_bias [n_heads · d_head]
//           products [tokens' rows, 10, 12]: row (b · n_heads + h) · pos + i; columns 9 to 11 are 0 but for the count
// dispatch  an invocation a row; index = id.y · stride + id.x; it walks the keys that its query sees: pos <= 65,472
// numbers   sums run over differences to the row's first key, so that a part which is constant on the row gives exactly 0
// checked   tests/interactions/attention/score_parts_test.ts: float64
const HEAD4 = 4;
struct Params { rows: u32, stride: u32, pos: u32, n_heads: u32, window: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> query_feature: array<vec4f>;
@group(0) @binding(2) var<storage, read> query_bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> query_error: array<vec4f>;
@group(0) @binding(4) var<storage, read> key_feature: array<vec4f>;
@group(0) @binding(5) var<storage, read> key_bias: array<vec4f>;
@group(0) @binding(6) var<storage, read> key_error: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> products: array<vec4f>;

struct Parts { a: vec4f, b: vec4f, c: vec4f }

fn parts_of(query: u32, key: u32, head: u32) -> Parts {
  var f = vec3f(0);
  var b = vec3f(0);
  var e = vec3f(0);
  @unroll(d, HEAD4) {
    let q_f = query_feature[query + d];
    let q_b = query_bias[head + d];
    let q_e = query_error[query + d];
    let k_f = key_feature[key + d];
    let k_b = key_bias[head + d];
    let k_e = key_error[key + d];
    f += vec3f(dot(q_f, k_f), dot(q_f, k_b), dot(q_f, k_e));
    b += vec3f(dot(q_b, k_f), dot(q_b, k_b), dot(q_b, k_e));
    e += vec3f(dot(q_e, k_f), dot(q_e, k_b), dot(q_e, k_e));
  }
  return Parts(vec4f(f, b.x), vec4f(b.yz, e.xy), vec4f(e.z, 0, 0, 0));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  if (index >= params.rows) { return; }
  let i = index % params.pos;
  let head = index / params.pos % params.n_heads;
  let first_token = index / params.pos / params.n_heads * params.pos;
  let width4 = params.n_heads * HEAD4;
  let query = (first_token + i) * width4 + head * HEAD4;
  let first = i + 1 - min(i + 1, params.window);
  let at_first = parts_of(query, (first_token + first) * width4 + head * HEAD4, head * HEAD4);
  var sum = Parts(vec4f(0), vec4f(0), vec4f(0));
  var a: array<vec4f, 9>;
  var b: array<vec4f, 9>;
  var c: array<vec4f, 9>;
  for (var j = first; j <= i; j++) {
    let now = parts_of(query, (first_token + j) * width4 + head * HEAD4, head * HEAD4);
    let x = now.a - at_first.a;
    let y = now.b - at_first.b;
    let z = now.c - at_first.c;
    sum.a += x;
    sum.b += y;
    sum.c += z;
    @unroll(p, 4) { a[p] += x[p] * x; b[p] += x[p] * y; c[p] += x[p] * z; }
    @unroll(p, 4) { a[4 + p] += y[p] * x; b[4 + p] += y[p] * y; c[4 + p] += y[p] * z; }
    a[8] += z.x * x;
    b[8] += z.x * y;
    c[8] += z.x * z;
  }
  let n = f32(i + 1 - first);
  let mean = Parts(sum.a / n, sum.b / n, sum.c / n);
  let out = index * 30;
  @unroll(p, 9) {
    let scaled = array<vec4f, 3>(sum.a, sum.b, sum.c)[p / 4][p % 4];
    products[out + 3 * p] = a[p] - scaled * mean.a;
    products[out + 3 * p + 1] = b[p] - scaled * mean.b;
    products[out + 3 * p + 2] = c[p] - scaled * mean.c;
  }
  products[out + 27] = at_first.a + mean.a;
  products[out + 28] = at_first.b + mean.b;
  products[out + 29] = vec4f(at_first.c.x + mean.c.x, n, 0, 0);
}
