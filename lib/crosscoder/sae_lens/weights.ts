/**
 * SAELens' weights as those of a crosscoder: what SAELens does to activations before and after is
 * folded into them.
 *
 *   here       f = σ(x W_enc + b_enc),  x̂ = f W_dec + b_dec
 *   SAELens    apply_b_dec_to_input             z = (x − b_dec) W_enc + b_enc     b_enc ← b_enc − b_dec W_enc
 *              expected_average_only_in         x ← s x before, x̂ ← x̂ / s after   W_enc ← s W_enc, W_dec ← W_dec / s, b_dec ← b_dec / s
 *              rescale_acts_by_decoder_norm     f = σ(n z), x̂ = (f / n) W_dec + b_dec with n_i = ‖W_dec[i]‖
 *                                               W_enc ← W_enc n, b_enc ← b_enc n, W_dec ← W_dec / n
 *
 * in this order, so that n is the norm after the scale. All are identities; every value is computed
 * in float64 and rounded to float32 once.
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";
import type { SaeLensCfg } from "./cfg.ts";

/** The tensors of sae_weights.safetensors. */
export function shapesOf({ architecture, d_in, d_sae }: SaeLensCfg): Record<string, number[]> {
  return {
    W_enc: [d_in, d_sae],
    W_dec: [d_sae, d_in],
    b_enc: [d_sae],
    b_dec: [d_in],
    ...(architecture === "jumprelu" && { threshold: [d_sae] }),
    ...(architecture === "batchtopk" && { topk_threshold: [] }),
  };
}

/**
 * Flat values: W_enc [d_in, d_sae], W_dec [d_sae, d_in], b_enc [d_sae], b_dec [d_in], threshold
 * [d_sae].
 */
export type Weights = Record<"W_enc" | "W_dec" | "b_enc" | "b_dec", Float32Array> & {
  threshold?: Float32Array;
};

/**
 * `arrays` of `shapesOf`, folded. Throws, `Cannot ${action}: ...`, on a decoder vector of norm 0
 * that would be divided by.
 */
export function foldedWeights(
  action: string,
  cfg: SaeLensCfg,
  { arrays, scale }: { arrays: Record<string, HostArray>; scale: number },
): Weights {
  const { d_in, d_sae } = cfg;
  const { W_enc, W_dec, b_enc, b_dec } = Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [name, data]),
  );
  const norms = cfg.rescale_acts_by_decoder_norm
    ? decoderNorms(action, W_dec, d_in).map((norm) => norm / scale)
    : new Float64Array(d_sae).fill(1);
  const shift = new Float64Array(d_sae);
  if (cfg.apply_b_dec_to_input) {
    W_enc.forEach((w, i) => shift[i % d_sae] += b_dec[Math.floor(i / d_sae)] * w);
  }
  return {
    W_enc: W_enc.map((w, i) => w * scale * norms[i % d_sae]),
    W_dec: W_dec.map((w, i) => w / scale / norms[Math.floor(i / d_in)]),
    b_enc: b_enc.map((b, i) => (b - shift[i]) * norms[i]),
    b_dec: b_dec.map((b) => b / scale),
    threshold: thresholds(cfg, { arrays, scale }),
  };
}

function decoderNorms(action: string, W_dec: Float32Array, d_in: number): Float64Array {
  const squares = new Float64Array(W_dec.length / d_in);
  W_dec.forEach((w, i) => squares[Math.floor(i / d_in)] += w * w);
  const none = squares.indexOf(0);
  if (none === -1) return squares.map(Math.sqrt);
  throw new RangeError(
    `Cannot ${action}: expected decoder vectors other than 0, since rescale_acts_by_decoder_norm divides ` +
      `by their norms, but found 0 at latent ${none}: leave the latent out in SAELens`,
  );
}

/**
 * relu(z) · 1[z > θ] is the same for every θ up to 0. A checkpoint's threshold is on z, or on n z
 * where it is rescaled.
 */
function thresholds(
  { architecture, d_sae, rescale_acts_by_decoder_norm }: SaeLensCfg,
  { arrays, scale }: { arrays: Record<string, HostArray>; scale: number },
): Float32Array | undefined {
  if (architecture === "jumprelu") return arrays.threshold.data.map((theta) => Math.max(theta, 0));
  if (architecture !== "batchtopk") return undefined;
  const [theta] = arrays.topk_threshold.data;
  return new Float32Array(d_sae).fill(
    Math.max(rescale_acts_by_decoder_norm ? theta / scale : theta, 0),
  );
}
