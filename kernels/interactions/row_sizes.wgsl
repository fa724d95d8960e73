// row_sizes.wgsl: how large the rows of a matrix are, two ways. Stands behind row_group.wgsl: LANES lanes share a row.
//
//   norms     out[first + r] = ‖a[r,·]‖₂
//   weighted  out[first + r] = Σ_k weight[k] |a[r,k]|
// shapes    a [rows, 4·ld]; weight [4·ld]; out [at least first + rows]; overwrites
// dispatch  a row a row group, folded over groups.x and groups.y
// checked   tests/interactions/pairs/pair_scores_test.ts
struct Params { rows: u32, ld: u32, first: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WG)
fn norms(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = row_group_index(group, groups, local);
  let lane = local % LANES;
  var sum = vec4f(0);
  if (row < params.rows) {
    for (var j = lane; j < params.ld; j += LANES) { let v = a[row * params.ld + j]; sum += v * v; }
  }
  let total = row_group_sum(sum.x + sum.y + (sum.z + sum.w), lane);
  if (lane == 0u && row < params.rows) { out[params.first + row] = sqrt(total); }
}

@compute @workgroup_size(WG)
fn weighted(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = row_group_index(group, groups, local);
  let lane = local % LANES;
  var sum = vec4f(0);
  if (row < params.rows) {
    for (var j = lane; j < params.ld; j += LANES) { sum += weight[j] * abs(a[row * params.ld + j]); }
  }
  let total = row_group_sum(sum.x + sum.y + (sum.z + sum.w), lane);
  if (lane == 0u && row < params.rows) { out[params.first + row] = total; }
}
