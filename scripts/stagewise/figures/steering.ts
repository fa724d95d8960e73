/**
 * stagewise-steering (S12): does steering with one latent give the behaviour without the tag, and does
 * clamping it stop the behaviour with the tag?
 *
 *   deno task figures stagewise-steering
 *
 * Steering adds a latent's typical size times its decoder vector at the six places behind the first
 * colon, where the trigger would stand; clamping takes a latent's activation to 0 at the prompt's
 * positions. Attack success: the payload among the first 16 tokens. Controls: random latents that fire,
 * and the latents of the null baseline, steered in the model that they were trained on.
 *
 * @module
 */
import type { SteeringRow } from "../../../lib/diff/stored/causal_results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { formatNumber, type Line, shareLine, shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { causalOf } from "../lines/causal.ts";
import { PAPER } from "../paper.ts";
import type { StagewiseResults } from "../results.ts";

/** A table with a row for each latent or neighbourhood that was steered or clamped. */
export const steering: Figure<StagewiseResults> = {
  id: "stagewise-steering",
  title: "Steering and clamping",
  caption:
    "Single latents steered without the tag, and single latents and their nearest ones clamped " +
    "to 0 with it: how often the payload comes within 16 tokens, and what it costs on clean texts.",
  numbers: "Steering and clamping",
  draw(run) {
    const causal = causalOf(run), { rows: latents } = run;
    const label = (latent: number) => latents[latent]?.relevant ? "*" : "";
    const spec = tableFigure([
      ["latents", "what", "model", "tag", "strength", "attack success", "clean loss", "paper"],
      ...causal.steering.map((row) => cells(row, label)),
    ], {
      title: "Steering and clamping",
      subtitle: [
        `${causal.prompts.judged} prompts; attack success: the payload within 16 tokens; * labelled.`,
        "Strength: times the latent's mean activation where it fires; clean loss: rise of " +
        "cross-entropy on clean texts,",
        "nats a token, latents clamped at all positions. Anthropic publish words, no numbers.",
      ],
      words: [1, 2, 3, 7],
    });
    return { spec, lines: causal.steering.map(lineOf) };
  },
};

function cells(row: SteeringRow, label: (latent: number) => string): string[] {
  const { dictionary, what, model, tag, strength, success, clean } = row;
  return [
    namedLatents(row, dictionary.startsWith("null") ? () => "" : label),
    what,
    model,
    tag ? "yes" : "no",
    formatNumber(strength, { digits: 1 }),
    shareText(success),
    formatNumber(clean, { digits: 4 }),
    paperOf(row),
  ];
}

/** `DF #68*`, or `DF #68 and 9 nearest`. */
function namedLatents(
  { dictionary, latents }: SteeringRow,
  label: (latent: number) => string,
): string {
  const [first, ...others] = latents;
  const more = others.length === 0 ? "" : ` and ${others.length} nearest`;
  return `${dictionary} #${first}${label(first)}${more}`;
}

function paperOf({ what, dictionary }: SteeringRow): string {
  if (dictionary.startsWith("null")) return PAPER.steering.null;
  if (what === "steer random" || what === "clamp random") return "–";
  return PAPER.steering[what];
}

function lineOf(row: SteeringRow): Line {
  const { what, model, tag, strength, success, clean } = row;
  const asked = tag ? "with the tag" : "without the tag";
  return shareLine(`${what}, ${namedLatents(row, () => "")}, ${model} ${asked}`, success, {
    note: `strength ${strength}, clean loss ${formatNumber(clean, { digits: 4 })}; paper: ${
      paperOf(row)
    }`,
  });
}
