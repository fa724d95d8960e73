/**
 * Sequences whose answer depends on the order of summation, found by trying: plain float32,
 * correctly rounded, every sum of an evaluation in one of many orders. What is found shows that a
 * count in real arithmetic is no statement about a run; what is not found proves nothing.
 * @module
 */
import { stream } from "../../numerics/random.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { evaluateLogits, type Evaluator, wrongBy } from "./evaluate.ts";

/** A way to add numbers in float32. */
export interface Order {
  name: string;
  sum(terms: ArrayLike<number>): number;
}

const { fround } = Math;

/** One after the other, the terms taken in a given order of their places or values. */
function chain(name: string, places: (terms: ArrayLike<number>) => number[]): Order {
  return {
    name,
    sum: (terms) => places(terms).reduce((sum, n) => fround(sum + terms[n]), 0),
  };
}

const everyPlace = (terms: ArrayLike<number>) => Array.from({ length: terms.length }, (_, n) => n);
const byValue = (key: (x: number) => number) => (terms: ArrayLike<number>) =>
  everyPlace(terms).sort((a, b) => key(terms[a]) - key(terms[b]) || a - b);

/** `lanes` running sums over strided terms, then the lanes pair by pair, as vector units add. */
function inLanes(lanes: number): Order {
  return {
    name: `${lanes} lanes`,
    sum(terms) {
      let sums = new Array<number>(Math.min(lanes, terms.length)).fill(0);
      for (let n = 0; n < terms.length; n++) {
        sums[n % sums.length] = fround(sums[n % sums.length] + terms[n]);
      }
      while (sums.length > 1) {
        const half = Math.ceil(sums.length / 2);
        sums = sums.slice(0, half).map((x, n) => fround(x + (sums[half + n] ?? 0)));
      }
      return sums[0] ?? 0;
    },
  };
}

function shuffled(n: number): Order {
  const random = stream(n, "summation order");
  const kept = new Map<number, number[]>();
  return chain(`random ${n}`, (terms) => {
    const known = kept.get(terms.length);
    if (known) return known;
    const places = random.permutation(terms.length);
    kept.set(terms.length, [...places]);
    return [...places];
  });
}

/** Ten orders with names and as many random ones as asked for. */
export function summationOrders(random: number): Order[] {
  return [
    chain("first to last", everyPlace),
    chain("last to first", (terms) => everyPlace(terms).reverse()),
    ...[2, 4, 8, 16].map(inLanes),
    chain("largest first", byValue((x) => -Math.abs(x))),
    chain("smallest first", byValue(Math.abs)),
    chain("positive first", byValue((x) => -x)),
    chain("negative first", byValue((x) => x)),
    ...Array.from({ length: random }, (_, n) => shuffled(n)),
  ];
}

/** Float32 with correct rounding, all sums in one order. */
export function evaluatorOf({ sum }: Order, { subtractsLargest = true } = {}): Evaluator {
  return {
    dot: (a, b) => sum(Array.from(a, (x, n) => fround(x * b[n]))),
    sum,
    plus: (a, b) => fround(a + b),
    exp: (x) => fround(Math.exp(x)),
    divide: (a, b) => fround(a / b),
    scale: (x, d_head) => fround(x / fround(Math.sqrt(d_head))),
    subtractsLargest,
  };
}

/** Float64 throughout: what the float32 evaluations are near to, to about 1e-13 logits. */
export const FLOAT64: Evaluator = {
  dot: (a, b) => Array.from(a, (x, n) => x * b[n]).reduce((sum, x) => sum + x, 0),
  sum: (terms) => Array.from(terms).reduce((sum, x) => sum + x, 0),
  plus: (a, b) => a + b,
  exp: Math.exp,
  divide: (a, b) => a / b,
  scale: (x, d_head) => x / Math.sqrt(d_head),
  subtractsLargest: true,
};

/** A sequence, and the evaluations that answer it rightly and wrongly; a tie is wrong. */
export interface OrderDependent {
  /** The sequence, [K]. */
  tokens: number[];
  /** Orders that answer it rightly. */
  right: string[];
  /** Orders that answer it wrongly. */
  wrong: string[];
}

/** Times the error of the named orders that the random ones are given. */
const REACH = 8;

/**
 * The sequences among those given whose answer differs between evaluations: the named orders, then
 * as many random ones where the named ones come within an eighth of the margin, each with and
 * without the largest score subtracted.
 */
export function orderDependent(
  model: MaxOfKModel,
  sequences: readonly number[][],
  { random = 50 }: { random?: number } = {},
): OrderDependent[] {
  const ways = summationOrders(random).flatMap((order) =>
    [true, false].map((subtractsLargest) => ({
      name: subtractsLargest ? order.name : `${order.name}, plain softmax`,
      evaluator: evaluatorOf(order, { subtractsLargest }),
    }))
  );
  const named = ways.slice(0, ways.length - 2 * random), others = ways.slice(named.length);
  return sequences.flatMap((tokens) => {
    const wrongIn = (evaluator: Evaluator) =>
      wrongBy(evaluateLogits(model, tokens, evaluator), tokens);
    const exact = wrongIn(FLOAT64);
    const evaluated = (some: typeof ways) =>
      some.map(({ name, evaluator }) => ({ name, value: wrongIn(evaluator) }));
    const first = evaluated(named);
    const error = Math.max(...first.map(({ value }) => Math.abs(value - exact)));
    const all = Math.abs(exact) > REACH * error ? first : [...first, ...evaluated(others)];
    const names = (right: boolean) =>
      all.filter(({ value }) => value < 0 === right).map(({ name }) => name);
    const right = names(true), wrong = names(false);
    return right.length > 0 && wrong.length > 0 ? [{ tokens, right, wrong }] : [];
  });
}
