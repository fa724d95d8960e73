// matmul_subgroup.wgsl: matrix products without workgroup memory or barriers, for CPU adapters.
//
//   FORM 0 (NN)  C[m,n] = Σ_k A[m,k] B[k,n]
//   FORM 1 (NT)  C[m,n] = Σ_k A[m,k] B[n,k]
//   FORM 2 (TN)  C[m,n] = Σ_k A[k,m] B[k,n]
// A subgroup is a workgroup and owns a tile of TM rows and 4·SG columns, each lane four columns. The lanes load a piece
// of A together and hand its values round by broadcast. K runs in steps of four, innermost, so that a row's four
// products enter its accumulator before the next row is touched. A layer's terms are summed in order of k whatever the tile.
// shapes    rows padded with zeros to multiples of four; strides lda, ldb, ldc count vec4f. Epilogue: epilogue.wgsl
// dispatch  (ceil(m / TM), ceil(n / (4 SG)), batch): row tiles fastest, so that a panel of B stays in the cache.
//           Layer z starts at z · batch_{a,b,c} and sums k terms; with split = 1 layers share one sum of k_total terms,
//           and the last of them has fewer
// work      main: flop 2 * m * n * (split * k_total + (1 - split) * k * groups_z); turns (k + 3) / 4
// limits    f32; any m, n, k; TM a multiple of 4·SG; bindings below the adapter's limit
// checked   tests/tensor/ops/matmul/matmul_test.ts: plain TypeScript over ragged shapes; PyTorch through linear
const FORM = 1;
const TM = 64;
const SG = 8u;

struct Params {
  m: u32, n: u32, k: u32, k_total: u32, split: u32,
  lda: u32, ldb: u32, ldc: u32,
  batch_a: u32, batch_b: u32, batch_c: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> A: array<vec4f>;
@group(0) @binding(2) var<storage, read> B: array<vec4f>;

@compute @workgroup_size(SG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  // Read here, since under a condition each use would read them again.
  let m = params.m;
  let ldc = params.ldc;
  let m0 = group.x * TM;
  let column4 = group.y * SG + lane; // which vec4f of C's row this lane owns
  let width4 = (params.n + 3u) / 4u; // vec4f in a row of this piece of C
  let k_here = min(params.k, params.k_total - params.split * group.z * params.k);
  let a0 = group.z * params.batch_a;
  let b0 = group.z * params.batch_b;
  var acc: array<vec4f, TM>;

  @if(FORM != 2) {
    // Rows beyond the last one repeat it; they are never stored.
    var row: array<u32, TM / SG>;
    @unroll(i, TM / SG) { row[i] = a0 + min(m0 + i * SG + lane, params.m - 1u) * params.lda; }
  }
  @if(FORM == 1) {
    var line: array<u32, 4>;
    @unroll(j, 4) { line[j] = b0 + min(column4 * 4u + j, params.n - 1u) * params.ldb; }
  }
  @if(FORM != 1) { let b_column = b0 + min(column4, width4 - 1u); }
  @if(FORM == 2) {
    var a_column: array<u32, TM / 4 / SG>;
    @unroll(i, TM / 4 / SG) { a_column[i] = a0 + min(m0 / 4u + i * SG + lane, (params.m - 1u) / 4u); }
  }

  for (var k = 0u; k < k_here; k += 4u) {
    var b: array<vec4f, 4>;
    @if(FORM == 1) {
      let b_0 = B[line[0] + k / 4u];
      let b_1 = B[line[1] + k / 4u];
      let b_2 = B[line[2] + k / 4u];
      let b_3 = B[line[3] + k / 4u];
      @unroll(s, 4) { b[s] = vec4f(b_0[s], b_1[s], b_2[s], b_3[s]); }
    }
    @if(FORM != 1) {
      // Rows of B beyond the last one must not bring a NaN into a product with the zeros that pad A.
      @unroll(s, 4) { b[s] = select(vec4f(0), B[b_column + min(k + s, k_here - 1u) * params.ldb], k + s < k_here); }
    }
    @if(FORM != 2) {
      var a: array<vec4f, TM / SG>;
      @unroll(i, TM / SG) { a[i] = A[row[i] + k / 4u]; }
      @unroll(r, TM) {
        let a_r = subgroupBroadcast(a[r / SG], r % SG);
        acc[r] = fma(vec4f(a_r.w), b[3], fma(vec4f(a_r.z), b[2], fma(vec4f(a_r.y), b[1], fma(vec4f(a_r.x), b[0], acc[r]))));
      }
    }
    @if(FORM == 2) {
      var a: array<array<vec4f, 4>, TM / 4 / SG>;
      @unroll(i, TM / 4 / SG) {
        @unroll(s, 4) { a[i][s] = A[a_column[i] + min(k + s, k_here - 1u) * params.lda]; }
      }
      @unroll(r, TM) {
        let a_0 = subgroupBroadcast(a[r / 4 / SG][0][r % 4], r / 4 % SG);
        let a_1 = subgroupBroadcast(a[r / 4 / SG][1][r % 4], r / 4 % SG);
        let a_2 = subgroupBroadcast(a[r / 4 / SG][2][r % 4], r / 4 % SG);
        let a_3 = subgroupBroadcast(a[r / 4 / SG][3][r % 4], r / 4 % SG);
        acc[r] = fma(vec4f(a_3), b[3], fma(vec4f(a_2), b[2], fma(vec4f(a_1), b[1], fma(vec4f(a_0), b[0], acc[r]))));
      }
    }
  }

  if (column4 >= width4) { return; }
  let inside = vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.n);
  let columns = columns_at(column4);
  let c0 = group.z * params.batch_c + column4;
  @unroll(r, TM) {
    if (m0 + r < m) {
      let at = c0 + (m0 + r) * ldc;
      finish(start_of(at) + acc[r], at, m0 + r, columns, inside);
    }
  }
}
