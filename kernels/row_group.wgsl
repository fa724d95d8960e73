// team.wgsl: lanes that share a row, and how they agree on a value. Stands before the kernels that work in teams.
//
//   SUBGROUP 1   a team is a subgroup: LANES is its width, WG / LANES teams make a workgroup
//   SUBGROUP 0   a team is a workgroup: LANES = WG, values meet in workgroup memory between barriers
// limits    WG and LANES are powers of two; subgroups lie in order of the local invocation index; call team_sum and
//           team_max at the uniform top level only. team_max drops NaN, so a sum must carry it on
const SUBGROUP = 1;
const WG = 64u;
const LANES = 8u;

@if(SUBGROUP == 0) { var<workgroup> team_values: array<f32, LANES>; }

// The row of this lane's team; it may lie beyond the last one, where the grid is ragged.
fn team_row(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * (WG / LANES) + local / LANES;
}

fn team_sum(value: f32, lane: u32) -> f32 {
  @if(SUBGROUP == 1) { return subgroupAdd(value); }
  @if(SUBGROUP == 0) {
    team_values[lane] = value;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half = half / 2u) {
      if (lane < half) { team_values[lane] = team_values[lane] + team_values[lane + half]; }
      workgroupBarrier();
    }
    let sum = team_values[0];
    workgroupBarrier();
    return sum;
  }
}

fn team_max(value: f32, lane: u32) -> f32 {
  @if(SUBGROUP == 1) { return subgroupMax(value); }
  @if(SUBGROUP == 0) {
    team_values[lane] = value;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half = half / 2u) {
      if (lane < half) { team_values[lane] = max(team_values[lane], team_values[lane + half]); }
      workgroupBarrier();
    }
    let largest = team_values[0];
    workgroupBarrier();
    return largest;
  }
}
