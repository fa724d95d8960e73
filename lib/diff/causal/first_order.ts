/**
 * What removing each latent does to first order: one backward pass over the triggered prompts for all of
 * them, to find candidates by (attribution patching after Nanda 2023). Look at both ends of the order: a
 * latent whose removal breaks the prompt has the wrong sign.
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { forcedParts } from "../../model/forced/forced.ts";
import { logOddsGradients } from "../../model/forced/log_odds_gradients.ts";
import { carriersOf } from "./edits/carriers.ts";
import { type Asked, forcedText } from "./question/asked.ts";
import { folded, type Reader, readingOf } from "./question/reading.ts";

/**
 * Of every latent of a crosscoder [d_sae]: the change of the payload's log-odds that removing it at
 * prompt positions by decoder ablation has to first order, a mean over the triggered prompts,
 *
 *   Σ_positions Σ_sites −f_i ⟨gradient, W_dec[i, l] − W_dec[i, l − 1]⟩
 */
export async function firstOrderEffects(
  asked: Asked,
  by: { coder: Crosscoder; read?: Reader },
): Promise<Float64Array> {
  const { model, backdoor: { payload }, before } = asked;
  const coder = folded(by.coder),
    { d_in, d_sae, sites } = coder.config,
    width = sites.length * d_in;
  const carriers = carriersOf("remove latents", model, sites);
  const reading = await readingOf(asked, by, "triggered"), { start, latent, act } = reading.active;
  const { data } = coder.arrays.W_dec;
  const forced = forcedText(asked, "triggered")
    .map(({ prompt }) => ({ prompt, answer: payload.subarray(0, 1) }));
  const effects = new Float64Array(d_sae);
  for (const part of forcedParts(forced)) {
    const hooks = carriers.map(({ hook }) => hook);
    const gradients = await logOddsGradients(model, part, { hooks, before: before.triggered });
    part.forced.forEach(({ prompt }, s) => {
      for (let p = 0; p < prompt.length; p++) {
        const token = (part.first + s) * reading.pos + p, row = (s * part.pos + p) * d_in;
        for (let e = start[token]; e < start[token + 1]; e++) {
          let along = 0;
          for (const { hook, site, before } of carriers) {
            const gradient = gradients.get(hook)!, from = latent[e] * width;
            for (let c = 0; c < d_in; c++) {
              const carried = before === undefined ? 0 : data[from + before * d_in + c];
              along += gradient[row + c] * (data[from + site * d_in + c] - carried);
            }
          }
          effects[latent[e]] -= act[e] * along / forced.length;
        }
      }
    });
  }
  return effects;
}
