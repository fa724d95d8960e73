// penalty.wgsl: how much the contributions of a token's latents interact at the neurons of some MLPs, and the gradient of that.
// Stands behind phi.wgsl.
//
//   a_i = f_i w[i,k]     c = z + b − Σ a     s_k = ‖w_out,k‖
//   KIND 0  dominance   v = (Σ |a| − max |a|) s            ∂v/∂a_i = sign(a_i) s, 0 for the first of the largest
//   KIND 1  excess      v = |E| s, E = φ(z + b) − φ(c) − Σ_i [φ(c + a_i) − φ(c)]; z is the model's own, so that c moves with a:
//                       ∂v/∂a_i = sign(E) s [Σ_j φ'(c + a_j) − (n − 1) φ'(c) − φ'(c + a_i)]
//   forward  values = v of each neuron and token, and in `state` what the gradient asks for: (first largest, 0, s), (c, Σ..., sign s)
//   acts_parts partial[r, e, lane] = Σ over a share of the neurons of ∂v/∂a w[i,k], e the place in the list of row r
//   acts_sum grad_acts[r, i] += grad[0] factor Σ over lanes of partial
//   weights  grad_w[b, i, k] = grad[0] factor Σ over the rows that latent i is active in of ∂v/∂a f_i           overwrites
// shapes    w, grad_w [blocks, latents, 4·ld]; z, values [blocks, rows, 4·ld]; neurons [blocks, 2, 4·ld]: b and s;
//           state [blocks, rows, 3, 4·ld]; acts, grad_acts [rows, 4·ld_acts]; count, at of nonzero.wgsl: by row, in `weights` by
//           column; partial [rows, most, LANES]; padding of w, z and neurons is 0, and so is that of values
// dispatch  forward (ceil(blocks · ld / 64), rows); acts_parts one workgroup of LANES a row; acts_sum (ceil(most / 64), rows);
//           weights (ceil(blocks · ld / 64), latents): all folded, row = id.z · groups.y + id.y
// limits    latents · (blocks · ld / LANES + 1) turns in acts_parts
// checked   tests/interactions/penalty/penalty_test.ts: float64 and finite differences
const KIND = 0;
const LANES = 64u;
struct Params { blocks: u32, rows: u32, latents: u32, ld: u32, ld_acts: u32, most: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> neurons: array<vec4f>;
@group(0) @binding(4) var<storage, read> count: array<u32>;
@group(0) @binding(5) var<storage, read> at: array<u32>;
@group(0) @binding(6) var<storage, read> acts: array<f32>;
@group(0) @binding(7) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> state: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partial: array<f32>;
@group(0) @binding(10) var<storage, read> grad: array<f32>;
@group(0) @binding(11) var<storage, read_write> grad_acts: array<f32>;
@group(0) @binding(12) var<storage, read_write> grad_w: array<vec4f>;

// Four neurons of a block at a row: where their three states begin.
fn state_at(block: u32, row: u32, column: u32) -> u32 {
  return (block * params.rows + row) * 3u * params.ld + column;
}

// ∂v/∂a of latent i with contribution a, from the states at `here`.
fn slope_of(here: u32, i: u32, a: vec4f) -> vec4f {
  let s = state[here + 2u * params.ld];
  @if(KIND == 0) {
    let largest = bitcast<vec4u>(state[here]);
    return select(sign(a) * s, vec4f(0.0), largest == vec4u(i));
  }
  @if(KIND == 1) { return s * (state[here + params.ld] - phi_slope(state[here] + a)); }
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (id.x >= params.blocks * params.ld || row >= params.rows) { return; }
  let block = id.x / params.ld;
  let column = id.x % params.ld;
  let n = count[row];
  let s = neurons[(2u * block + 1u) * params.ld + column];
  let here = state_at(block, row, column);
  let to = (block * params.rows + row) * params.ld + column;
  @if(KIND == 0) {
    var sum = vec4f(0.0);
    var most = vec4f(0.0);
    var largest = vec4u(params.latents);
    for (var e = 0u; e < n; e++) {
      let i = at[row * params.most + e];
      let a = abs(acts[row * 4u * params.ld_acts + i] * w[(block * params.latents + i) * params.ld + column]);
      sum += a;
      largest = select(largest, vec4u(i), a > most);
      most = max(most, a);
    }
    values[to] = (sum - most) * s;
    state[here] = bitcast<vec4f>(largest);
    state[here + params.ld] = vec4f(0.0);
    state[here + 2u * params.ld] = s;
  }
  @if(KIND == 1) {
    let whole = z[to] + neurons[2u * block * params.ld + column];
    var c = whole;
    for (var e = 0u; e < n; e++) {
      let i = at[row * params.most + e];
      c -= acts[row * 4u * params.ld_acts + i] * w[(block * params.latents + i) * params.ld + column];
    }
    let alone = phi(c);
    var E = phi(whole) - alone;
    var slopes = -(f32(n) - 1.0) * phi_slope(c);
    for (var e = 0u; e < n; e++) {
      let i = at[row * params.most + e];
      let a = acts[row * 4u * params.ld_acts + i] * w[(block * params.latents + i) * params.ld + column];
      E -= phi(c + a) - alone;
      slopes += phi_slope(c + a);
    }
    values[to] = abs(E) * s;
    state[here] = c;
    state[here + params.ld] = slopes;
    state[here + 2u * params.ld] = sign(E) * s;
  }
}

@compute @workgroup_size(LANES)
fn acts_parts(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let n = count[row];
  for (var e = 0u; e < n; e++) {
    let i = at[row * params.most + e];
    let f = acts[row * 4u * params.ld_acts + i];
    var sum = vec4f(0.0);
    for (var q = lane; q < params.blocks * params.ld; q += LANES) {
      let block = q / params.ld;
      let column = q % params.ld;
      let w_i = w[(block * params.latents + i) * params.ld + column];
      sum += slope_of(state_at(block, row, column), i, f * w_i) * w_i;
    }
    partial[(row * params.most + e) * LANES + lane] = sum.x + sum.y + (sum.z + sum.w);
  }
}

@compute @workgroup_size(64)
fn acts_sum(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = id.z * groups.y + id.y;
  if (row >= params.rows || id.x >= count[row]) { return; }
  var sum = 0.0;
  for (var lane = 0u; lane < LANES; lane++) { sum += partial[(row * params.most + id.x) * LANES + lane]; }
  let to = row * 4u * params.ld_acts + at[row * params.most + id.x];
  grad_acts[to] = grad_acts[to] + grad[0] * params.factor * sum;
}

@compute @workgroup_size(64)
fn weights(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.z * groups.y + id.y;
  if (id.x >= params.blocks * params.ld || i >= params.latents) { return; }
  let block = id.x / params.ld;
  let column = id.x % params.ld;
  let place = (block * params.latents + i) * params.ld + column;
  let w_i = w[place];
  let n = count[i];
  var sum = vec4f(0.0);
  for (var e = 0u; e < n; e++) {
    let row = at[i * params.most + e];
    let f = acts[row * 4u * params.ld_acts + i];
    sum += f * slope_of(state_at(block, row, column), i, f * w_i);
  }
  grad_w[place] = grad[0] * params.factor * sum;
}
