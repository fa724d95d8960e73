// matmul_tiled.wgsl: matrix products through workgroup memory, for GPUs; no subgroups needed.
//
//   FORM 0 (NN)  C[m,n] = Σ_k A[m,k] B[k,n]
//   FORM 1 (NT)  C[m,n] = Σ_k A[m,k] B[n,k]
//   FORM 2 (TN)  C[m,n] = Σ_k A[k,m] B[k,n]
// A workgroup of (TILE / 8)² threads owns TILE x TILE results, a thread 8 x 8 of them in registers: four rows and columns
// in the first half of the tile, four in the second, so that neighbours read neighbouring words. K runs in steps of BK:
// the threads fetch blocks of 4 x 4 of A and B, turned so that a row of workgroup memory holds one k, and wait for one
// another. Each C[m,n] is summed in order of k, as in the other product kernels.
// shapes    rows padded with zeros to multiples of four; strides lda, ldb, ldc count vec4f. Epilogue: product_epilogue.wgsl
// dispatch  (ceil(m / TILE), ceil(n / TILE), layers); layers as in matmul_subgroup.wgsl
// work      main: flop 2 * m * n * (split * k_total + (1 - split) * k * groups_z); turns (k + BK - 1) / BK
// limits    f32; any m, n, k; TILE a multiple of 32; workgroup memory 8 · TILE · BK bytes
// checked   tests/tensor/ops/matmul/matmul_test.ts: float64 over ragged shapes, bit-equal to the other product kernels
const FORM = 1;
const TILE = 64;
const BK = 16;
const SIDE = TILE / 8;
const THREADS = SIDE * SIDE;
const BLOCKS = TILE / 4 * BK / 4;

struct Params {
  m: u32, n: u32, k: u32, k_total: u32, split: u32,
  lda: u32, ldb: u32, ldc: u32,
  batch_a: u32, batch_b: u32, batch_c: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4f>;
@group(0) @binding(2) var<storage, read> B: array<vec4f>;

var<workgroup> tile_a: array<vec4f, BK * TILE / 4>; // [BK][TILE / 4]
var<workgroup> tile_b: array<vec4f, BK * TILE / 4>;

// Four values along k of a row that runs along k; zero beyond the sum.
fn a_along(row: u32, k: u32, start: u32, k_here: u32) -> vec4f {
  return select(vec4f(0), A[start + min(row, params.m - 1u) * params.lda + k / 4u], k < k_here);
}
fn b_along(row: u32, k: u32, start: u32, k_here: u32) -> vec4f {
  return select(vec4f(0), B[start + min(row, params.n - 1u) * params.ldb + k / 4u], k < k_here);
}

// Four neighbouring values at one k of a matrix whose rows are the terms.
fn a_across(column4: u32, k: u32, start: u32, k_here: u32) -> vec4f {
  let at = start + min(k, k_here - 1u) * params.lda + min(column4, (params.m - 1u) / 4u);
  return select(vec4f(0), A[at], k < k_here);
}
fn b_across(column4: u32, k: u32, start: u32, k_here: u32) -> vec4f {
  let at = start + min(k, k_here - 1u) * params.ldb + min(column4, (params.n - 1u) / 4u);
  return select(vec4f(0), B[at], k < k_here);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let m0 = group.x * TILE;
  let n0 = group.y * TILE;
  let k_here = min(params.k, params.k_total - params.split * group.z * params.k);
  let a0 = group.z * params.batch_a;
  let b0 = group.z * params.batch_b;
  let thread_column = local % SIDE;
  let thread_row = local / SIDE;
  var acc: array<vec4f, 16>; // [8 rows][2 halves of four columns]

  for (var k0 = 0u; k0 < k_here; k0 += BK) {
    @unroll(q, 2 * BLOCKS / THREADS) {
      let index = q * THREADS + local;
      let block = index % BLOCKS;
      let four = block % (TILE / 4); // which four rows of the tile
      let k4 = block / (TILE / 4);
      let k = k0 + 4u * k4;
      if (index < BLOCKS) {
        @if(FORM != 2) {
          let row = m0 + 4u * four;
          let t = transpose(mat4x4f(a_along(row, k, a0, k_here), a_along(row + 1u, k, a0, k_here), a_along(row + 2u, k, a0, k_here), a_along(row + 3u, k, a0, k_here)));
          @unroll(s, 4) { tile_a[(4u * k4 + s) * (TILE / 4) + four] = t[s]; }
        }
        @if(FORM == 2) {
          @unroll(s, 4) { tile_a[(4u * k4 + s) * (TILE / 4) + four] = a_across(m0 / 4u + four, k + s, a0, k_here); }
        }
      } else {
        @if(FORM == 1) {
          let row = n0 + 4u * four;
          let t = transpose(mat4x4f(b_along(row, k, b0, k_here), b_along(row + 1u, k, b0, k_here), b_along(row + 2u, k, b0, k_here), b_along(row + 3u, k, b0, k_here)));
          @unroll(s, 4) { tile_b[(4u * k4 + s) * (TILE / 4) + four] = t[s]; }
        }
        @if(FORM != 1) {
          @unroll(s, 4) { tile_b[(4u * k4 + s) * (TILE / 4) + four] = b_across(n0 / 4u + four, k + s, b0, k_here); }
        }
      }
    }
    workgroupBarrier();
    for (var kk = 0u; kk < BK; kk += 4u) {
      @unroll(s, 4) {
        let base = (kk + s) * (TILE / 4);
        let b_0 = tile_b[base + thread_column];
        let b_1 = tile_b[base + TILE / 8 + thread_column];
        @unroll(half, 2) {
          let a = tile_a[base + half * (TILE / 8) + thread_row];
          @unroll(r, 4) {
            acc[half * 8 + r * 2] = fma(vec4f(a[r]), b_0, acc[half * 8 + r * 2]);
            acc[half * 8 + r * 2 + 1] = fma(vec4f(a[r]), b_1, acc[half * 8 + r * 2 + 1]);
          }
        }
      }
    }
    workgroupBarrier();
  }

  @unroll(h, 2) {
    let column4 = n0 / 4u + h * (TILE / 8) + thread_column;
    if (column4 < (params.n + 3u) / 4u) {
      let inside = vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.n);
      let shift = bias_of(column4);
      let c0 = group.z * params.batch_c + column4;
      @unroll(r, 8) {
        let row = m0 + r / 4 * (TILE / 2) + 4u * thread_row + r % 4;
        if (row < params.m) { finish(acc[r * 2 + h], c0 + row * params.ldc, shift, inside); }
      }
    }
  }
}
