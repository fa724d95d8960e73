// matmul_tiny.wgsl: products of few results, or of a short sum, for GPUs: tiles of 32 x 32. Forms: operands.wgsl.
//
// 64 threads own a tile, each 4 x 4 results, and take BK values of k at a time: few barriers where little is to be done
// between them. With GROUPS = 4 four teams of 64 threads share a tile, each sums a chunk of CHUNK terms; the chunks
// are added in order through workgroup memory, so that a long sum of few results needs no second kernel.
// Each C[m,n] is the sum of chunks of CHUNK terms, added in order; a chunk is summed in order of k.
// shapes    as in operands.wgsl; epilogue: epilogue.wgsl
// dispatch  (ceil(m / 32), ceil(n / 32), batch)
// work      main: flop 2 * m * n * k * groups_z; turns (k + BK * GROUPS - 1) / BK / GROUPS
// limits    f32; any m, n, k; GROUPS 1 or 4; BK 32 or 64, 32 where GROUPS is 4; workgroup memory 256 · BK · GROUPS bytes
// checked   tests/tensor/ops/matmul/matmul_test.ts: float64 over ragged shapes, bit-equal to the other product kernels
const GROUPS = 4;
const CHUNK = 512;
const THREADS = 64 * GROUPS;
const EACH = 8 * K4 / 64;
const OWN = 4 / GROUPS; // rows of four results that a thread stores

var<workgroup> tile_a: array<array<array<vec4f, 8>, BK>, GROUPS>; // [team][k][four]
var<workgroup> tile_b: array<array<array<vec4f, 8>, BK>, GROUPS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let team = local / 64u;
  let thread = local % 64u;
  let column = thread % 8u;
  let row = thread / 8u;
  let a0 = group.z * params.batch_a;
  let b0 = group.z * params.batch_b;
  let c0 = group.z * params.batch_c;

  let column4 = group.y * 8u + column;
  let inside = vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.n);
  let width4 = (params.n + 3u) / 4u;
  let own = group.x * 32u + local / 8u * OWN;
  var total: array<vec4f, OWN>;
  @unroll(r, OWN) {
    if (own + r < params.m && column4 < width4) { total[r] = start_of(c0 + (own + r) * params.ldc + column4); }
  }

  for (var round = 0u; round < params.k; round += GROUPS * CHUNK) {
    let k_start = round + team * CHUNK;
    let k_end = min(k_start + CHUNK, params.k);
    let longest = min(CHUNK, params.k - round);
    var acc: array<vec4f, 4>;
    @unroll(r, 4) { acc[r] = vec4f(0); }
    for (var k0 = 0u; k0 < longest; k0 += BK) {
      @unroll(e, EACH) {
        let a = block_of_a(e * 64u + thread, 8u);
        let b = block_of_b(e * 64u + thread, 8u);
        let k_a = k_start + k0 + 4u * a.y;
        let k_b = k_start + k0 + 4u * b.y;
        let t_a = turn_a(fetch_a(group.x * 8u + a.x, k_a, a0, params.k), k_a, k_end);
        let t_b = turn_b(fetch_b(group.y * 8u + b.x, k_b, b0, params.k), k_b, k_end);
        @unroll(s, 4) {
          tile_a[team][4u * a.y + s][a.x ^ (a.y % 8u)] = t_a[s];
          tile_b[team][4u * b.y + s][b.x ^ (b.y % 8u)] = t_b[s];
        }
      }
      workgroupBarrier();
      @unroll(k, BK) {
        let a = tile_a[team][k][row ^ (k / 4u % 8u)];
        let b = tile_b[team][k][column ^ (k / 4u % 8u)];
        @unroll(r, 4) { acc[r] = fma(vec4f(a[r]), b, acc[r]); }
      }
      workgroupBarrier();
    }
    @if(GROUPS == 1) { @unroll(r, 4) { total[r] = total[r] + acc[r]; } }
    @if(GROUPS > 1) {
      @unroll(r, 4) { tile_a[team][4u * row + r][column] = acc[r]; }
      workgroupBarrier();
      @unroll(g, GROUPS) { total[0] = total[0] + tile_a[g][local / 8u][column]; }
      workgroupBarrier();
    }
  }

  if (column4 < width4) {
    let columns = columns_at(column4);
    @unroll(r, OWN) {
      if (own + r < params.m) { finish(total[r], c0 + (own + r) * params.ldc + column4, own + r, columns, inside); }
    }
  }
}
