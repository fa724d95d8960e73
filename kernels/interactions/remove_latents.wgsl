// remove_latents.wgsl: takes some latents out of rows, out[r] −= Σ_e amounts[r,e] · table[latents[r,e]].
//
//   EACH latents a row; those beyond the piece of the table that is bound are left to its other pieces
// shapes    out [rows, 4·ld], a piece that begins at row `first_row`; table [table_rows, 4·ld] from latent `first` on; latents
//           u32 and amounts f32 [all rows · EACH]. Padding stays 0 where it is 0 in the table; accumulates into out
// dispatch  (ceil(ld / 64), rows), folded: row = id.z · groups.y + id.y; an invocation changes a vec4f
// limits    f32; an amount of 0 leaves the row as it is, to the bit, where the table is finite
// checked   tests/interactions/truth/remove_latents_test.ts: plain TypeScript, tables in several pieces
const EACH = 2;
struct Params { rows: u32, first_row: u32, ld: u32, first: u32, table_rows: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> latents: array<u32>;
@group(0) @binding(2) var<storage, read> amounts: array<f32>;
@group(0) @binding(3) var<storage, read> table: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.ld || row >= params.rows) { return; }
  let at = row * params.ld + id.x;
  let from_row = (params.first_row + row) * EACH;
  var left = out[at];
  @unroll(e, EACH) {
    let latent = latents[from_row + e];
    if (latent >= params.first && latent - params.first < params.table_rows) {
      left -= amounts[from_row + e] * table[(latent - params.first) * params.ld + id.x];
    }
  }
  out[at] = left;
}
