/**
 * stagewise-edits: does it matter how a latent is removed?
 *
 *   deno task figures stagewise-edits
 *
 * The winning set of each dictionary by several edits:
 *
 *   ablate           its decoder vector taken away at every site, each site's shift once
 *   naive            the same added up as the stream carries it on: the first site's shift counts at all
 *   freeze           positions are set to their clean values less the shift
 *   minimal          the least change of the activations that silences it, in raw or in site-scaled units
 *   site l only      ablate at one site, carried on by the stream
 *   random vectors   in the rows' place, with their norms and the angles between sites, by the same edit: one
 *                    draw; those of ablate are in stagewise-suppression
 *
 * @module
 */
import type { EditPoint, Judged } from "../../../lib/diff/stored/causal_results.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { formatNumber, type Line, type Published, shareLine } from "../../../lib/report/line.ts";
import type { Count } from "../../../lib/numerics/counts.ts";
import type { Figure } from "../../system.ts";
import { causalOf, DICTIONARIES } from "../lines/causal.ts";
import { judgedWords } from "../lines/suppression.ts";
import { PAPER } from "../paper.ts";
import type { StagewiseResults } from "../results.ts";

/** A table of edits, one row an edit of a set. */
export const edits: Figure<StagewiseResults> = {
  id: "stagewise-edits",
  title: "Which edit removes a latent",
  caption:
    "What the winning sets leave of the backdoor and what they cost, by the way in which a " +
    "latent is removed; the paper's row is another group's edit of attention features.",
  numbers: "Edits of the winning sets",
  draw(run) {
    const causal = causalOf(run);
    const rows = DICTIONARIES.flatMap((name) =>
      causal.sets[name].edits.map((point) => ({
        name: editName(name, point),
        judged: point.judged,
      }))
    );
    const { nothing, ceiling } = causal;
    const limits = [
      { name: "nothing removed", judged: nothing },
      { name: "trigger hidden (reference)", judged: ceiling },
    ];
    const spec = tableFigure([
      ["edit", "payload", "in 16", "KL", "4", "8", "16 tokens", "gap closed", "clean", "prompt"],
      paperRow(),
      ...[...limits, ...rows].map(({ name, judged }) => rowOf(name, judged)),
    ], {
      title: "Which edit removes a latent",
      subtitle: [
        `${causal.prompts.judged} prompts; payload: % of answers at once, and within 16 tokens; KL in nats.`,
        "4, 8, 16 tokens: % of stories word for word as without the trigger; gap closed: % of the " +
        "cross-entropy of the true story.",
        "clean: rise of cross-entropy on clean texts, nats a token, edited everywhere and at prompts alone.",
      ],
    });
    const lines = [
      ...limits.flatMap(({ name, judged }) => editLines(name, judged)),
      ...rows.flatMap(({ name, judged }) => editLines(name, judged, PAPER.suppression)),
    ];
    return { spec, lines };
  },
};

function editName(dictionary: string, { edit, latents }: EditPoint): string {
  return `${dictionary} ${latents.map((latent) => `#${latent}`).join(" + ")}: ${edit}`;
}

function paperRow(): string[] {
  const { payload, words } = PAPER.suppression, none = "–";
  return [
    "paper: attention features",
    ...[String(payload.value), none, none, none, none, String(words.value)],
    ...[none, none, none],
  ];
}

function rowOf(name: string, judged: Judged): string[] {
  const { payload, generated, KL, words, storyClosed, clean, cleanPrompt } = judged;
  const percent = ({ count, of }: Count) => formatNumber(100 * count / of, { digits: 0 });
  return [
    name,
    percent(payload),
    generated ? percent(generated) : "–",
    formatNumber(KL.value, { digits: 2 }),
    ...words.map(percent),
    storyClosed ? formatNumber(100 * storyClosed.value, { digits: 0 }) : "–",
    formatNumber(clean, { digits: 4 }),
    cleanPrompt === undefined ? "–" : formatNumber(cleanPrompt, { digits: 4 }),
  ];
}

/** Nothing is published of what is no edit. */
function editLines(
  name: string,
  judged: Judged,
  paper?: Record<"payload" | "words", Published>,
): Line[] {
  return [
    shareLine(`${name}: payloads`, judged.payload, {
      paper: paper?.payload,
      note: judgedWords(judged),
    }),
    shareLine(`${name}: word for word for 16 tokens`, judged.words[2], { paper: paper?.words }),
  ];
}
