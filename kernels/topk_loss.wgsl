// topk_loss.wgsl: what stands between the products of a training step of a TopK crosscoder with AuxK, on GPUs.
//
//   Two batches lie one below the other: latents with what AuxK keeps of dead ones, what both decode to, their gradients.
//   watch      firing[i] = rows on which latent i fires;  since[i] = 0 where there are any, else min(since[i] + batch, most);
//              dead[i] = 1[since[i] = most]                               since in place, the others overwrite
//   errors     r = x̂ + b_dec − x and t = ê + r = ê − (x − x̂)              in place of x̂ and ê, which have no b_dec
//              sites[b, l] = (Σ r², Σ t²) over a site;  sums[p] = Σ r over the rows of part p             overwrites
//   weigh      variance = (Σ r² − Σ_columns (Σ_b r)² / batch) / batch
//              weight[0] = aux_weight / variance, 0 where no latent is dead or nothing is left to explain
//              stats = the first of each row: loss, Σ r² / batch or with ROOT Σ √Σ_site r² / (batch · n_sites),
//                      weight · Σ t² / batch, Σ dead, Σ firing / batch                                    overwrites
//   gradients  r = 2 r / batch, with ROOT r / (batch · n_sites · √Σ_site r²) or 0;  t = 2 weight t / batch    in place
//              sums[p] = Σ r over the rows of part p                                                      overwrites
//   mask       grad_z = grad · 1[acts > 0] of both halves, added up, in place of the first
//              sums[p] = Σ grad_z over the rows of part p                                                 overwrites
// shapes    acts, grad [2 batch, 4·ld]; both [2 batch, 4·ld_x], ld_x = n_sites · width4; x [batch, 4·ld_x]; b_dec [4·ld_x];
//           since, dead, firing [4·ld], `latents` of them no padding; sites [batch, n_sites] of vec2f; sums [parts, 4·ld_x],
//           in mask [parts, 4·ld]; stats [5, 4]
// dispatch  watch (ceil(ld / 16)): 16 vec4f by 16 rows; errors (ceil(batch / PART), n_sites); weigh (1);
//           gradients, mask: an invocation a part of `part` rows and vec4f column, index = id.y · stride + id.x
// work      watch: flop 8 * batch * ld; turns (batch + 63) / 64
//           errors: flop 28 * batch * ld_x; turns PART / 4 * ((width4 + 63) / 64)
//           weigh: flop 4 * batch * n_sites + 8 * parts * ld_x; turns (batch * n_sites + 2047) / 2048 + (ld_x + 255) / 256 * ((parts + 7) / 8)
//           gradients: flop 12 * batch * ld_x; turns (part + 3) / 4
//           mask: flop 12 * batch * ld; turns (part + 3) / 4
// numbers   a NaN counts as firing, is no reason for a weight of 0 and passes on to every sum
// checked   tests/crosscoder/fused_topk_test.ts: the composed losses
const ROOT = 0;
const PART = 16u;
struct Params {
  batch: u32, ld: u32, latents: u32, ld_x: u32, width4: u32, n_sites: u32, parts: u32, part: u32, stride: u32,
  most: f32, aux_weight: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> acts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> since: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dead: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> firing: array<vec4f>;
@group(0) @binding(5) var<storage, read> x: array<vec4f>;
@group(0) @binding(6) var<storage, read> b_dec: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> both: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> sites: array<vec2f>;
@group(0) @binding(9) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> weight: array<f32>;
@group(0) @binding(11) var<storage, read_write> stats: array<vec4f>;
@group(0) @binding(12) var<storage, read_write> grad: array<vec4f>;

fn across(v: vec4f) -> f32 { return v.x + v.y + (v.z + v.w); }

var<workgroup> fired: array<vec4f, 256>;

@compute @workgroup_size(256)
fn watch(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = group.x * 16u + local % 16u;
  var sum = vec4f(0);
  if (column < params.ld) {
    for (var row = local / 16u; row < params.batch; row += 64u) {
      @unroll(u, 4) {
        let here = row + 16u * u;
        let v = acts[min(here, params.batch - 1u) * params.ld + column];
        sum += select(vec4f(1), vec4f(0), (v <= vec4f(0)) | vec4<bool>(here >= params.batch));
      }
    }
  }
  fired[local] = sum;
  workgroupBarrier();
  if (local >= 16u || column >= params.ld) { return; }
  var rows = vec4f(0);
  @unroll(u, 16) { rows += fired[u * 16 + local]; }
  let real = vec4u(0, 1, 2, 3) + 4u * column < vec4u(params.latents);
  let later = min(since[column] + f32(params.batch), vec4f(params.most));
  let now = select(vec4f(0), later, rows == vec4f(0));
  firing[column] = select(vec4f(0), rows, real);
  since[column] = select(vec4f(0), now, real);
  dead[column] = select(vec4f(0), vec4f(1), (now >= vec4f(params.most)) & real);
}

var<workgroup> squares: array<vec2f, 64 * PART>;
var<workgroup> quarters: array<vec2f, 64>;

@compute @workgroup_size(64)
fn errors(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = group.x * PART;
  let site = group.y;
  let half = params.batch * params.ld_x;
  var own: array<vec2f, PART>;
  for (var j = local; j < params.width4; j += 64u) {
    let column = site * params.width4 + j;
    let bias = b_dec[column];
    var sum = vec4f(0);
    @unroll(q, PART / 4) {
      var r: array<vec4f, 4>; // four rows are loaded before one is stored, which loads could not overtake
      var t: array<vec4f, 4>;
      @unroll(u, 4) {
        let at = min(first + 4u * q + u, params.batch - 1u) * params.ld_x + column;
        r[u] = both[at] + bias - x[at];
        t[u] = both[half + at] + r[u];
      }
      @unroll(u, 4) {
        let row = first + 4u * q + u;
        if (row < params.batch) {
          both[row * params.ld_x + column] = r[u];
          both[half + row * params.ld_x + column] = t[u];
          sum += r[u];
          own[4 * q + u] += vec2f(dot(r[u], r[u]), dot(t[u], t[u]));
        }
      }
    }
    sums[group.x * params.ld_x + column] = sum;
  }
  @unroll(u, PART) { squares[u * 64 + local] = own[u]; }
  workgroupBarrier();
  var quarter = vec2f(0);
  for (var i = 0u; i < PART; i++) { quarter += squares[local / 4u * 64u + local % 4u * 16u + i]; }
  quarters[local] = quarter;
  workgroupBarrier();
  let row = first + local;
  if (local >= PART || row >= params.batch) { return; }
  let at = 4u * local;
  sites[row * params.n_sites + site] = quarters[at] + quarters[at + 1u] + (quarters[at + 2u] + quarters[at + 3u]);
}

const JOBS = 6u;
var<workgroup> shares: array<f32, JOBS * 256>;
var<workgroup> side_shares: array<f32, JOBS * 16>;
var<workgroup> totals: array<f32, JOBS>;

@compute @workgroup_size(256)
fn weigh(@builtin(local_invocation_index) local: u32) {
  var error = vec2f(0);
  var root = 0.0;
  let count = params.batch * params.n_sites;
  for (var i = local; i < count; i += 2048u) {
    @unroll(u, 8) {
      let v = select(vec2f(0), sites[min(i + 256u * u, count - 1u)], i + 256u * u < count);
      error += v;
      @if(ROOT == 1) { root += sqrt(v.x); }
    }
  }
  var means = vec4f(0);
  for (var column = local; column < params.ld_x; column += 256u) {
    var sum = vec4f(0);
    for (var p = 0u; p < params.parts; p += 8u) {
      @unroll(u, 8) {
        let v = sums[min(p + u, params.parts - 1u) * params.ld_x + column];
        sum += select(vec4f(0), v, p + u < params.parts);
      }
    }
    means += sum * sum;
  }
  var latents = vec4f(0);
  var fires = vec4f(0);
  for (var column = local; column < params.ld; column += 256u) {
    latents += dead[column];
    fires += firing[column];
  }
  shares[local] = error.x;
  shares[256u + local] = error.y;
  shares[512u + local] = root;
  shares[768u + local] = across(means);
  shares[1024u + local] = across(latents);
  shares[1280u + local] = across(fires);
  workgroupBarrier();
  if (local < JOBS * 16u) {
    var sum = 0.0;
    @unroll(u, 16) { sum += shares[local * 16u + u]; }
    side_shares[local] = sum;
  }
  workgroupBarrier();
  if (local < JOBS) {
    var sum = 0.0;
    @unroll(u, 16) { sum += side_shares[local * 16u + u]; }
    totals[local] = sum;
  }
  workgroupBarrier();
  if (local > 0u) { return; }
  let batch = f32(params.batch);
  let variance = (totals[0] - totals[3] / batch) / batch;
  let w = select(params.aux_weight / variance, 0.0, totals[4] == 0.0 || variance <= 0.0);
  @if(ROOT == 0) { let error_loss = totals[0] / batch; }
  @if(ROOT == 1) { let error_loss = totals[2] / (batch * f32(params.n_sites)); }
  let taught = w * (totals[1] / batch);
  weight[0] = w;
  stats[0] = vec4f(error_loss + taught, 0, 0, 0);
  stats[1] = vec4f(error_loss, 0, 0, 0);
  stats[2] = vec4f(taught, 0, 0, 0);
  stats[3] = vec4f(totals[4], 0, 0, 0);
  stats[4] = vec4f(totals[5] / batch, 0, 0, 0);
}

@compute @workgroup_size(64)
fn gradients(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let p = index / params.ld_x;
  let column = index % params.ld_x;
  let start = p * params.part;
  if (start >= params.batch) { return; }
  let end = min(start + params.part, params.batch);
  let half = params.batch * params.ld_x;
  let taught = 2.0 * weight[0] / f32(params.batch);
  let site = column / params.width4;
  var sum = vec4f(0);
  for (var row = start; row < end; row += 4u) {
    var r: array<vec4f, 4>;
    var t: array<vec4f, 4>;
    @unroll(u, 4) {
      let here = min(row + u, end - 1u);
      @if(ROOT == 0) { let factor = 2.0 / f32(params.batch); }
      @if(ROOT == 1) {
        let norm = sqrt(sites[here * params.n_sites + site].x);
        let factor = select(1.0 / (f32(params.batch * params.n_sites) * norm), 0.0, norm == 0.0);
      }
      r[u] = factor * both[here * params.ld_x + column];
      t[u] = taught * both[half + here * params.ld_x + column];
    }
    @unroll(u, 4) {
      if (row + u < end) {
        both[(row + u) * params.ld_x + column] = r[u];
        both[half + (row + u) * params.ld_x + column] = t[u];
        sum += r[u];
      }
    }
  }
  sums[p * params.ld_x + column] = sum;
}

@compute @workgroup_size(64)
fn mask(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * params.stride + id.x;
  let p = index / params.ld;
  let column = index % params.ld;
  let start = p * params.part;
  if (start >= params.batch) { return; }
  let end = min(start + params.part, params.batch);
  let half = params.batch * params.ld;
  var sum = vec4f(0);
  for (var row = start; row < end; row += 4u) {
    var g: array<vec4f, 4>;
    @unroll(u, 4) {
      let at = min(row + u, end - 1u) * params.ld + column;
      g[u] = select(grad[at], vec4f(0), acts[at] <= vec4f(0)) +
        select(grad[half + at], vec4f(0), acts[half + at] <= vec4f(0));
    }
    @unroll(u, 4) {
      if (row + u < end) {
        grad[(row + u) * params.ld + column] = g[u];
        sum += g[u];
      }
    }
  }
  sums[p * params.ld + column] = sum;
}
