/**
 * The names of all proof strategies, and what each is made of.
 *
 *   brute-force, cubic, N1, N1n, N2, N3, N3n, N4, N4-partition, N5
 *   published/<attention error>/<attention handling>/<direct path>    the 100 subcubic ones as published, unsound
 *   sound/<attention error>/<attention handling>/<direct path>        the same, repaired
 *   N6/<attention error>/<attention handling>/<direct path>           repaired, with sharper terms
 *   N5/<attention error>/<direct path>                                N5 on approximate scores or direct path
 * @module
 */
import { expectForm, oneOf } from "../io/form.ts";
import { nearestNames } from "../io/nearest.ts";
import { show } from "../io/show.ts";
import { ATTENTION_ERRORS, type AttentionError } from "./subcubic/attention_error.ts";
import { ATTENTION_HANDLINGS } from "./subcubic/concentration.ts";
import { DIRECT_PATHS, type DirectPath } from "./subcubic/direct_path.ts";
import type { MaxOfKConfig } from "./max_of_k.ts";
import type { SubcubicParts } from "./subcubic/subcubic.ts";

export type Strategy =
  | {
    theorem: "brute-force" | "cubic" | "N1" | "N1n" | "N2" | "N3" | "N3n" | "N4" | "N4-partition";
  }
  | { theorem: "N5"; attention: AttentionError; direct: DirectPath | "exact" }
  | { theorem: "published" | "subcubic"; parts: SubcubicParts };

const PLAIN = [
  "brute-force",
  "cubic",
  "N1",
  "N1n",
  "N2",
  "N3",
  "N3n",
  "N4",
  "N4-partition",
  "N5",
] as const;
const EXACT: AttentionError = "exact_EQKE+max_diff_exact";
/** N6 needs the exact EU; L0 is 0 or one of the two shared rows. */
const N6_DIRECT = ["max_diff_exact", "mean_query+max_diff", "svd_query+max_diff"] as const;

const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(allStrategies());

/** Every name, in the order of the header. */
export function strategyNames(): string[] {
  return [...STRATEGIES.keys()];
}

/** The 102 strategies of the paper: brute force, cubic, and the subcubic ones as `published` or `sound`. */
export function paperStrategies(variant: "published" | "sound"): string[] {
  expectForm("list strategies", variant, oneOf(["published", "sound"]));
  return [
    "brute-force",
    "cubic",
    ...strategyNames().filter((name) => name.startsWith(`${variant}/`)),
  ];
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

/** Groups of arXiv 2406.11779's figures, for subcubic strategies; else the theorem's name. */
export function strategyGroup(strategy: Strategy): string {
  if (strategy.theorem !== "published" && strategy.theorem !== "subcubic") return strategy.theorem;
  const { attention, direct } = strategy.parts;
  const cheapDirect = ["max_diff", "mean_query+max_diff", "svd_query+max_diff"].includes(direct);
  const cheapAttention = attention.endsWith("_recursive")
    ? "attention-quadratic"
    : attention === EXACT || attention === "max_diff_exact"
    ? ""
    : "attention-vd^2";
  const group = [cheapAttention, cheapDirect && !strategy.parts.sharper ? "direct-quadratic" : ""];
  return group.filter((part) => part !== "").join(", ") || "subcubic";
}

/**
 * How many function values a black box would have to supply (arXiv 2406.11779, "unexplained dimension").
 * N1 to N5 use every table exactly, as the cubic proof does; approximate parts count as the subcubic ones do.
 */
export function unexplainedDimension(strategy: Strategy, config: MaxOfKConfig): number {
  const { d_vocab: v, d_model: d, n_ctx: K } = config;
  const exact = { EU: v * v, PVOU: K * v, EQKE: v * v, EQKP: v * K, EVOU: v * v };
  const scores = (attention: AttentionError) => {
    switch (attention) {
      case EXACT:
        return v * v;
      case "svd":
        return 2 * v;
      case "max_diff_exact":
        return 4 * v;
      default:
        return (attention.startsWith("mean") ? 3 * v : 2 * v) + 2 * d;
    }
  };
  const direct = (name: DirectPath) => {
    if (name === "global_max_diff_exact") return 2;
    if (name === "max_diff_exact") return 2 * v;
    return name === "max_diff" ? v * d + 2 : v + v * d + 2;
  };
  switch (strategy.theorem) {
    case "brute-force":
      return v ** (K + 1);
    case "published":
      return v * v + v + direct(strategy.parts.direct) + scores(strategy.parts.attention);
    case "subcubic": {
      const { attention, direct: name, sharper } = strategy.parts;
      return v * v + v + (sharper ? v * v : direct(name)) + scores(attention);
    }
    case "N5": {
      const EU = strategy.direct === "exact" ? exact.EU : direct(strategy.direct);
      return EU + exact.PVOU + scores(strategy.attention) + exact.EQKP + exact.EVOU;
    }
    default:
      return exact.EU + exact.PVOU + exact.EQKE + exact.EQKP + exact.EVOU;
  }
}

function* allStrategies(): Generator<[string, Strategy]> {
  for (const theorem of PLAIN) {
    yield [
      theorem,
      theorem === "N5" ? { theorem, attention: EXACT, direct: "exact" } : { theorem },
    ];
  }
  for (const variant of ["published", "sound", "N6"] as const) {
    for (const attention of ATTENTION_ERRORS) {
      for (const handling of ATTENTION_HANDLINGS) {
        for (const direct of variant === "N6" ? N6_DIRECT : DIRECT_PATHS) {
          const parts = { attention, handling, direct, sharper: variant === "N6" };
          const theorem = variant === "published" ? "published" : "subcubic";
          yield [`${variant}/${attention}/${handling}/${direct}`, { theorem, parts }];
        }
      }
    }
  }
  for (const attention of ATTENTION_ERRORS) {
    for (const direct of ["exact", ...DIRECT_PATHS] as const) {
      if (attention === EXACT && direct === "exact") continue;
      yield [`N5/${attention}/${direct}`, { theorem: "N5", attention, direct }];
    }
  }
}
