/**
 * interactions-dictionaries (I12): the models and dictionaries that all this is measured on.
 *
 *   deno task figures interactions-dictionaries
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import type { Figure } from "../../system.ts";

const TITLE = "Models and dictionaries";

/** Draws a row a dictionary and model. */
export const dictionaries: Figure<InteractionsResults> = {
  id: "interactions-dictionaries",
  title: TITLE,
  caption:
    "On held-out stories: cross-entropy of the model in nats, latents that fire on a token, variance left at the sites; by " +
    "how much cross-entropy rises with all MLP inputs replaced by their reconstructions, and the share recovered of what " +
    "b_dec in their place costs; latents that never fire, and those that fire on more than a tenth of the tokens.",
  draw({ dictionaries: { models, coders }, settings }) {
    const own = Object.fromEntries(models.map(({ model, crossEntropy }) => [model, crossEntropy]));
    const rows = coders.map((
      { coder, number, model, d_sae, sites, L0, FVU, dead, dense, loss },
    ) => [
      coder === "mlp" ? `${coder}, seed ${number}` : coder,
      model,
      own[model].toFixed(3),
      `${sites}`,
      `${d_sae}`,
      L0.toFixed(1),
      range(FVU),
      (loss.spliced - loss.model).toFixed(3),
      `${(100 * (loss.zero - loss.spliced) / (loss.zero - loss.model)).toFixed(1)} %`,
      `${dead}`,
      `${dense}`,
    ]);
    const spec = tableFigure([HEAD, ...rows], {
      title: TITLE,
      subtitle: [`${settings.heldOutSequences} held-out sequences.`],
      words: [1],
    });
    return { spec, lines: [] };
  },
};

const HEAD = [
  "dictionary",
  "model",
  "CE",
  "sites",
  "latents",
  "L0",
  "FVU by site",
  "CE rise",
  "recovered",
  "dead",
  "dense",
];

function range(values: readonly number[]): string {
  if (values.length <= 4) return values.map((value) => value.toFixed(3)).join("  ");
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[0].toFixed(3)} to ${sorted.at(-1)!.toFixed(3)}`;
}
