// max_of_k_tokens.wgsl: draws the batches of many Max-of-K models, each from a stream of its own.
//
//   draw   tokens[model,b,i] = word % v, targets[model,b] = their right answer     overwrites
// The answer is by TASK: 0 the largest token, 1 its position, the first of several, 2 the second largest, copies counted.
// Words i and i + 1 (i even) are Threefry-2x32, 20 rounds (Salmon et al. 2011), of the model's key and the counter
// (step, b · pairs + i / 2): a function of key, step and place alone, so models do not touch one another's data.
// shapes    keys [models] of vec2u; schedule [..] of vec4f, its first value the step counter; tokens [models, batch, K] and
//           targets [models, batch], not padded
// dispatch  an invocation for each sequence; index = id.y · stride + id.x
// limits    a token is too likely by v / 2^32 at most; step below 2^24 (the counter is a float)
// checked   tests/proofs/gpu/train_test.ts: the known answers of Random123
const TASK = 0;

struct Params { batch: u32, count: u32, K: u32, v: u32, stride: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> keys: array<vec2u>;
@group(0) @binding(2) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(4) var<storage, read_write> targets: array<u32>;

fn mixed(x: vec2u, bits: u32) -> vec2u {
  let sum = x.x + x.y;
  return vec2u(sum, ((x.y << bits) | (x.y >> (32u - bits))) ^ sum);
}

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let third = 0x1bd11bdau ^ key.x ^ key.y;
  var x = counter + key;
  x = mixed(mixed(mixed(mixed(x, 13u), 15u), 26u), 6u) + vec2u(key.y, third + 1u);
  x = mixed(mixed(mixed(mixed(x, 17u), 29u), 16u), 24u) + vec2u(third, key.x + 2u);
  x = mixed(mixed(mixed(mixed(x, 13u), 15u), 26u), 6u) + vec2u(key.x, key.y + 3u);
  x = mixed(mixed(mixed(mixed(x, 17u), 29u), 16u), 24u) + vec2u(key.y, third + 4u);
  x = mixed(mixed(mixed(mixed(x, 13u), 15u), 26u), 6u) + vec2u(third, key.x + 5u);
  return x;
}

struct Top { largest: u32, at: u32, next: u32 }

// The largest token so far, where it stood first, and the second largest, once token i is known.
fn seen(top: Top, token: u32, i: u32) -> Top {
  if (i == 0u || token > top.largest) { return Top(token, i, top.largest); }
  return Top(top.largest, top.at, max(top.next, token));
}

@compute @workgroup_size(64)
fn draw(@builtin(global_invocation_id) id: vec3u) {
  let sequence = id.y * params.stride + id.x;
  if (sequence >= params.count) { return; }
  let key = keys[sequence / params.batch];
  let pairs = (params.K + 1u) / 2u;
  let first = sequence % params.batch * pairs;
  var top = Top(0u, 0u, 0u);
  for (var pair = 0u; pair < pairs; pair++) {
    let words = threefry(key, vec2u(u32(schedule[0].x), first + pair)) % vec2u(params.v);
    let at = sequence * params.K + 2u * pair;
    tokens[at] = words.x;
    top = seen(top, words.x, 2u * pair);
    if (2u * pair + 1u < params.K) {
      tokens[at + 1u] = words.y;
      top = seen(top, words.y, 2u * pair + 1u);
    }
  }
  @if(TASK == 0) { targets[sequence] = top.largest; }
  @if(TASK == 1) { targets[sequence] = top.at; }
  @if(TASK == 2) { targets[sequence] = top.next; }
}
