/**
 * The step of a proof from one layer to the next: how far the MLP of what the dictionary says of its
 * input is from what the dictionary says of its output, and where that comes from (derived here).
 *
 *   δ = T(x̂) - target,   target = x̂ at resid_post - x̂ at resid_mid, T the block's MLP at x̂ of its input
 *     = [T(b) - target of b_dec]                                       bias
 *     + Σ_i ([T(b + f_i d_i) - T(b)] - f_i (d_i^post - d_i^mid))       singles: each feature carried alone
 *     + R                                                              interaction residual
 *
 * It takes a crosscoder with these three sites of the block.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { norm } from "../formulas/vectors.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { contributionsAt, type PlainMlp, rowOf, write } from "./plain_mlp.ts";

/**
 * Norms, as means over tokens: of δ, of its three parts, of the singles one by one (`singlesSum`,
 * what a proof adds up), of MLP(x̂) - MLP(b) (`deviation`) and of the target's own change.
 */
export type Transition = {
  delta: number;
  bias: number;
  singles: number;
  singlesSum: number;
  residual: number;
  deviation: number;
  target: number;
};

/** Which sites of the crosscoder lie before and behind the MLP of a block. */
export type MlpStep = { mid: number; post: number };

/** The sites of `resid_mid` and of what follows block `layer`; undefined where one is missing. */
export function mlpStep({ config: { sites } }: Crosscoder, layer: number): MlpStep | undefined {
  const hooks = sites.map(({ hook }) => hook);
  const mid = hooks.indexOf(`blocks.${layer}.hook_resid_mid`);
  const post = [`blocks.${layer}.hook_resid_post`, `blocks.${layer + 1}.hook_resid_pre`]
    .map((hook) => hooks.indexOf(hook)).find((at) => at >= 0);
  return mid < 0 || post === undefined ? undefined : { mid, post };
}

/** The parts of one token's δ, [d_model] each, and the norms of the singles one by one. */
export type TransitionParts = Record<"delta" | "bias" | "singles" | "residual", Float64Array> & {
  singlesSum: number;
  deviation: number;
  target: number;
};

/** Splits δ at one token; b_out is the MLP's own, so that T is its whole output. */
export function transitionAt(
  of: { plain: PlainMlp; coder: Crosscoder; step: MlpStep },
  active: ActiveLatents,
  token: number,
): TransitionParts {
  const { plain } = of, { phi, c, d_mlp, d_model } = plain;
  const a = contributionsAt(plain, active, token), alone = c.map(phi.value);
  const z = Float64Array.from(
    { length: d_mlp },
    (_, k) => a.reduce((sum, row) => sum + row[k], c[k]),
  );
  const through = write(plain, z.map((value, k) => phi.value(value) - alone[k]));
  const change = changes(of);
  const atBias = write(plain, alone), ofBias = change("b_dec", 0);
  const bias = atBias.map((value, m) => value + plain.b_out[m] - ofBias[m]);
  const singles = new Float64Array(d_model), effects = new Float64Array(d_model);
  const target = new Float64Array(d_model);
  let singlesSum = 0;
  a.forEach((row, n) => {
    const entry = active.start[token] + n, act = active.act[entry];
    const effect = write(plain, row.map((value, k) => phi.value(c[k] + value) - alone[k]));
    const carried = change("W_dec", active.latent[entry]).map((value) => act * value);
    const error = effect.map((value, m) => value - carried[m]);
    singlesSum += norm(error);
    add(singles, error);
    add(effects, effect);
    add(target, carried);
  });
  const residual = through.map((value, m) => value - effects[m]);
  const delta = through.map((value, m) => value - target[m] + bias[m]);
  return {
    delta,
    bias,
    singles,
    residual,
    singlesSum,
    deviation: norm(through),
    target: norm(target),
  };
}

/** The mean norms over all tokens of a part. */
export function transitions(
  of: Parameters<typeof transitionAt>[0],
  active: ActiveLatents,
): Transition {
  const sum: Transition = {
    delta: 0,
    bias: 0,
    singles: 0,
    singlesSum: 0,
    residual: 0,
    deviation: 0,
    target: 0,
  };
  for (let token = 0; token < active.tokens; token++) {
    const parts = transitionAt(of, active, token);
    for (const name of ["delta", "bias", "singles", "residual"] as const) {
      sum[name] += norm(parts[name]) / active.tokens;
    }
    for (const name of ["singlesSum", "deviation", "target"] as const) {
      sum[name] += parts[name] / active.tokens;
    }
  }
  return sum;
}

/** Row r of an array at resid_post less the same at resid_mid. */
function changes({ coder: { arrays, config: { sites, d_in } }, step }: {
  coder: Crosscoder;
  step: MlpStep;
}) {
  return (name: "W_dec" | "b_dec", r: number): Float64Array => {
    const at = (site: number) => rowOf(arrays[name].data, r * sites.length + site, d_in);
    const mid = at(step.mid);
    return Float64Array.from(at(step.post), (value, m) => value - mid[m]);
  };
}

function add(sum: Float64Array, x: Float64Array): void {
  for (let m = 0; m < sum.length; m++) sum[m] += x[m];
}
