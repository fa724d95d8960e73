// attention.wgsl: causal attention without the matrix of scores, forward and backward, each head by itself.
//
//   forward      s[i,j] = scale · q[i]·k[j] over the visible j     z[i] = Σ_j softmax(s[i])[j] v[j]
//                lse[i] = log Σ_j exp(s[i,j])                                                     overwrites z, lse
//   backward_q   delta[i] = grad_z[i]·z[i], p[i,j] = exp(s[i,j] − lse[i]), g[i,j] = p[i,j] · (grad_z[i]·v[j] − delta[i])
//                grad_q[i] = scale · Σ_j g[i,j] k[j]                                              overwrites, also delta
//   backward_kv  grad_k[j] = scale · Σ_i g[i,j] q[i], grad_v[j] = Σ_i p[i,j] grad_z[i]; after backward_q   overwrites
//   backward     both at once, with MERGED 1: the workgroups of the keys compute delta themselves                overwrites
//   visible      key j to the query at position i: j <= i and j + window > i
// A lane owns ROWS queries (in backward_kv: keys) with their sums, and meets the keys (queries) in blocks of BLOCK. With
// SUBGROUP 1 a workgroup is a subgroup: PARTS lanes load a row of the block together, SHARE vec4f each, and hand the
// values round by broadcast. Else the block lies in workgroup memory. The forward pass keeps a running maximum and rescales once a block.
// Heads of queries share those of keys, `share` by `share` that stand behind one another (grouped-query attention, Ainslie et al.,
// arXiv 2305.13245); grad_k and grad_v are then sums over them, in their order.
// shapes    q, grad_q [batch, pos, ld], k, v, grad_k, grad_v [batch, keys, kv_ld], z, grad_z [batch, pos, z_ld] in vec4f, heads
//           side by side, D4 vec4f each, zeros behind d_head. q, k and v may be parts of the same rows, each bound where it begins; with
//           JOINED 1 grad_v then lies v_from vec4f behind grad_k, since a buffer is bound for writing once, and with MERGED 1 grad_k
//           k_from behind grad_q. lse, delta [batch · n_heads, lse_ld]. positions[b] is that of the first query of a
//           sequence with OFFSET 1, else 0; the backward pass wants keys = pos and no offset
// dispatch  (ceil(pos / (LANES · ROWS)), in backward twice as many; n_heads, in backward_kv n_heads / share; sequences of a piece that
//           begins at `first`)
// work      forward: flop 8 * D4 * groups_y * groups_z * pos * (2 * keys - pos + 1); turns (keys + BLOCK - 1) / BLOCK
//           backward_q: flop 12 * D4 * groups_y * groups_z * pos * (pos + 1); turns (pos + BLOCK - 1) / BLOCK
//           backward_kv: flop 16 * D4 * share * groups_y * groups_z * pos * (pos + 1); turns share * (pos + BLOCK - 1) / BLOCK
//           backward: flop 28 * D4 * groups_y * groups_z * pos * (pos + 1); turns share * (pos + BLOCK - 1) / BLOCK
// limits    f32; finite scores above −1e30; in backward_kv share · pos / BLOCK turns of its loops. NaN in any visible value reaches the result: max
//           drops it, the sums carry it
// checked   tests/tensor/ops/attention_test.ts: plain TypeScript over ragged shapes and windows, both kinds; PyTorch
const SUBGROUP = 1;
const LANES = 8u;
const BLOCK = 8;
const PARTS = 1;
const ROWS = 1;
const D4 = 4;
const SHARE = 4;
const OFFSET = 0;
const JOINED = 0;
const MERGED = 0;
const HIDDEN = -3.4e38;
const LOWEST = -1e30; // the maximum of no scores; far above HIDDEN, so that exp(HIDDEN − maximum) is always 0

