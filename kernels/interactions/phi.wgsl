// phi.wgsl: the nonlinearity of an MLP with two derivatives, four neurons at once. Stands before kernels that ask for it.
//
//   PHI 0  gelu_new   x s, s = 1 / (1 + e^(−w)), w = 2 √(2/π) (x + 0.044715 x³)
//   PHI 1  gelu       x Φ(x), Φ from erfc as in gelu_exact.wgsl
//   PHI 2  relu       max(x, 0), slope 1[x > 0], curvature 0
//   phi_mixed(a, b, c) = φ(a + b + c) − φ(a + c) − φ(b + c) + φ(c), of ReLU as the length of an overlap, without a cancellation
// limits    no exponential above 1: where one overflows WGSL leaves its value open
// numbers   four points in f32 lose some 1e-7 (1 + |x|); kernels keep φ(c) and φ(a + c) and ask phi_meeting for the rest
// checked   tests/interactions/pairs/pair_scores_test.ts: formulas/ in float64
// Written for vec4f; kernels of one neuron an invocation read it with every vec4f replaced by f32.
const PHI = 0;

@if(PHI == 1) {
  fn phi_distribution(v: vec4f) -> vec4f {
    let x = abs(v) * 0.7071067811865476;
    let t = 1.0 / (1.0 + 0.5 * x);
    let low = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * -0.18628806)));
    let high = 0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)));
    let tail = 0.5 * t * exp(-x * x + low + t * t * t * t * t * high);
    return select(1.0 - tail, tail, v < vec4f(0.0));
  }
  fn phi_density(v: vec4f) -> vec4f { return 0.3989422804014327 * exp(-0.5 * v * v); }
}

fn phi_gate(v: vec4f) -> vec4f {
  @if(PHI == 0) {
    let doubled = 1.5957691216057308 * (v + 0.044715 * v * v * v);
    let e = exp(-abs(doubled));
    return select(e, vec4f(1.0), doubled >= vec4f(0.0)) / (1.0 + e);
  }
  @if(PHI == 1) { return phi_distribution(v); }
  @if(PHI == 2) { return select(vec4f(0.0), vec4f(1.0), v > vec4f(0.0)); }
}

fn phi(v: vec4f) -> vec4f {
  @if(PHI == 2) { return max(v, vec4f(0.0)); }
  @if(PHI != 2) { return v * phi_gate(v); }
}

fn phi_slope(v: vec4f) -> vec4f {
  let s = phi_gate(v);
  @if(PHI == 0) { return s + v * s * (1.0 - s) * 1.5957691216057308 * (1.0 + 0.134145 * v * v); }
  @if(PHI == 1) { return s + v * phi_density(v); }
  @if(PHI == 2) { return s; }
}

fn phi_curvature(v: vec4f) -> vec4f {
  @if(PHI == 0) {
    let s = phi_gate(v);
    let rise = 1.5957691216057308 * (1.0 + 0.134145 * v * v);
    return s * (1.0 - s) * (2.0 * rise + v * (0.4281288976356015 * v + rise * rise * (1.0 - 2.0 * s)));
  }
  @if(PHI == 1) { return (2.0 - v * v) * phi_density(v); }
  @if(PHI == 2) { return vec4f(0.0); }
}

// phi_mixed of a, b, c where φ(c) and φ(a + c) are known.
fn phi_meeting(a: vec4f, b: vec4f, c: vec4f, at_c: vec4f, at_a: vec4f) -> vec4f {
  @if(PHI == 2) {
    let begin = max(min(vec4f(0.0), a), min(-c - b, -c));
    let end = min(max(vec4f(0.0), a), max(-c - b, -c));
    return sign(a) * sign(b) * max(end - begin, vec4f(0.0));
  }
  @if(PHI != 2) { return (phi(a + b + c) - at_a) - (phi(b + c) - at_c); }
}
