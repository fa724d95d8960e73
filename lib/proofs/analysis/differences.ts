/** Differences of attention scores between two tokens, for one query. @module */
import { stream } from "../../numerics/random.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { scoreTables } from "./ablations.ts";

/** EQKE / sqrt(d_head). */
function scores(model: MaxOfKModel): { v: number; score: (q: number, t: number) => number } {
  const { d_vocab: v, d_head } = model.config;
  const { data } = scoreTables(model).EQKE;
  const scale = 1 / Math.sqrt(d_head);
  return { v, score: (q, t) => data[q * v + t] * scale };
}

/** `n` drawn triples (q, i, j), i > j: i - j, and the score of i minus that of j. */
export function drawnDifferences(
  model: MaxOfKModel,
  { seed, n }: { seed: number; n: number },
): { gap: number; difference: number }[] {
  const { v, score } = scores(model);
  const random = stream(seed, "attention differences");
  return Array.from({ length: n }, () => {
    const q = random.int(v), a = random.int(v), b = random.int(v - 1);
    const other = b < a ? b : b + 1;
    const i = Math.max(a, other), j = Math.min(a, other);
    return { gap: i - j, difference: score(q, i) - score(q, j) };
  });
}

/** Score differences over i - j for all q and i > j. */
export function allSlopes(model: MaxOfKModel): Float64Array {
  const { v, score } = scores(model);
  const slopes = new Float64Array(v * v * (v - 1) / 2);
  let at = 0;
  for (let q = 0; q < v; q++) {
    for (let i = 1; i < v; i++) {
      for (let j = 0; j < i; j++) slopes[at++] = (score(q, i) - score(q, j)) / (i - j);
    }
  }
  return slopes;
}
