// latents.wgsl: what latents do on a batch of activations.
//
//   row_counts   counts[r] = number of latents of row r that fire                                      overwrites
//   top_rows     fired[i] += number of rows on which latent i fires; (top_acts, top_rows)[t, i] stay the TOP largest
//                activations of latent i so far, in falling order, and the rows (base[0] + first + r) where they occurred; of equal
//                ones the earlier row stays first. Both start at zeros; an activation of 0 is never entered
// shapes    acts [rows, 4·ld], a piece that begins at row `first`; counts [all rows]; fired [4·ld]; top_acts, top_rows [TOP, 4·ld]
// dispatch  row_counts a row an invocation, top_rows a latent: its number is id.y · stride + id.x
// limits    base below 2^32
// checked   tests/crosscoder/latents_test.ts
const TOP = 5;
const TURN = 8; // llvmpipe leaves all loops after 65,535 turns
struct Params { rows: u32, first: u32, ld: u32, latents: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> acts: array<vec4f>;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> base: array<u32>;
@group(0) @binding(4) var<storage, read_write> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> fired: array<u32>;
@group(0) @binding(6) var<storage, read_write> top_acts: array<f32>;
@group(0) @binding(7) var<storage, read_write> top_row: array<u32>;

@compute @workgroup_size(64)
fn row_counts(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * params.stride + id.x;
  if (r >= params.rows) { return; }
  var count = vec4u(0);
  let row = r * params.ld;
  var j = 0u;
  for (; j + TURN <= params.ld; j += TURN) {
    @unroll(t, TURN) { count += select(vec4u(0), vec4u(1), acts[row + j + t] > vec4f(0)); }
  }
  for (; j < params.ld; j++) { count += select(vec4u(0), vec4u(1), acts[row + j] > vec4f(0)); }
  counts[params.first + r] = count.x + count.y + count.z + count.w;
}

@compute @workgroup_size(64)
fn top_rows(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * params.stride + id.x;
  if (i >= params.latents) { return; }
  let width = 4u * params.ld;
  var best: array<f32, TOP>;
  var rows: array<u32, TOP>;
  @unroll(t, TOP) { best[t] = top_acts[t * width + i]; rows[t] = top_row[t * width + i]; }
  var count = fired[i];
  for (var r = 0u; r < params.rows; r++) {
    var value = values[r * width + i];
    if (value > 0.0) {
      count += 1u;
      var row = base[0] + params.first + r;
      // From the first smaller place on, everything moves down by one.
      var moved = false;
      @unroll(t, TOP) {
        if (moved || value > best[t]) {
          moved = true;
          let old_value = best[t];
          let old_row = rows[t];
          best[t] = value;
          rows[t] = row;
          value = old_value;
          row = old_row;
        }
      }
    }
  }
  fired[i] = count;
  @unroll(t, TOP) { top_acts[t * width + i] = best[t]; top_row[t * width + i] = rows[t]; }
}