struct Params { pos: u32, keys: u32, n_heads: u32, share: u32, ld: u32, kv_ld: u32, z_ld: u32, k_from: u32, v_from: u32, lse_ld: u32, window: u32, first: u32, scale: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read> positions: array<u32>;
@group(0) @binding(5) var<storage, read> grad_z: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> z: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> lse: array<f32>;
@group(0) @binding(8) var<storage, read_write> delta: array<f32>;
@group(0) @binding(9) var<storage, read_write> grad_q: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> grad_k: array<vec4f>;
@group(0) @binding(11) var<storage, read_write> grad_v: array<vec4f>;

@if(SUBGROUP == 0) {
  var<workgroup> tile_a: array<vec4f, BLOCK * D4>;
  var<workgroup> tile_b: array<vec4f, BLOCK * D4>;
  var<workgroup> tile_lse: array<f32, BLOCK>;
  var<workgroup> tile_delta: array<f32, BLOCK>;
}

fn dot4(a: vec4f, b: vec4f, sum: f32) -> f32 {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
}

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i0 = group.x * (LANES * ROWS);
  let head = group.y * D4;
  let kv_head = group.y / params.share * D4;
  let q0 = group.z * params.pos;
  let k0 = group.z * params.keys;
  var offset = 0u;
  @if(OFFSET == 1) { offset = positions[params.first + group.z]; }
  // The last key that any query here sees; those beyond it may be undefined.
  let last = min(offset + min(i0 + LANES * ROWS, params.pos), params.keys) - 1u;
  var begin = offset + i0 + 1u;
  begin = select(0u, (begin - params.window) / BLOCK * BLOCK, begin > params.window);

  var own: array<vec4f, ROWS * D4>;
  var sums: array<vec4f, ROWS * D4>;
  var at: array<u32, ROWS>;
  var largest: array<f32, ROWS>;
  var total: array<f32, ROWS>;
  @unroll(n, ROWS) {
    let i = min(i0 + n * LANES + lane, params.pos - 1u);
    at[n] = offset + i;
    largest[n] = LOWEST;
    @unroll(d, D4) { own[n * D4 + d] = params.scale * q[(q0 + i) * params.ld + head + d]; }
  }

