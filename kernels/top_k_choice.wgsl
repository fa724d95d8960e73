// top_k_choice.wgsl: which digit the k-th largest has, once it is counted how many have each. Stands before top_k.wgsl and
// top_k_group.wgsl, which say in count_of(digit) where the counts are, of SIDES · SIDE digits.
//
//   sum_sides  side_sums[s] = how many have one of the SIDE digits from SIDE · s; the first invocations of a workgroup,
//              between barriers
//   choose     the digit of the left-th largest of those counted, and how many with that digit are left; all of them where
//              `left` is more
// checked   tests/tensor/ops/top_k_test.ts
const SIDES = 16u;
const SIDE = 16u;
var<workgroup> side_sums: array<u32, SIDES>;

fn sum_sides(local: u32) {
  if (local >= SIDES) { return; }
  var sum = 0u;
  for (var i = 0u; i < SIDE; i++) { sum += count_of(local * SIDE + i); }
  side_sums[local] = sum;
}

fn choose(left: u32) -> vec2u {
  var all = 0u;
  for (var g = 0u; g < SIDES; g++) { all += side_sums[g]; }
  var wanted = min(left, all);
  if (wanted == 0u) { return vec2u(0u); }
  var g = SIDES - 1u;
  for (; g > 0u && side_sums[g] < wanted; g--) { wanted -= side_sums[g]; }
  var digit = g * SIDE + SIDE - 1u;
  for (; digit > g * SIDE; digit--) {
    let n = count_of(digit);
    if (n >= wanted) { break; }
    wanted -= n;
  }
  return vec2u(digit, wanted);
}
