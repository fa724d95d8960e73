// row_group.wgsl: lanes that share a row, and how they agree on a value. Stands before kernels that work in row groups.
//
//   SUBGROUP 1   a row group is a subgroup: LANES is its width, WG / LANES row groups make a workgroup
//   SUBGROUP 0   a row group is a workgroup: LANES = WG, values meet in workgroup memory between barriers
// limits    WG and LANES are powers of two; subgroups lie in order of the local invocation index; call row_group_sum and
//           row_group_max at the uniform top level only. row_group_max drops NaN, so a sum must carry it on
const SUBGROUP = 1;
const WG = 64u;
const LANES = 8u;

@if(SUBGROUP == 0) { var<workgroup> row_group_values: array<f32, LANES>; }

// The row of this lane; it may lie beyond the last one, where the grid is ragged.
fn row_group_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * (WG / LANES) + local / LANES;
}

fn row_group_sum(value: f32, lane: u32) -> f32 {
  @if(SUBGROUP == 1) { return subgroupAdd(value); }
  @if(SUBGROUP == 0) {
    row_group_values[lane] = value;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half = half / 2u) {
      if (lane < half) { row_group_values[lane] = row_group_values[lane] + row_group_values[lane + half]; }
      workgroupBarrier();
    }
    let sum = row_group_values[0];
    workgroupBarrier();
    return sum;
  }
}

fn row_group_max(value: f32, lane: u32) -> f32 {
  @if(SUBGROUP == 1) { return subgroupMax(value); }
  @if(SUBGROUP == 0) {
    row_group_values[lane] = value;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half = half / 2u) {
      if (lane < half) { row_group_values[lane] = max(row_group_values[lane], row_group_values[lane + half]); }
      workgroupBarrier();
    }
    let largest = row_group_values[0];
    workgroupBarrier();
    return largest;
  }
}
