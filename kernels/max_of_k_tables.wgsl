// max_of_k_tables.wgsl: gradients of the tables of many Max-of-K models, for GPUs: what gather_grad and tables_grad of
// max_of_k.wgsl compute, in the same order, with an invocation for each vec4f of the tables.
//
//   grad_W_E[t]    = Σ over the places (i, b), by position i, then by sequence b, whose token is t, of the term
//   grad_W_pos[i]  = Σ_b of the term
//   with the term  pattern[b,i] g[b] + d[b,i] key[b]                                  overwrites
//   LAST           places of i = K − 1 alone, term g[b]                               accumulates
// An owner of a row looks through all tokens of its model, which a workgroup brings into its memory by and by.
// shapes    as in max_of_k.wgsl; a workgroup has WG / COLUMNS rows of COLUMNS vec4f
// dispatch  (models, workgroups for the rows of W_E, of which there are `slices`, then for those of W_pos, ceil(D4 / COLUMNS))
// work      main: flop 8 * batch * K * D4 * groups_x; turns batch * K / v + (batch + 7) / 8
// checked   tests/proofs/gpu/train_test.ts: max_of_k.wgsl
const D4 = 8;
const COLUMNS = 8u;
const LAST = 0;
const WG = 256u;
struct Params { batch: u32, K: u32, v: u32, slices: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> pattern: array<f32>;
@group(0) @binding(3) var<storage, read> d: array<f32>;
@group(0) @binding(4) var<storage, read> grad: array<vec4f>;
@group(0) @binding(5) var<storage, read> key: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> grad_W_E: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> grad_W_pos: array<vec4f>;

var<workgroup> staged: array<vec4u, WG>;

// What position i of sequence b, counted over all models, adds to column c.
fn term(b: u32, i: u32, c: u32) -> vec4f {
  let g = grad[b * D4 + c];
  @if(LAST == 1) { return g; }
  @if(LAST == 0) {
    let at = b * params.K + i;
    return pattern[at] * g + d[at] * key[b * D4 + c];
  }
}

// Position and sequence of a model's place e.
fn place(model: u32, e: u32) -> vec2u {
  let b = model * params.batch + e % params.batch;
  @if(LAST == 1) { return vec2u(b, params.K - 1u); }
  @if(LAST == 0) { return vec2u(b, e / params.batch); }
}

// The token at a place, none beyond the last one.
fn token_at(model: u32, e: u32, places: u32) -> u32 {
  if (e >= places) { return 0xffffffffu; }
  let at = place(model, e);
  return tokens[at.x * params.K + at.y];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let model = group.x;
  let owner = local / COLUMNS;
  let c = group.z * COLUMNS + local % COLUMNS;
  let works = owner < WG / COLUMNS && c < D4;
  if (group.y >= params.slices) {
    positions(model, (group.y - params.slices) * (WG / COLUMNS) + owner, c, works);
    return;
  }
  let t = group.y * (WG / COLUMNS) + owner;
  let live = works && t < params.v;
  let at = (model * params.v + min(t, params.v - 1u)) * D4 + min(c, D4 - 1u);
  var sum = vec4f(0);
  @if(LAST == 1) { sum = grad_W_E[at]; }
  var places = params.batch;
  @if(LAST == 0) { places = places * params.K; }
  for (var start = 0u; start < places; start += 4u * WG) {
    let e = start + 4u * local;
    workgroupBarrier();
    staged[local] = vec4u(
      token_at(model, e, places), token_at(model, e + 1u, places),
      token_at(model, e + 2u, places), token_at(model, e + 3u, places),
    );
    workgroupBarrier();
    if (live) {
      for (var j = 0u; j < min(WG, (places - start + 3u) / 4u); j++) {
        let found = staged[j] == vec4u(t);
        if (any(found)) {
          @unroll(u, 4) {
            if (found[u]) {
              let found_at = place(model, start + 4u * j + u);
              sum += term(found_at.x, found_at.y, c);
            }
          }
        }
      }
    }
  }
  if (live) { grad_W_E[at] = sum; }
}

fn positions(model: u32, i: u32, c: u32, works: bool) {
  var rows = params.K;
  @if(LAST == 1) { rows = 1u; }
  if (!works || i >= rows) { return; }
  var sum = vec4f(0);
  for (var b = 0u; b < params.batch; b += 8u) {
    @unroll(u, 8) {
      if (b + u < params.batch) { sum += term(model * params.batch + b + u, i, c); }
    }
  }
  @if(LAST == 1) { grad_W_pos[(model * params.K + params.K - 1u) * D4 + c] += sum; }
  @if(LAST == 0) { grad_W_pos[(model * params.K + i) * D4 + c] = sum; }
}
