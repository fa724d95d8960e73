/** What stops the backdoor, and what random vectors do in its place, line by line. @module */
import { JUDGED_MEASURES } from "../../../lib/diff/causal/judge/measures.ts";
import { randomDraws } from "../../../lib/diff/causal/set_outcomes.ts";
import { pointOf } from "../../../lib/diff/causal/summary.ts";
import type { CausalResults, Judged } from "../../../lib/diff/stored/causal_results.ts";
import { percentOf } from "../../../lib/numerics/counts.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import {
  formatNumber,
  type Line,
  numberLine,
  shareLine,
  shareText,
} from "../../../lib/report/line.ts";
import { PAPER } from "../paper.ts";
import { PAIRED } from "./causal_latents.ts";
import { DICTIONARIES, type DictionaryName } from "./causal.ts";

/** What the first latents of the greedy order leave, beside random vectors like them. */
export function suppressionLines({ sets, nothing, ceiling }: CausalResults): Line[] {
  return [
    limitLine("payloads left, nothing removed", nothing),
    limitLine("payloads left, the trigger hidden from later tokens", ceiling),
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

/** The same of what is no edit: nothing published goes with it. */
function limitLine(name: string, judged: Judged): Line {
  return shareLine(name, judged.payload, { note: judgedWords(judged) });
}

/** Payload share of one edit, every other measure in the note. */
function judgedLine(name: string, judged: Judged): Line {
  return shareLine(name, judged.payload, {
    paper: PAPER.suppression.payload,
    note: judgedWords(judged),
  });
}

/** Every measure but the payload share at the first tokens, in words. */
export function judgedWords(judged: Judged): string {
  const { generated, KL, words, storyClosed, clean, cleanKL, cleanPrompt } = judged;
  const nats = (value: number) => formatNumber(value, { digits: 4 });
  const closed = storyClosed && formatNumber(100 * storyClosed.value, { unit: "%", digits: 0 });
  return [
    ...(generated ? [`within 16 tokens ${shareText(generated)}`] : []),
    `${JUDGED_MEASURES.KL} ${KL.value.toFixed(2)}`,
    ...(closed ? [`${JUDGED_MEASURES.storyClosed} ${closed}`] : []),
    `${JUDGED_MEASURES.words} for 4, 8, 16 tokens ${words.map(shareText).join(", ")}`,
    `${JUDGED_MEASURES.clean} ${nats(clean)}` +
    (cleanPrompt === undefined ? "" : `, at prompts alone ${nats(cleanPrompt)}`),
    `${JUDGED_MEASURES.cleanKL} ${nats(cleanKL)}`,
  ].join("; ");
}

/** Random vectors in place of the winning set's: the middle draw and the range. */
function randomLines(name: DictionaryName, sets: CausalResults["sets"][string]): Line[] {
  const shares = randomDraws(sets).map(({ payload }) => percentOf(payload)!);
  if (shares.length === 0) return [];
  const [low, high] = [smallest(shares), largest(shares)];
  return [
    numberLine(`${name}: payloads left, random vectors like them`, median(shares), {
      unit: "%",
      digits: 0,
      note:
        `median of ${shares.length} draws, ${low.toFixed(0)} to ${high.toFixed(0)} %; in place ` +
        `of the first latents of the greedy order, at most 2; they keep norms and the angles between ` +
        `sites; ${PAIRED}`,
    }),
  ];
}
