// operands.wgsl: the operands of a product in buffers, and blocks of 4 x 4 of their values. Stands before tiled.wgsl and tiny.wgsl.
//
//   FORM 0 (NN)  C[m,n] = Σ_k A[m,k] B[k,n]
//   FORM 1 (NT)  C[m,n] = Σ_k A[m,k] B[n,k]
//   FORM 2 (TN)  C[m,n] = Σ_k A[k,m] B[k,n]
// A step of the sum takes BK values of k. Neighbouring threads fetch what lies together: they go along k where the rows of
// an operand do, across it elsewhere. A block is fetched as it lies and turned later, so that no thread waits for it before.
// shapes    rows padded with zeros to multiples of four; strides lda, ldb, ldc count vec4f. Layer z of the grid starts at
//           z · batch_{a,b,c} and sums k terms; with split = 1 layers share one sum of k_total terms, the last has fewer
// checked   tests/tensor/ops/matmul/matmul_test.ts
const FORM = 1;
const BK = 16;
const K4 = BK / 4;

struct Params {
  m: u32, n: u32, k: u32, k_total: u32, split: u32,
  lda: u32, ldb: u32, ldc: u32,
  batch_a: u32, batch_b: u32, batch_c: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4f>;
@group(0) @binding(2) var<storage, read> B: array<vec4f>;

// Block `index` of a tile that is `fours` blocks wide: which four of its rows (or columns), which four of the step's k.
fn block_of_a(index: u32, fours: u32) -> vec2u {
  @if(FORM != 2) { return vec2u(index / K4, index % K4); }
  @if(FORM == 2) { return vec2u(index % fours, index / fours); }
}
fn block_of_b(index: u32, fours: u32) -> vec2u {
  @if(FORM == 1) { return vec2u(index / K4, index % K4); }
  @if(FORM != 1) { return vec2u(index % fours, index / fours); }
}

// Four rows along k, from row 4 · four on, or four lines across it; what does not exist repeats the last that does.
fn fetch_a(four: u32, k: u32, start: u32, k_end: u32) -> mat4x4f {
  @if(FORM != 2) {
    let at = start + min(k, k_end - 1u) / 4u;
    let last = params.m - 1u;
    return mat4x4f(
      A[at + min(4u * four, last) * params.lda], A[at + min(4u * four + 1u, last) * params.lda],
      A[at + min(4u * four + 2u, last) * params.lda], A[at + min(4u * four + 3u, last) * params.lda]);
  }
  @if(FORM == 2) {
    let at = start + min(four, (params.m - 1u) / 4u);
    let last = k_end - 1u;
    return mat4x4f(
      A[at + min(k, last) * params.lda], A[at + min(k + 1u, last) * params.lda],
      A[at + min(k + 2u, last) * params.lda], A[at + min(k + 3u, last) * params.lda]);
  }
}
fn fetch_b(four: u32, k: u32, start: u32, k_end: u32) -> mat4x4f {
  @if(FORM == 1) {
    let at = start + min(k, k_end - 1u) / 4u;
    let last = params.n - 1u;
    return mat4x4f(
      B[at + min(4u * four, last) * params.ldb], B[at + min(4u * four + 1u, last) * params.ldb],
      B[at + min(4u * four + 2u, last) * params.ldb], B[at + min(4u * four + 3u, last) * params.ldb]);
  }
  @if(FORM != 1) {
    let at = start + min(four, (params.n - 1u) / 4u);
    let last = k_end - 1u;
    return mat4x4f(
      B[at + min(k, last) * params.ldb], B[at + min(k + 1u, last) * params.ldb],
      B[at + min(k + 2u, last) * params.ldb], B[at + min(k + 3u, last) * params.ldb]);
  }
}

// A fetched block with one k in each column, zero from k_end on.
fn turn_along(block: mat4x4f, k: u32, k_end: u32) -> mat4x4f {
  let t = transpose(block);
  let zero = vec4f(0);
  let inside = k < k_end; // the rows themselves end in zeros
  return mat4x4f(select(zero, t[0], inside), select(zero, t[1], inside), select(zero, t[2], inside), select(zero, t[3], inside));
}
fn turn_across(block: mat4x4f, k: u32, k_end: u32) -> mat4x4f {
  let zero = vec4f(0);
  return mat4x4f(
    select(zero, block[0], k < k_end), select(zero, block[1], k + 1u < k_end),
    select(zero, block[2], k + 2u < k_end), select(zero, block[3], k + 3u < k_end));
}
fn turn_a(block: mat4x4f, k: u32, k_end: u32) -> mat4x4f {
  @if(FORM != 2) { return turn_along(block, k, k_end); }
  @if(FORM == 2) { return turn_across(block, k, k_end); }
}
fn turn_b(block: mat4x4f, k: u32, k_end: u32) -> mat4x4f {
  @if(FORM == 1) { return turn_along(block, k, k_end); }
  @if(FORM != 1) { return turn_across(block, k, k_end); }
}
