/**
 * Accuracy of a model with tables set to zero: all 32 subsets on the same drawn sequences.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { plainFactors } from "../tables/directions.ts";
import {
  addScaled,
  type Matrix,
  meanRow,
  multiply,
  transpose,
} from "../../numerics/linear_algebra.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { ProofTables } from "../tables/folded.ts";

/** Bit b of a subset's index zeroes the b-th of these. */
export const ABLATED = ["EU", "EQKE", "EQKP", "EVOU", "PVOU"] as const;
/** A part of the network that is ablated. */
export type Ablated = typeof ABLATED[number];

/** The index of a set of zeroed tables. */
export function subsetOf(names: readonly Ablated[]): number {
  return names.reduce((bits, name) => bits | 1 << ABLATED.indexOf(name), 0);
}

/** The tables that a subset zeroes. */
export function tablesOf(subset: number): Ablated[] {
  return ABLATED.filter((_, bit) => subset >> bit & 1);
}

/** All subsets, the fewest tables first. */
export const SUBSETS: readonly number[] = Array.from({ length: 2 ** ABLATED.length }, (_, s) => s)
  .sort((a, b) => tablesOf(a).length - tablesOf(b).length || a - b);

/**
 * EQKE [v, v] with the mean position in the keys and EQKP [v, K] with what is left of the
 * positions.
 */
export function scoreTables(model: MaxOfKModel): { EQKE: Matrix; EQKP: Matrix } {
  const { Eq, Ebar, P, W_Q, W_K } = plainFactors(model);
  const queries = multiply(Eq, W_Q);
  const mean = meanRow(P);
  const Phat = addScaled(P, { ...P, data: P.data.map((_, i) => mean.data[i % P.cols]) }, -1);
  const against = (keys: Matrix) => multiply(queries, transpose(multiply(keys, W_K)));
  return { EQKE: against(Ebar), EQKP: against(Phat) };
}

/** Right answers among `draws` uniform sequences for each subset; a tie is wrong. */
export function ablate(tables: ProofTables, draws: number, random: Random): number[] {
  const { v, K, model } = tables;
  const { EQKE, EQKP } = scoreTables(model);
  const scale = 1 / Math.sqrt(model.config.d_head);
  const { EVOU: { lo: EVOU }, PVOU: { lo: PVOU }, EU: { lo: EU } } = tables;
  const right = new Array<number>(32).fill(0);
  const tokens = new Uint16Array(K), scores = new Float64Array(K);
  const copied = new Float64Array(v), moved = new Float64Array(v);
  for (let n = 0; n < draws; n++) {
    let m = 0;
    for (let i = 0; i < K; i++) m = Math.max(m, tokens[i] = random.int(v));
    const q = tokens[K - 1];
    for (let noScores = 0; noScores < 4; noScores++) {
      let top = -Infinity;
      for (let i = 0; i < K; i++) {
        scores[i] = (noScores & 1 ? 0 : EQKE.data[q * v + tokens[i]]) +
          (noScores & 2 ? 0 : EQKP.data[q * K + i]);
        top = Math.max(top, scores[i]);
      }
      let total = 0;
      for (let i = 0; i < K; i++) total += scores[i] = Math.exp((scores[i] - top) * scale);
      copied.fill(0);
      moved.fill(0);
      for (let i = 0; i < K; i++) {
        const a = scores[i] / total, row = tokens[i] * v;
        for (let x = 0; x < v; x++) {
          copied[x] += a * EVOU[row + x];
          moved[x] += a * PVOU[i * v + x];
        }
      }
      for (let others = 0; others < 8; others++) {
        const direct = others & 1 ? 0 : 1, copy = others & 2 ? 0 : 1, move = others & 4 ? 0 : 1;
        const logit = (x: number) => direct * EU[q * v + x] + copy * copied[x] + move * moved[x];
        const own = logit(m);
        let isRight = true;
        for (let x = 0; x < v && isRight; x++) isRight = x === m || logit(x) < own;
        if (isRight) {
          right[subset(noScores, others)]++;
        }
      }
    }
  }
  return right;
}

/** Bits in the order of ABLATED: EU, EQKE, EQKP, EVOU, PVOU. */
function subset(noScores: number, others: number): number {
  return (others & 1) | noScores << 1 | (others >> 1) << 3;
}
