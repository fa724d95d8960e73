// matmul_tiled.wgsl: matrix products through workgroup memory, for GPUs; no subgroups needed. Forms: operands.wgsl.
//
// A workgroup owns BM x BN results, a thread 8 x 8 of them in registers: four rows and columns in the first half of the
// tile, four in the second, so that neighbours read neighbouring words; 32 threads next to each other have 8 columns of
// threads and 4 rows. K runs in steps of BK through two buffers: while one is multiplied, the next step's values are on
// their way into registers; they are put into the other, and one barrier ends the step. A row of a buffer holds one k, its
// blocks of four lie at x ^ 2·(k / 4), which keeps writes and reads free of bank conflicts. First indices are literal, for
// naga clamps all others, so two steps are written out.
// Each C[m,n] is the sum of chunks of CHUNK terms, added in order; a chunk is summed in order of k. Between chunks the sum
// lies in C (LONG = 1; with LONG = 0 there is one chunk at most); with SPLIT = 1 each chunk is stored on its own, for sum_chunks.wgsl.
// shapes    as in operands.wgsl; SPLIT 1: C [chunks, m, n]. Epilogue: epilogue.wgsl, ADD 2 after ACT only for k <= CHUNK
// dispatch  (ceil(m / BM), ceil(n / BN), layers)
// work      main: flop 2 * m * n * (split * k_total + (1 - split) * k * groups_z); ahead (k + BK - 1) / BK
// limits    f32; any m, n, k; BM, BN 64 or 128; CHUNK a multiple of 2·BK; workgroup memory 8 · (BM + BN) · BK bytes
// checked   tests/tensor/ops/matmul/matmul_test.ts: float64 over ragged shapes, bit-equal to the other product kernels
const BM = 64;
const BN = 64;
const SPLIT = 0;
const LONG = 0;
const CHUNK = 512;
const THREADS = BM * BN / 64;
const BLOCKS_A = BM / 4 * K4;
const BLOCKS = BLOCKS_A + BN / 4 * K4;
const EACH = (BLOCKS + THREADS - 1) / THREADS;

var<workgroup> tile_a: array<array<array<vec4f, BM / 8>, 2>, 2 * BK>; // [buffer, k][half][four]
var<workgroup> tile_b: array<array<array<vec4f, BN / 8>, 2>, 2 * BK>;

// Where a workgroup works: its first row and column by fours, where its operands begin, how many terms it sums.
struct Place { m4: u32, n4: u32, a: u32, b: u32, k_end: u32 }

fn fetch(index: u32, k0: u32, place: Place) -> mat4x4f {
  if (index < BLOCKS_A) {
    let block = block_of_a(index, BM / 4);
    return fetch_a(place.m4 + block.x, k0 + 4u * block.y, place.a, place.k_end);
  }
  if (index >= BLOCKS) { return mat4x4f(); }
  let block = block_of_b(index - BLOCKS_A, BN / 4);
  return fetch_b(place.n4 + block.x, k0 + 4u * block.y, place.b, place.k_end);
}

fn stage(values: mat4x4f, index: u32, line: u32, k0: u32, k_end: u32) {
  if (index < BLOCKS_A) {
    let block = block_of_a(index, BM / 4);
    let t = turn_a(values, k0 + 4u * block.y, k_end);
    let x = (block.x % (BM / 8)) ^ (2u * block.y);
    @unroll(s, 4) { tile_a[line + 4u * block.y + s][block.x / (BM / 8)][x] = t[s]; }
  } else if (index < BLOCKS) {
    let block = block_of_b(index - BLOCKS_A, BN / 4);
    let t = turn_b(values, k0 + 4u * block.y, k_end);
    let x = (block.x % (BN / 8)) ^ (2u * block.y);
    @unroll(s, 4) { tile_b[line + 4u * block.y + s][block.x / (BN / 8)][x] = t[s]; }
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let k_here = min(params.k, params.k_total - params.split * group.z * params.k);
  let place = Place(group.x * (BM / 4), group.y * (BN / 4), group.z * params.batch_a, group.z * params.batch_b, k_here);
  let column = local / 32u % (BN / 64) * 8u + local % 8u;
  let row = local / 32u / (BN / 64) * 4u + local / 8u % 4u;
  let steps = 2u * ((k_here + 2u * BK - 1u) / (2u * BK)); // the last may add zeros
  var acc: array<vec4f, 16>; // [8 rows][2 halves of four columns]

  @unroll(q, EACH) { stage(fetch(q * THREADS + local, 0u, place), q * THREADS + local, 0u, 0u, k_here); }
  workgroupBarrier();
  for (var step = 0u; step < steps; step += 2u) {
    @unroll(buffer, 2) {
      let k_next = (step + buffer + 1u) * BK;
      var next: array<mat4x4f, EACH>;
      @unroll(q, EACH) { next[q] = fetch(q * THREADS + local, k_next, place); }
      @unroll(k, BK) {
        let b_0 = tile_b[buffer * BK + k][0][column ^ (2u * (k / 4u))];
        let b_1 = tile_b[buffer * BK + k][1][column ^ (2u * (k / 4u))];
        @unroll(half, 2) {
          let a = tile_a[buffer * BK + k][half][row ^ (2u * (k / 4u))];
          @unroll(r, 4) {
            acc[half * 8 + r * 2] = fma(vec4f(a[r]), b_0, acc[half * 8 + r * 2]);
            acc[half * 8 + r * 2 + 1] = fma(vec4f(a[r]), b_1, acc[half * 8 + r * 2 + 1]);
          }
        }
      }
      @unroll(q, EACH) { stage(next[q], q * THREADS + local, (1u - buffer) * BK, k_next, k_here); }
      workgroupBarrier();
    }

    let chunk = step * BK / CHUNK;
    let last = step + 2u >= steps;
    if ((step + 2u) * BK % CHUNK == 0u || last) {
      @if(SPLIT == 0) { let c0 = group.z * params.batch_c; }
      @if(SPLIT == 1) { let c0 = (group.z * (params.k / CHUNK) + chunk) * params.batch_c; }
      @unroll(h, 2) {
        let column4 = place.n4 + h * (BN / 8) + column;
        if (column4 < (params.n + 3u) / 4u) {
          let inside = vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.n);
          let columns = columns_at(column4);
          @unroll(r, 8) {
            let m = 4u * place.m4 + r / 4 * (BM / 2) + 4u * row + r % 4;
            let at = c0 + m * params.ldc + column4;
            let sum = acc[r * 2 + h];
            if (m < params.m) {
              @if(SPLIT == 1) { C[at] = select(vec4f(0), sum, inside); }
              @if(SPLIT == 0 && LONG == 0) { finish(start_of(at) + sum, at, m, columns, inside); }
              @if(SPLIT == 0 && LONG == 1) {
                var so_far: vec4f;
                if (chunk == 0u) { so_far = start_of(at); } else { so_far = C[at]; }
                if (last) { finish(so_far + sum, at, m, columns, inside); } else { C[at] = select(vec4f(0), so_far + sum, inside); }
              }
            }
          }
        }
      }
      @unroll(i, 16) { acc[i] = vec4f(0); }
    }
  }
}
