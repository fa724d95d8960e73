/**
 * Ways of removing latents. Each shifts activations by coefficients times rows:
 *
 *   ablate     δ = −f_i W_dec[i], at all sites by increments: as if the latent had not been read
 *   last site  the same at the last site alone; { site: n } at site n alone
 *   naive      δ added at every site although the stream carries it on: a baseline known to be bad
 *   freeze     the position set to what it was unedited, plus δ: hides what else arrives there
 *   minimal    δ = −(z_i − target) W_enc,i / ‖W_enc,i‖², the least change of all sites together that
 *              brings z_i to its target, in the `unit` of its norm
 *
 * (ablation of latents after Marks et al. 2024, arXiv 2403.19647; increments and the least change derived
 * here).
 * @module
 */
import { maybe, oneOf, where } from "../../../io/form.ts";

export type Removal =
  | "ablate"
  | "last site"
  | "naive"
  | "freeze"
  | "minimal"
  | { site: number };

/** What a pre-activation is brought to: its threshold, or a number. */
export type Target = "threshold" | number;

/**
 * In place of each latent's own rows, random ones of the same norm at every site, from a stream named
 * after the latent and the `draw`: the floor.
 */
export type RandomRows = { seed: number; draw?: number };

/**
 * `positions`: of the prompt, or of its answer too. `target` and `unit` are those of "minimal":
 * activations as they are, or scaled per site as training saw them.
 */
export type RemovalOptions = {
  removal?: Removal;
  positions?: "prompt" | "all";
  target?: Target;
  unit?: "raw" | "scaled";
  random?: RandomRows;
};

/** Fields of RemovalOptions. */
export const REMOVAL = {
  removal: maybe(
    where<Removal>(
      '"ablate", "last site", "naive", "freeze", "minimal", or { site },',
      (x) =>
        ["ablate", "last site", "naive", "freeze", "minimal"].includes(x as string) ||
        Number.isInteger((x as { site?: unknown } | null)?.site),
    ),
  ),
  positions: maybe(oneOf(["prompt", "all"])),
  target: maybe(
    where<Target>('"threshold" or a finite number', (x) => x === "threshold" || Number.isFinite(x)),
  ),
  unit: maybe(oneOf(["raw", "scaled"])),
  random: maybe(
    where<RandomRows>(
      "a seed and a draw, { seed, draw },",
      (x) =>
        Number.isSafeInteger((x as RandomRows | null)?.seed) &&
        Number.isInteger((x as RandomRows).draw ?? 0),
    ),
  ),
};
