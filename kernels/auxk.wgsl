// auxk.wgsl: which latents are dead, and the weight of what they are taught.
//
//   track   since[i] = 0 where latent i fired in the batch (fired[i] is not 0), else min(since[i] + batch, most);
//           dead[i] = 1[since[i] = most]                                                       since in place, dead overwrites
//   weigh   variance = (squares − squared_sum / batch) / batch
//           out = weight / variance, 0 where no latent is dead (n_dead = 0) or nothing is left to explain   overwrites
// shapes    fired, since, dead [4·count4] as vec4f, `latents` of them no padding; squares, squared_sum, n_dead, out [1]
// dispatch  track: a vec4f an invocation; weigh (1), one invocation
// limits    most below 2^24, so that f32 counts each row
// numbers   a NaN in fired counts as firing; one in squares stays
// checked   tests/crosscoder/losses/losses_test.ts: PyTorch
struct Params { count4: u32, latents: u32, batch: f32, most: f32, weight: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> fired: array<vec4f>;
@group(0) @binding(2) var<storage, read> squares: array<f32>;
@group(0) @binding(3) var<storage, read> squared_sum: array<f32>;
@group(0) @binding(4) var<storage, read> n_dead: array<f32>;
@group(0) @binding(5) var<storage, read_write> since: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dead: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn track(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.count4) { return; }
  let real = vec4u(0, 1, 2, 3) + 4u * i < vec4u(params.latents);
  let later = min(since[i] + params.batch, vec4f(params.most));
  let now = select(vec4f(0), later, fired[i] == vec4f(0));
  since[i] = select(vec4f(0), now, real);
  dead[i] = select(vec4f(0), vec4f(1), (now >= vec4f(params.most)) & real);
}

@compute @workgroup_size(1)
fn weigh() {
  let variance = (squares[0] - squared_sum[0] / params.batch) / params.batch;
  let none = n_dead[0] == 0.0 || variance <= 0.0;
  out[0] = select(params.weight / variance, 0.0, none);
}
