// sparse_product.wgsl: matrix products with a matrix S that is mostly zero, whose places nonzero.wgsl has listed.
//
//   rows      C[r,·] = Σ_i S[r,i] B[i,·] (+ bias)    over the list of row r               overwrites, with ADD accumulates
//   columns   C[i,·] = Σ_r S[r,i] B[r,·]             over the list of column i            overwrites, with ADD accumulates
//   places    C[r,i] += Σ_d A[r,d] B[i,d]            for i in the list of row r; the rest of C is left as it is
// A sum runs in the order of its index by fma, as the dense products' do: what they add beyond that is 0 · B, so the bits
// are the same unless B is not finite.
// shapes    S [·, 4·ld_s]; count, at [n, most] by nonzero.wgsl, by row for rows and places, by column for columns;
//           A, B and C rows of ld vec4f, in `places` C rows of 4·ld_s values
// dispatch  rows, columns (ceil(ld / WG), n), folded: list = group.z · groups.y + group.y; places (1, n) likewise
// limits    one binding each; a list shorter than the turns that a CPU adapter allows an invocation
// checked   tests/tensor/ops/sparse_product_test.ts: bit-equal to the dense products
const BIAS = 0;
const ADD = 0;
const WG = 32;
const PLACES = 16u;
struct Params { n: u32, ld: u32, ld_s: u32, most: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> S: array<f32>;
@group(0) @binding(2) var<storage, read> count: array<u32>;
@group(0) @binding(3) var<storage, read> at: array<u32>;
@group(0) @binding(4) var<storage, read> A: array<vec4f>;
@group(0) @binding(5) var<storage, read> B: array<vec4f>;
@group(0) @binding(6) var<storage, read> bias: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> C: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> C_each: array<f32>;

@compute @workgroup_size(WG)
fn rows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let r = group.z * groups.y + group.y;
  let column = group.x * WG + local;
  if (r >= params.n || column >= params.ld) { return; }
  var sum = vec4f(0);
  let entries = count[r];
  for (var e = 0u; e < entries; e++) {
    let i = at[r * params.most + e];
    sum = fma(vec4f(S[r * 4u * params.ld_s + i]), B[i * params.ld + column], sum);
  }
  @if(BIAS == 1) { sum = sum + bias[column]; }
  @if(ADD == 1) { sum = sum + C[r * params.ld + column]; }
  C[r * params.ld + column] = sum;
}

@compute @workgroup_size(WG)
fn columns(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = group.z * groups.y + group.y;
  let column = group.x * WG + local;
  if (i >= params.n || column >= params.ld) { return; }
  var sum = vec4f(0);
  let entries = count[i];
  for (var e = 0u; e < entries; e++) {
    let r = at[i * params.most + e];
    sum = fma(vec4f(S[r * 4u * params.ld_s + i]), B[r * params.ld + column], sum);
  }
  @if(ADD == 1) { sum = sum + C[i * params.ld + column]; }
  C[i * params.ld + column] = sum;
}

@compute @workgroup_size(PLACES)
fn places(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let r = group.z * groups.y + group.y;
  if (r >= params.n) { return; }
  let entries = count[r];
  for (var e = local; e < entries; e += PLACES) {
    let i = at[r * params.most + e];
    var sum = 0.0;
    for (var d = 0u; d < params.ld; d++) {
      let a = A[r * params.ld + d];
      let b = B[i * params.ld + d];
      sum = fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
    }
    let to = r * 4u * params.ld_s + i;
    C_each[to] = C_each[to] + sum;
  }
}
