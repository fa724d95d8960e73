// epilogue.wgsl: what a matrix product begins its sums with, and what happens to them before they are stored. Stands
// before every product kernel.
//
//   v = start + Σ, start = C[m,n] with ADD 2 and 3 (which accumulate; the others overwrite)
//   v = v + bias[n] with BIAS; ACT 1: pre = v, v = gelu(v); ACT 2: v = v · gelu'(pre); ACT 3: pre = v, v = jumprelu(v)
//   v = v + addend[m,n] with ADD 1 and 3, last: so an edit of the result before it is added changes no bit by itself;
//   with SCALED v + scale · addend[m,n], a scale for each run of a row, as many runs in each
//   With ACT the start is zero, and ADD 2 adds C[m,n] at the end.
// shapes    C, addend and pre [m, n] alike, bias and log_threshold [n], as vec4f; columns of the padding become zero;
//           scales f32 [m · runs], whose number tells the length of a run of whole vec4f
// checked   tests/tensor/ops/matmul/matmul_test.ts
const BIAS = 0;
const ACT = 0;
const ADD = 0;
const SCALED = 0;

@group(0) @binding(3) var<storage, read_write> C: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> addend: array<vec4f>;
@if(ACT != 2) { @group(0) @binding(6) var<storage, read_write> pre: array<vec4f>; }
@if(ACT == 2) { @group(0) @binding(6) var<storage, read> pre: array<vec4f>; }
@group(0) @binding(7) var<storage, read> log_threshold: array<vec4f>;
@group(0) @binding(8) var<storage, read> scales: array<f32>;

const ROOT_TWO_OVER_PI = 0.7978845608028654;

// 1 / (1 + exp(−2u)), with no exponential above 1: where one overflows WGSL leaves its value open.
fn product_gelu_share(u: vec4f) -> vec4f {
  let e = exp(-2.0 * abs(u));
  return select(e, vec4f(1), u >= vec4f(0)) / (1.0 + e);
}

// Beyond ±100 a share is 0 or 1, and 0 times what overflows there would be NaN.
fn product_gelu_within(v: vec4f) -> vec4f { return clamp(v, vec4f(-100), vec4f(100)); }

fn product_gelu(v: vec4f) -> vec4f {
  let w = product_gelu_within(v);
  return v * product_gelu_share(ROOT_TWO_OVER_PI * (w + 0.044715 * w * w * w));
}

fn product_gelu_slope(v: vec4f) -> vec4f {
  let w = product_gelu_within(v);
  let s = product_gelu_share(ROOT_TWO_OVER_PI * (w + 0.044715 * w * w * w));
  return s + v * s * (1.0 - s) * (2.0 * ROOT_TWO_OVER_PI) * (1.0 + 0.134145 * w * w);
}

// What four columns share, read once for all rows of a tile.
struct Columns { bias: vec4f, threshold: vec4f, runs: u32, run: u32 } // the last two: in a row, and which one
fn columns_at(column4: u32) -> Columns {
  var columns: Columns;
  @if(BIAS == 1) { columns.bias = bias[column4]; }
  @if(ACT == 3) { columns.threshold = exp(log_threshold[column4]); }
  @if(SCALED == 1) {
    let length = arrayLength(&C) / arrayLength(&scales);
    columns.runs = params.ldc / length;
    columns.run = column4 / length;
  }
  return columns;
}

// What the four sums of C[at] begin with.
fn start_of(at: u32) -> vec4f {
  @if(ACT == 0 && (ADD == 2 || ADD == 3)) { return C[at]; }
  @if(ACT != 0 || ADD == 0 || ADD == 1) { return vec4f(0); }
}

// Stores four sums, which began with start_of(at), at C[at], in this row; `inside` tells the columns that exist.
fn finish(sum: vec4f, at: u32, row: u32, columns: Columns, inside: vec4<bool>) {
  var v = sum;
  @if(BIAS == 1) { v = v + columns.bias; }
  @if(ACT == 1 || ACT == 3) { pre[at] = select(vec4f(0), v, inside); }
  @if(ACT == 1) { v = product_gelu(v); }
  @if(ACT == 3) { v = select(v, vec4f(0), v <= columns.threshold); }
  @if(ACT == 2) { v = v * product_gelu_slope(pre[at]); }
  @if((ADD == 1 || ADD == 3) && SCALED == 0) { v = v + addend[at]; }
  @if((ADD == 1 || ADD == 3) && SCALED == 1) {
    v = v + scales[row * columns.runs + columns.run] * addend[at];
  }
  @if(ACT != 0 && ADD == 2) { v = v + C[at]; }
  C[at] = select(vec4f(0), v, inside);
}
