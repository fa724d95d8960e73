/**
 * Evaluations with errors of one's choice, in float64 or float32: every operation is off by what
 * its class allows at most, in a direction that is drawn, sums go by random trees.
 */
import type { EvaluationClass } from "../../../lib/proofs/evaluation/classes.ts";
import type { Evaluator } from "../../../lib/proofs/evaluation/evaluate.ts";
import { type MaxOfKModel, maxOfKShapes } from "../../../lib/proofs/max_of_k.ts";
import { lcg } from "../tiny_models.ts";

/** A class of one's own, without the errors that are not named. */
export function only(errors: Partial<EvaluationClass>): EvaluationClass {
  const none = { round: 0, exp: 0, expSlope: 0, divide: 0, scale: 0, input: 0 };
  return { ...none, ...errors, name: "own" };
}

/**
 * An evaluator of the class. `lean` in [-1, 1] pulls all errors to one side; with `flush`, subnormal
 * numbers become 0.
 */
export function emulator(
  { round, exp, expSlope, divide, scale, input }: Omit<EvaluationClass, "name">,
  { seed, lean = 0, flush = false }: { seed: number; lean?: number; flush?: boolean },
): Evaluator {
  const next = lcg(seed);
  const sign = () => next() < (1 + lean) / 2 ? 1 : -1;
  const fl = (x: number) => flush && Math.abs(x) < 2 ** -126 ? 0 : x;
  const off = (x: number, error: number) => fl(fl(x) * (1 + sign() * error));
  const plus = (a: number, b: number) => off(fl(a) + fl(b), round);
  const tree = (terms: number[]): number => {
    while (terms.length > 1) {
      const take = () => terms.splice(Math.floor(next() * terms.length), 1)[0];
      terms.push(plus(take(), take()));
    }
    return terms[0];
  };
  const subtractsLargest = next() < 0.5;
  return {
    dot(a, b) {
      return tree(Array.from(a, (x, n) => {
        const p = off(x, input) * off(b[n], input);
        return next() < 0.5 ? off(p, round) : p;
      }));
    },
    sum: (a) => tree(Array.from(a)),
    plus,
    exp: (x) => off(Math.exp(x), exp + expSlope * Math.abs(x)),
    divide: (a, b) => off(a / b, divide),
    scale: (x, d_head) => off(x / Math.sqrt(d_head), scale),
    subtractsLargest,
  };
}

/** A model of normal-looking weights of a size, in general position. */
export function someModel(
  seed: number,
  { size = 1, ...sizes }: Partial<MaxOfKModel["config"]> & { size?: number } = {},
): MaxOfKModel {
  const config = { d_vocab: 4, d_model: 3, d_head: 4, n_ctx: 3, ...sizes };
  const next = lcg(seed);
  const weights = Object.entries(maxOfKShapes(config)).map(([name, [rows, cols]]) => [
    name,
    Float32Array.from(
      { length: rows * cols },
      () => size * (next() + next() + next() + next() - 2),
    ),
  ]);
  return { config, ...Object.fromEntries(weights) };
}

/** All v^K sequences. */
export function everySequence({ config: { d_vocab: v, n_ctx: K } }: MaxOfKModel): number[][] {
  return Array.from(
    { length: v ** K },
    (_, n) => Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v),
  );
}
