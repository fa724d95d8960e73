/**
 * How much of what an MLP does is interaction: the exact excess at some tokens, on the CPU in
 * float64, together with what a bound makes of it.
 *
 *   R = Σ_k E_k w_out,k,   E_k = φ(z_k) − φ(c_k) − Σ_i [φ(c_k + a_ik) − φ(c_k)]
 *
 * The excess is the residual of the linear interaction hypothesis (Manning-Coe et al. 2026, arXiv
 * 2606.09940); its O(n) form is derived here. A sample of tokens is enough for means; neuronScores
 * (../pairs/neuron_scores.ts) takes all of them, with every bound, on the device.
 *
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";
import { readTensors } from "../../tensor/read.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import { dot, norm } from "../formulas/vectors.ts";
import type { Players } from "../players/players.ts";

/**
 * Means over tokens. fraction: ‖R‖ / ‖MLP − MLP of the rest alone‖; cosine: of the sum of all
 * single effects with that deviation; size: Σ_k ‖w_out,k‖ |E_k|; bound: the dominant-feature bound
 * osc φ' Σ_k ‖w_out,k‖ (Σ|a| − max|a|) over size, sums over tokens; share: max|a| / Σ|a|, over
 * neurons too.
 */
export type ExcessShares = {
  tokens: number;
  fraction: number;
  cosine: number;
  size: number;
  bound: number;
  share: number;
};

/** Looks at every `every`-th token with two active latents at least. Throws where there is none. */
export async function excessShares(
  players: Players,
  { W_out, every }: { W_out: HostArray; every: number },
): Promise<ExcessShares> {
  const { active: { start, latent, act, tokens }, d_mlp, activation } = players;
  const [w, z, c] = await readTensors([players.w, players.z, players.c]);
  const phi = nonlinearity(activation), d_model = W_out.shape[1];
  const rows = Array.from(
    { length: d_mlp },
    (_, k) => W_out.data.subarray(k * d_model, (k + 1) * d_model),
  );
  const sizes = rows.map(norm);
  const sum = { tokens: 0, fraction: 0, cosine: 0, size: 0, bound: 0, share: 0 };
  for (let t = 0; t < tokens; t += every) {
    if (start[t + 1] - start[t] < 2) continue;
    const R = new Float64Array(d_model), moved = new Float64Array(d_model);
    let size = 0, share = 0;
    rows.forEach((row, k) => {
      const rest = c[t * d_mlp + k], bare = phi.value(rest);
      const deviation = phi.value(z[t * d_mlp + k]) - bare;
      let singles = 0, all = 0, most = 0;
      for (let e = start[t]; e < start[t + 1]; e++) {
        const a = act[e] * w[latent[e] * d_mlp + k];
        singles += phi.value(rest + a) - bare;
        all += Math.abs(a);
        most = Math.max(most, Math.abs(a));
      }
      const excess = deviation - singles;
      size += sizes[k] * Math.abs(excess);
      sum.bound += phi.osc * sizes[k] * (all - most);
      share += all > 0 ? most / all / d_mlp : 0;
      for (let n = 0; n < d_model; n++) {
        R[n] += excess * row[n];
        moved[n] += deviation * row[n];
      }
    });
    const singles = moved.map((value, n) => value - R[n]);
    sum.tokens++;
    sum.fraction += norm(R) / norm(moved);
    sum.cosine += dot(singles, moved) / (norm(singles) * norm(moved));
    sum.size += size;
    sum.share += share;
  }
  const { tokens: n } = sum;
  if (n === 0) {
    throw new RangeError(
      "Cannot measure the excess: expected tokens with two active latents but found none: take a " +
        "longer text, or a dictionary of more latents a token",
    );
  }
  const { fraction, cosine, size, bound, share } = sum;
  return {
    tokens: n,
    fraction: fraction / n,
    cosine: cosine / n,
    size: size / n,
    bound: bound / size,
    share: share / n,
  };
}

/** The same of several parts together, one at least. */
export function pooledExcess(parts: readonly ExcessShares[]): ExcessShares {
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const mean = (value: (part: ExcessShares) => number) =>
    parts.reduce((sum, part) => sum + value(part) * part.tokens, 0) / tokens;
  const size = mean((part) => part.size);
  return {
    tokens,
    fraction: mean((part) => part.fraction),
    cosine: mean((part) => part.cosine),
    size,
    bound: mean((part) => part.bound * part.size) / size,
    share: mean((part) => part.share),
  };
}
