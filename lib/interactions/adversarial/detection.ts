/** Do token scores tell swapped tokens and poisoned stories from clean ones? @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { bootstrapAuc } from "../../numerics/ranks.ts";
import { stream } from "../../numerics/random.ts";
import { readTensors } from "../../tensor/read.ts";
import { activeParts } from "../players/active_text.ts";
import { textParts } from "../../crosscoder/text_parts.ts";
import { mahalanobis } from "./mahalanobis.ts";
import { countMeetings } from "./never_together.ts";
import type { SiteMlp } from "./potential.ts";
import { type Reference, type TokenScore, tokenScores } from "./token_scores.ts";

/** Area under the ROC curve of a token score, with its interval. */
export type Detection = { auc: number; low: number; high: number };

/** A model, its dictionary and the MLPs whose inputs are sites of it. */
export type Looked = { model: LanguageModel; coder: Crosscoder; mlps: readonly SiteMlp[] };

/**
 * Two tasks. Swapped: some tokens of `clean` replaced at random, told from those that stood there. Poisoned:
 * stories with the backdoor told from clean ones by the mean over their tokens. `known` is the text that
 * both are strange against. AUROC by task and score.
 */
export async function detected(
  { swapped, poisoned }: { swapped: Looked; poisoned: Looked },
  text: Record<"known" | "clean" | "poisoned", readonly Uint32Array[]>,
  { seed }: { seed: number },
): Promise<Record<string, Record<string, Detection>>> {
  const { clean, known } = text, pos = clean[0].length;
  const { changed, chosen } = swap(clean, { d_vocab: swapped.model.config.d_vocab, seed });
  const reference = await referenceOf(swapped, known);
  const [before, after] = [
    await tokenScores(swapped, clean, reference),
    await tokenScores(swapped, changed, reference),
  ];
  const otherReference = await referenceOf(poisoned, known);
  const [own, others] = [
    await tokenScores(poisoned, text.poisoned, otherReference),
    await tokenScores(poisoned, clean, otherReference),
  ];
  const names = Object.keys(before) as TokenScore[];
  const auc = (lower: number[], upper: number[], name: string) =>
    bootstrapAuc(lower, upper, { seed, name, resamples: 300 });
  const at = (scores: Float64Array) => chosen.map((token) => scores[token]);
  return {
    "swapped tokens": Object.fromEntries(
      names.map((name) => [name, auc(at(before[name]), at(after[name]), name)]),
    ),
    "poisoned stories": Object.fromEntries(
      names.map((name) => {
        const [clean, odd] = [others[name], own[name]].map((values) =>
          meansBySequence(values, pos)
        );
        return [name, auc(clean, odd, name)];
      }),
    ),
  };
}

/** Tokens of a sequence that are swapped. */
const SWAPS = 4;

/** Four tokens of each sequence replaced at random, one in each quarter; their numbers in the text. */
function swap(
  text: readonly Uint32Array[],
  { d_vocab, seed }: { d_vocab: number; seed: number },
): { changed: Uint32Array[]; chosen: number[] } {
  const random = stream(seed, "swapped tokens"), chosen: number[] = [];
  const changed = text.map((ids, s) => {
    const own = ids.slice(), quarter = Math.floor(ids.length / SWAPS);
    for (let n = 0; n < SWAPS; n++) {
      const place = n * quarter + random.int(quarter);
      own[place] = random.int(d_vocab);
      chosen.push(s * ids.length + place);
    }
    return own;
  });
  return { changed, chosen };
}

function meansBySequence(values: Float64Array, pos: number): number[] {
  return Array.from(
    { length: values.length / pos },
    (_, s) => values.subarray(s * pos, (s + 1) * pos).reduce((a, b) => a + b, 0) / pos,
  );
}

/** Sequences whose activations give mean and covariance. */
const SPREAD = 48;

async function referenceOf(
  { model, coder }: Looked,
  known: readonly Uint32Array[],
): Promise<Reference> {
  const { sites, d_in } = coder.config, rows: number[][] = sites.map(() => []);
  for await (const { x } of textParts(model, coder, known.slice(0, SPREAD))) {
    for (const [site, values] of (await readTensors(x)).entries()) {
      for (const value of values) rows[site].push(value);
    }
  }
  const counts = countMeetings(await activeParts(model, coder, known));
  return { counts, distances: rows.map((values) => mahalanobis(values, { d_in })) };
}
