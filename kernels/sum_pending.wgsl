// sum_pending.wgsl: the parts of many sums added up at once, each into its own place.
//
//   out[to + c] = (out[to + c] where a job adds +) Σ_p parts[from + p · ld + c], in this order
// shapes    parts and out as vec4f; jobs [n][8]: from, ld, count of parts, to, columns (up to 64), 1 where it adds, 0, 0
// dispatch  a workgroup for each job, folded: index = group.y · groups.x + group.x; an invocation a vec4f
// work      main: flop parts / 4; turns parts / (8192 * groups_x * groups_y) + 1; bytes parts + 1056 * groups_x * groups_y
// limits    f32; jobs write different places; fewer than 524,000 parts, since llvmpipe leaves all loops after 65,535 turns
// checked   tests/tensor/pending_sums_test.ts
struct Params { n: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> jobs: array<vec4u>;
@group(0) @binding(2) var<storage, read> parts: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let job = group.y * groups.x + group.x;
  if (job >= params.n) { return; }
  let where_from = jobs[2u * job];
  let rest = jobs[2u * job + 1u];
  if (local >= rest.x) { return; }
  let from_column = where_from.x + local;
  let ld = where_from.y;
  let count = where_from.z;
  let to = where_from.w + local;
  var sum = vec4f(0);
  if (rest.y == 1u) { sum = out[to]; }
  var p = 0u;
  for (; p + 8u <= count; p += 8u) {
    var next: array<vec4f, 8>;
    @unroll(i, 8) { next[i] = parts[from_column + (p + i) * ld]; }
    @unroll(i, 8) { sum = sum + next[i]; }
  }
  for (; p < count; p++) { sum = sum + parts[from_column + p * ld]; }
  out[to] = sum;
}
