/**
 * Tables widened by what a class of float32 evaluations may do. A theorem whose proof uses only
 * that each weight and each difference of table entries lies in its enclosure, position by
 * position, then speaks of every evaluation of the class: so many sequences are right in all of
 * them, strictly and so whatever the rule for ties; at most so many in any.
 * @module
 */
import { down, type Enclosure, up } from "../arithmetic/interval.ts";
import type { ProofTables } from "../tables/folded.ts";
import type { EvaluationClass } from "./classes.ts";
import { evaluationWidths } from "./widths.ts";

/** The tables for every evaluation of the class; PVOU, expEQP and the exact tables stay. */
export function widen(tables: ProofTables, errors: EvaluationClass): ProofTables {
  const widths = evaluationWidths(tables.model, errors);
  return {
    ...tables,
    EVOU: moved(tables.EVOU, widths.EVOU),
    EU: moved(tables.EU, widths.EU),
    expEQK: spreadWeights(tables.expEQK, widths.spread),
    evaluation: { errors, widths },
  };
}

/** Weights from 0, each divided or multiplied by its factor from 1. */
export function spreadWeights({ lo, hi }: Enclosure, factor: Float64Array): Enclosure {
  return {
    lo: lo.map((w, i) => Math.max(0, down(w / factor[i]))),
    hi: hi.map((w, i) => up(w * factor[i])),
  };
}

function moved({ lo, hi }: Enclosure, width: Float64Array): Enclosure {
  return {
    lo: lo.map((x, i) => down(x - width[i])),
    hi: hi.map((x, i) => up(x + width[i])),
  };
}