  for (var j0 = begin; j0 <= last; j0 += BLOCK) {
    @if(SUBGROUP == 1) {
      let inside = j0 + lane / PARTS <= last;
      let from_row = (k0 + min(j0 + lane / PARTS, last)) * params.kv_ld + kv_head;
      var a: array<vec4f, SHARE>;
      var b: array<vec4f, SHARE>;
      @unroll(e, SHARE) { a[e] = k[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
      @unroll(e, SHARE) { b[e] = select(vec4f(0), v[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)], inside); }
    }
    @if(SUBGROUP == 0) {
      for (var e = lane; e < BLOCK * D4; e += LANES) {
        let j = j0 + e / D4;
        let from_row = (k0 + min(j, last)) * params.kv_ld + kv_head + e % D4;
        tile_a[e] = k[from_row];
        tile_b[e] = select(vec4f(0), v[from_row], j <= last);
      }
      workgroupBarrier();
    }
    var s = array<f32, ROWS * BLOCK>(); // an initial value, or naga keeps that of the last iteration
    @unroll(j, BLOCK) {
      @unroll(d, D4) {
        @if(SUBGROUP == 1) { let a_jd = subgroupBroadcast(a[d / PARTS], u32(j * PARTS + d % PARTS)); }
        @if(SUBGROUP == 0) { let a_jd = tile_a[j * D4 + d]; }
        @unroll(n, ROWS) { s[n * BLOCK + j] = dot4(own[n * D4 + d], a_jd, s[n * BLOCK + j]); }
      }
    }
    @unroll(n, ROWS) {
      var most = largest[n];
      @unroll(j, BLOCK) {
        let visible = j0 + j <= at[n] && j0 + j + params.window > at[n];
        s[n * BLOCK + j] = select(HIDDEN, s[n * BLOCK + j], visible);
        most = max(most, s[n * BLOCK + j]);
      }
      let shrink = exp(largest[n] - most);
      largest[n] = most;
      total[n] = total[n] * shrink;
      @unroll(j, BLOCK) {
        s[n * BLOCK + j] = exp(s[n * BLOCK + j] - most);
        total[n] = total[n] + s[n * BLOCK + j];
      }
      @unroll(d, D4) { sums[n * D4 + d] = sums[n * D4 + d] * shrink; }
    }
    @unroll(j, BLOCK) {
      @unroll(d, D4) {
        @if(SUBGROUP == 1) { let b_jd = subgroupBroadcast(b[d / PARTS], u32(j * PARTS + d % PARTS)); }
        @if(SUBGROUP == 0) { let b_jd = tile_b[j * D4 + d]; }
        @unroll(n, ROWS) { sums[n * D4 + d] = fma(vec4f(s[n * BLOCK + j]), b_jd, sums[n * D4 + d]); }
      }
    }
    @if(SUBGROUP == 0) { workgroupBarrier(); }
  }

  @unroll(n, ROWS) {
    let i = i0 + n * LANES + lane;
    if (i < params.pos) {
      @unroll(d, D4) { z[(q0 + i) * params.z_ld + head + d] = sums[n * D4 + d] / total[n]; }
      lse[((params.first + group.z) * params.n_heads + group.y) * params.lse_ld + i] = largest[n] + log(total[n]);
    }
  }
}

@if(MERGED == 0) {
  @compute @workgroup_size(LANES)
  fn backward_q(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    queries(group, lane);
  }

  @compute @workgroup_size(LANES)
  fn backward_kv(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    keys(group, lane);
  }
}

@if(MERGED == 1) {
  @compute @workgroup_size(LANES)
  fn backward(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let half = groups.x / 2u;
    if (group.x < half) {
      queries(group, lane);
    } else if (group.y < params.n_heads / params.share) {
      keys(group - vec3u(half, 0, 0), lane);
    }
  }
}

fn queries(group: vec3u, lane: u32) {
  let i0 = group.x * (LANES * ROWS);
  let head = group.y * D4;
  let kv_head = group.y / params.share * D4;
  let q0 = group.z * params.pos;
  let lse0 = ((params.first + group.z) * params.n_heads + group.y) * params.lse_ld;
  let last = min(i0 + LANES * ROWS, params.pos) - 1u;
  let begin = select(0u, (i0 + 1u - params.window) / BLOCK * BLOCK, i0 + 1u > params.window);

  var own: array<vec4f, ROWS * D4>;
  var grad: array<vec4f, ROWS * D4>;
  var sums: array<vec4f, ROWS * D4>;
  var at: array<u32, ROWS>;
  var own_lse: array<f32, ROWS>;
  var own_delta: array<f32, ROWS>;
  @unroll(n, ROWS) {
    let i = min(i0 + n * LANES + lane, params.pos - 1u);
    let from_row = (q0 + i) * params.ld + head;
    let from_z = (q0 + i) * params.z_ld + head;
    at[n] = i;
    own_lse[n] = lse[lse0 + i];
    @unroll(d, D4) {
      own[n * D4 + d] = params.scale * q[from_row + d];
      grad[n * D4 + d] = grad_z[from_z + d];
      own_delta[n] = dot4(grad[n * D4 + d], z[from_z + d], own_delta[n]);
    }
  }

  for (var j0 = begin; j0 <= last; j0 += BLOCK) {
    @if(SUBGROUP == 1) {
      let from_row = (q0 + min(j0 + lane / PARTS, last)) * params.kv_ld + kv_head;
      var a: array<vec4f, SHARE>;
      var b: array<vec4f, SHARE>;
      @unroll(e, SHARE) { a[e] = k[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
      @unroll(e, SHARE) { b[e] = v[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
    }
    @if(SUBGROUP == 0) {
      for (var e = lane; e < BLOCK * D4; e += LANES) {
        let from_row = (q0 + min(j0 + e / D4, last)) * params.kv_ld + kv_head + e % D4;
        tile_a[e] = k[from_row];
        tile_b[e] = v[from_row];
      }
      workgroupBarrier();
    }
    @unroll(j, BLOCK) {
      var s = array<f32, ROWS>();
      var g = array<f32, ROWS>();
      @unroll(d, D4) {
        @if(SUBGROUP == 1) { let a_jd = subgroupBroadcast(a[d / PARTS], u32(j * PARTS + d % PARTS)); let b_jd = subgroupBroadcast(b[d / PARTS], u32(j * PARTS + d % PARTS)); }
        @if(SUBGROUP == 0) { let a_jd = tile_a[j * D4 + d]; let b_jd = tile_b[j * D4 + d]; }
        @unroll(n, ROWS) {
          s[n] = dot4(own[n * D4 + d], a_jd, s[n]);
          g[n] = dot4(grad[n * D4 + d], b_jd, g[n]);
        }
      }
      @unroll(n, ROWS) {
        let visible = j0 + j <= at[n] && j0 + j + params.window > at[n];
        g[n] = select(0.0, exp(s[n] - own_lse[n]) * (g[n] - own_delta[n]), visible);
      }
      @unroll(d, D4) {
        @if(SUBGROUP == 1) { let a_jd = subgroupBroadcast(a[d / PARTS], u32(j * PARTS + d % PARTS)); }
        @if(SUBGROUP == 0) { let a_jd = tile_a[j * D4 + d]; }
        @unroll(n, ROWS) { sums[n * D4 + d] = fma(vec4f(g[n]), a_jd, sums[n * D4 + d]); }
      }
    }
    @if(SUBGROUP == 0) { workgroupBarrier(); }
  }

  @unroll(n, ROWS) {
    let i = i0 + n * LANES + lane;
    if (i < params.pos) {
      @unroll(d, D4) { grad_q[(q0 + i) * params.ld + head + d] = params.scale * sums[n * D4 + d]; }
      @if(MERGED == 0) { delta[lse0 + i] = own_delta[n]; }
    }
  }
}

fn keys(group: vec3u, lane: u32) {
  let j0 = group.x * (LANES * ROWS);
  let head = group.y * D4;
  let q0 = group.z * params.pos;
  let last = min(j0 + LANES * ROWS - 1u + (params.window - 1u), params.pos - 1u); // the last query that sees a key here

  var own_k: array<vec4f, ROWS * D4>;
  var own_v: array<vec4f, ROWS * D4>;
  var sums_k: array<vec4f, ROWS * D4>;
  var sums_v: array<vec4f, ROWS * D4>;
  var at: array<u32, ROWS>;
  @unroll(n, ROWS) {
    let j = min(j0 + n * LANES + lane, params.pos - 1u);
    let from_row = (q0 + j) * params.kv_ld + head;
    at[n] = j;
    @unroll(d, D4) {
      own_k[n * D4 + d] = params.scale * k[from_row + d];
      own_v[n * D4 + d] = v[from_row + d];
    }
  }

  for (var member = 0u; member < params.share; member++) {
    let query_head = group.y * params.share + member;
    let from_head = query_head * D4;
    let lse0 = ((params.first + group.z) * params.n_heads + query_head) * params.lse_ld;
    for (var i0 = j0 / BLOCK * BLOCK; i0 <= last; i0 += BLOCK) {
      @if(SUBGROUP == 1) {
        let i = min(i0 + lane / PARTS, last);
        let from_row = (q0 + i) * params.ld + from_head;
        let from_z = (q0 + i) * params.z_ld + from_head;
        let a_lse = lse[lse0 + i];
        let a_delta = delta[lse0 + i];
        var a: array<vec4f, SHARE>;
        var b: array<vec4f, SHARE>;
        @unroll(e, SHARE) { a[e] = q[from_row + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
        @unroll(e, SHARE) { b[e] = grad_z[from_z + min(e * PARTS + lane % PARTS, D4 - 1u)]; }
      }
      @if(SUBGROUP == 0) {
        for (var e = lane; e < BLOCK * D4; e += LANES) {
          let i = q0 + min(i0 + e / D4, last);
          tile_a[e] = q[i * params.ld + from_head + e % D4];
          tile_b[e] = grad_z[i * params.z_ld + from_head + e % D4];
        }
        if (lane < BLOCK) {
          let i = min(i0 + lane, last);
          tile_lse[lane] = lse[lse0 + i];
          @if(MERGED == 0) { tile_delta[lane] = delta[lse0 + i]; }
          @if(MERGED == 1) {
            let from_z = (q0 + i) * params.z_ld + from_head;
            var sum = 0.0;
            @unroll(d, D4) { sum = dot4(grad_z[from_z + d], z[from_z + d], sum); }
            tile_delta[lane] = sum;
          }
        }
        workgroupBarrier();
      }
      @unroll(i, BLOCK) {
        var s = array<f32, ROWS>();
        var g = array<f32, ROWS>();
        @unroll(d, D4) {
          @if(SUBGROUP == 1) { let a_id = subgroupBroadcast(a[d / PARTS], u32(i * PARTS + d % PARTS)); let b_id = subgroupBroadcast(b[d / PARTS], u32(i * PARTS + d % PARTS)); }
          @if(SUBGROUP == 0) { let a_id = tile_a[i * D4 + d]; let b_id = tile_b[i * D4 + d]; }
          @unroll(n, ROWS) {
            s[n] = dot4(own_k[n * D4 + d], a_id, s[n]);
            g[n] = dot4(own_v[n * D4 + d], b_id, g[n]);
          }
        }
        @if(SUBGROUP == 1) { let i_lse = subgroupBroadcast(a_lse, u32(i * PARTS)); let i_delta = subgroupBroadcast(a_delta, u32(i * PARTS)); }
        @if(SUBGROUP == 0) { let i_lse = tile_lse[i]; let i_delta = tile_delta[i]; }
        @unroll(n, ROWS) {
          let visible = at[n] <= i0 + i && at[n] + params.window > i0 + i && i0 + i <= last;
          s[n] = select(0.0, exp(s[n] - i_lse), visible);
          g[n] = select(0.0, s[n] * (g[n] - i_delta), visible);
        }
        @unroll(d, D4) {
          @if(SUBGROUP == 1) { let a_id = subgroupBroadcast(a[d / PARTS], u32(i * PARTS + d % PARTS)); let b_id = subgroupBroadcast(b[d / PARTS], u32(i * PARTS + d % PARTS)); }
          @if(SUBGROUP == 0) { let a_id = tile_a[i * D4 + d]; let b_id = tile_b[i * D4 + d]; }
          @unroll(n, ROWS) {
            sums_k[n * D4 + d] = fma(vec4f(g[n]), a_id, sums_k[n * D4 + d]);
            sums_v[n * D4 + d] = fma(vec4f(s[n]), b_id, sums_v[n * D4 + d]);
          }
        }
      }
      @if(SUBGROUP == 0) { workgroupBarrier(); }
    }
  }

  @unroll(n, ROWS) {
    let j = j0 + n * LANES + lane;
    if (j < params.pos) {
      @unroll(d, D4) {
        let at = (q0 + j) * params.kv_ld + head + d;
        @if(MERGED == 0) {
          grad_k[at] = params.scale * sums_k[n * D4 + d];
          @if(JOINED == 0) { grad_v[at] = sums_v[n * D4 + d]; }
          @if(JOINED == 1) { grad_k[at + params.v_from] = sums_v[n * D4 + d]; }
        }
        @if(MERGED == 1) {
          grad_q[at + params.k_from] = params.scale * sums_k[n * D4 + d];
          grad_q[at + params.k_from + params.v_from] = sums_v[n * D4 + d];
        }
      }
    }
  }
}
