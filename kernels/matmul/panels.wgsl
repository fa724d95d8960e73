// matmul_panels.wgsl: C[m,n] = Σ_k A[m,k] B[n,k] for CPU adapters, operands packed into textures by pack_panels.wgsl.
//
// Why textures: lavapipe takes a buffer load apart lane by lane, about 45 instructions a lane for a vec4f, but fetches a
// texel with one 128-bit load a lane and transposes eight of them together, about 8. A buffer kernel spends half its
// time in loads; here the packing costs one pass over each operand, and the product runs 1.5 to 1.8 times as fast.
// A subgroup is a workgroup and owns a tile of TM rows and 4·J·SG columns, each lane 4·J columns next to each other. The
// lanes load a piece of A together and hand its values round by broadcast. K runs in steps of four, innermost, so that a
// row's products enter its accumulators before the next row is touched. A layer's terms are summed in order of k; chunks of
// long sums, as on a GPU, would double the accumulators, which costs a twentieth.
// shapes    panels of A: [m / TM][k4][TM / SG][SG] texels of four values along k, of B: [n / (4 J SG)][k4][4 J][SG]; texel
//           t lies at (t mod 2^SHIFT, t / 2^SHIFT). C [m, n] rows of ldc vec4f. Epilogue: epilogue.wgsl
// dispatch  (ceil(m / TM), ceil(n / (4 J SG)), batch): row tiles fastest, so that a panel of B stays in the cache.
//           Layer z starts at z · batch_{a,b,c} and sums `steps` steps of k4 = length; with split = 1 layers share one
//           sum, and the last of them has fewer
// work      main: flop 8 * m * n * (split * length + (1 - split) * steps * groups_z); turns steps
// limits    f32; any m, n, k whose panels fit into a texture; TM a multiple of SG
// checked   tests/tensor/ops/matmul/matmul_test.ts: float64 over ragged shapes, bit-equal to the other product kernels
const TM = 32;
const SG = 8u;
const J = 2;
const SHIFT = 11u;

struct Params {
  m: u32, n: u32, steps: u32, split: u32, length: u32, ldc: u32, batch_a: u32, batch_b: u32, batch_c: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var A: texture_storage_2d<rgba32float, read>;
@group(0) @binding(2) var B: texture_storage_2d<rgba32float, read>;

@compute @workgroup_size(SG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  // Read here, since under a condition each use would read them again.
  let m = params.m;
  let ldc = params.ldc;
  let length = params.length;
  let steps = min(params.steps, length - params.split * group.z * params.steps);
  var a_at = group.z * params.batch_a + group.x * TM * length + lane;
  var b_at = group.z * params.batch_b + group.y * (4u * J * SG) * length + lane;
  var acc: array<vec4f, TM * J>;

  for (var step = 0u; step < steps; step++) {
    var a: array<vec4f, TM / SG>;
    @unroll(i, TM / SG) {
      let t = a_at + i * SG;
      a[i] = textureLoad(A, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT));
    }
    var line: array<vec4f, 4 * J>;
    @unroll(j, 4 * J) {
      let t = b_at + j * SG;
      line[j] = textureLoad(B, vec2u(t & ((1u << SHIFT) - 1u), t >> SHIFT));
    }
    var b: array<vec4f, 4 * J>;
    @unroll(h, J) {
      @unroll(s, 4) { b[h * 4 + s] = vec4f(line[h * 4][s], line[h * 4 + 1][s], line[h * 4 + 2][s], line[h * 4 + 3][s]); }
    }
    @unroll(r, TM) {
      let a_r = subgroupBroadcast(a[r % (TM / SG)], r / (TM / SG));
      @unroll(h, J) {
        let q_0 = fma(vec4f(a_r.x), b[h * 4], acc[r * J + h]);
        let q_1 = fma(vec4f(a_r.y), b[h * 4 + 1], q_0);
        let q_2 = fma(vec4f(a_r.z), b[h * 4 + 2], q_1);
        acc[r * J + h] = fma(vec4f(a_r.w), b[h * 4 + 3], q_2);
      }
    }
    a_at += TM;
    b_at += 4u * J * SG;
  }

  @unroll(h, J) {
    let column4 = (group.y * SG + lane) * J + h;
    if (column4 < (params.n + 3u) / 4u) {
      let inside = vec4u(0, 1, 2, 3) + 4u * column4 < vec4u(params.n);
      let columns = columns_at(column4);
      let c0 = group.z * params.batch_c + column4;
      @unroll(r, TM) {
        if (group.x * TM + r < m) {
          let at = c0 + (group.x * TM + r) * ldc;
          finish(start_of(at) + acc[r * J + h], at, group.x * TM + r, columns, inside);
        }
      }
    }
  }
}
