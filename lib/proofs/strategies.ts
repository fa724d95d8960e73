/**
 * The names of all proof strategies: every theorem with every choice of its parts.
 *
 *   brute-force, cubic, N1, ...    a theorem by its own name, where it is one strategy or its parts are exact
 *   published/<attention error>/<attention handling>/<direct path>    the 100 subcubic ones as published, unsound
 *   sound/<attention error>/<attention handling>/<direct path>        the same, repaired
 *   N6/<attention error>/<attention handling>/<direct path>           repaired, with sharper terms
 *   N5/<attention error>/<direct path>                                N5 on approximate scores or direct path
 * @module
 */
import { expectForm, oneOf } from "../io/form.ts";
import { nearestNames } from "../io/nearest.ts";
import { show } from "../io/show.ts";
import type { StrategyOf, Theorem } from "./theorem.ts";
import { THEOREMS } from "./theorems/mod.ts";

/** A strategy and the theorem that it takes. */
export type Strategy = StrategyOf<unknown> & { theorem: Theorem };

const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  THEOREMS.flatMap((theorem) =>
    theorem.strategies.map((strategy) => [strategy.name, { ...strategy, theorem }])
  ),
);

/** Every name, theorem by theorem. */
export function strategyNames(): string[] {
  return [...STRATEGIES.keys()];
}

/**
 * The 102 strategies of the paper: brute force, cubic, and the subcubic ones as `published` or
 * `sound`.
 */
export function paperStrategies(variant: "published" | "sound"): string[] {
  expectForm("list strategies", variant, oneOf(["published", "sound"]));
  const kinds = ["brute-force", "cubic", variant];
  return [...STRATEGIES.values()].filter(({ kind }) => kinds.includes(kind))
    .map(({ name }) => name);
}

/** What a name means; throws with the nearest names. */
export function parseStrategy(name: string): Strategy {
  const strategy = STRATEGIES.get(name);
  if (strategy) return strategy;
  const near = nearestNames(`${name}`, STRATEGIES.keys(), 3).join(", ");
  throw new RangeError(
    `Cannot prove by ${show(name)}: expected a strategy's name but found none like it: ` +
      `try ${near}, or --strategy list`,
  );
}
