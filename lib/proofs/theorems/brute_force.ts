/**
 * Every sequence of a tiny model, decided exactly: the truth that all bounds are compared with.
 *
 * Slow on purpose: one sequence after the other, float64 intervals first and BigInt where they do
 * not decide.
 * @module
 */
import {
  down,
  type Enclosure,
  timesWeightDown,
  timesWeightUp,
  up,
} from "../arithmetic/interval.ts";
import { type ExpTerm, signOfSum } from "../arithmetic/sign.ts";
import { matmulFlops, softmaxFlops } from "../tables/flops.ts";
import type { ProofTables } from "../tables/folded.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import { type Prover, single, type Theorem } from "../theorem.ts";
import { refuseSize } from "./errors.ts";

export const bruteForce: Theorem = {
  ...single("brute-force"),
  title: "Every sequence, decided exactly",
  source: "paper",
  sound: true,
  options: [],
  planned: [], // enumerated apart, on the GPU
  growth: 3,
  verify: enumerate,
  forTasks: { strategy: "brute-force", planned: [], verify: enumerate },
  counted: ({ tables }, certified) => ({
    certified,
    atMost: certified,
    flops: bruteForceFlops(tables),
  }),
  dimension: (_, { d_vocab, n_ctx }) => d_vocab ** (n_ctx + 1),
};

function enumerate({ tables, task }: Prover): Verification {
  const { v, K } = tables;
  if (!(v ** K <= TINY_LIMIT)) {
    refuseSize("brute-force here", `${v}^${K} sequences`, `${TINY_LIMIT}`, "certify()");
  }
  const { right, count, unsettled } = bruteForceTiny(tables, task?.answer);
  const byPair = Array.from(right, (n) => BigInt(n));
  return { ...sumPairs(byPair, bruteForceFlops(tables)), atMost: BigInt(count + unsettled) };
}

/** Right answers, strictly: a tie between the answer and another token is wrong. */
export interface BruteForce {
  /** Right sequences with last token q and answer m, the maximum unless asked otherwise: at q * v + m. */
  right: Float64Array;
  /** Their sum. */
  count: number;
  /** v^K. */
  sequences: number;
  /** Sequences that float64 intervals left open. */
  undecided: number;
  /**
   * Those of them that are neither right nor wrong for certain: none in real arithmetic, where all
   * are decided exactly; those whose answer may depend on the evaluation where the tables are
   * widened for a class of them.
   */
  unsettled: number;
}

/** More sequences than this belong to the checker's or the GPU's enumeration. */
const TINY_LIMIT = 1 << 17;

/**
 * Enumerates v^K sequences; throws above TINY_LIMIT. With widened tables it counts what is right in
 * every float32 evaluation.
 */
export function bruteForceTiny(tables: ProofTables, answer = largestToken): BruteForce {
  const { v, K } = tables;
  const sequences = v ** K;
  if (!(sequences <= TINY_LIMIT)) {
    throw new RangeError(
      `Cannot enumerate: expected at most ${TINY_LIMIT} sequences but found ${v}^${K}: ` +
        `take a smaller model or the strategy brute-force`,
    );
  }
  const right = new Float64Array(v * v);
  const tokens = new Array<number>(K);
  let count = 0, undecided = 0, unsettled = 0;
  for (let n = 0; n < sequences; n++) {
    for (let i = 0, rest = n; i < K; i++, rest = Math.floor(rest / v)) tokens[i] = rest % v;
    const m = answer(tokens), q = tokens[K - 1];
    const decision = decideSequence(tables, tokens, m);
    undecided += decision.open;
    if (decision.answer === "right") right[q * v + m] += 1, count++;
    if (decision.answer === "depends") unsettled++;
  }
  return { right, count, sequences, undecided, unsettled };
}

const largestToken = (tokens: readonly number[]) => Math.max(...tokens);

/** What is known of one sequence, and how many of its comparisons intervals left open. */
export interface Decision {
  /** "depends" where an evaluation of the widened tables' class may find either. */
  answer: "right" | "wrong" | "depends";
  open: number;
}

/**
 * Decides a sequence whose right answer is m, the largest token by default: in intervals, and exactly
 * where these do not and the tables are real.
 */
export function decideSequence(
  tables: ProofTables,
  tokens: readonly number[],
  m = largestToken(tokens),
): Decision {
  let open = 0, answer: Decision["answer"] = "right";
  for (let x = 0; x < tables.v; x++) {
    if (x === m) continue;
    const [lo, hi] = weightedDifference(tables, tokens, [x, m]);
    if (hi < 0) continue;
    if (lo > 0) return { answer: "wrong", open };
    open++;
    if (tables.evaluation) answer = "depends";
    else if (exactSign(tables, tokens, [x, m]) >= 0) return { answer: "wrong", open };
  }
  return { answer, open };
}

/** One forward pass a sequence: attention, its mix of the token vectors, logits, comparison. */
export function bruteForceFlops({ model, v, K }: ProofTables): number {
  const { d_model: d, d_head: h } = model.config;
  const projections = K * d + 3 * matmulFlops(K, d, h);
  const attention = matmulFlops(K, h, K) + K * K + K * softmaxFlops(K);
  const mix = matmulFlops(K, K, h) + matmulFlops(K, h, d) + K * d + matmulFlops(K, d, v);
  return v ** K * (projections + attention + mix + 2 * v);
}

/** Ends of the softmax denominator times logit[x] - logit[m]. */
function weightedDifference(
  tables: ProofTables,
  tokens: readonly number[],
  [x, m]: [number, number],
): [number, number] {
  const { v, K, EVOU, PVOU, EU, expEQK, expEQP } = tables;
  const q = tokens[K - 1];
  const difference = (table: Enclosure, row: number): [number, number] => [
    down(table.lo[row * v + x] - table.hi[row * v + m]),
    up(table.hi[row * v + x] - table.lo[row * v + m]),
  ];
  const direct = difference(EU, q);
  let lo = 0, hi = 0;
  for (let i = 0; i < K; i++) {
    const token = difference(EVOU, tokens[i]), position = difference(PVOU, i);
    const low = down(down(token[0] + position[0]) + direct[0]);
    const high = up(up(token[1] + position[1]) + direct[1]);
    const a = q * v + tokens[i], b = q * K + i;
    const wLow = Math.max(0, down(expEQK.lo[a] * expEQP.lo[b]));
    const wHigh = up(expEQK.hi[a] * expEQP.hi[b]);
    lo = down(lo + timesWeightDown(low, wLow, wHigh));
    hi = up(hi + timesWeightUp(high, wLow, wHigh));
  }
  return [lo, hi];
}

/** Exact sign of logit[x] - logit[m]. */
function exactSign(
  tables: ProofTables,
  tokens: readonly number[],
  [x, m]: [number, number],
): number {
  const { v, K } = tables;
  const { EQK, EQP, EVOU, PVOU, EU } = tables.exact;
  const q = tokens[K - 1];
  const logits = Math.min(EVOU.exponent, PVOU.exponent, EU.exponent);
  const scores = Math.min(EQK.exponent, EQP.exponent);
  const difference = ({ values, exponent }: typeof EU, row: number) =>
    (values[row * v + x] - values[row * v + m]) << BigInt(exponent - logits);
  const terms: ExpTerm[] = tokens.map((t, i) => ({
    coefficient: difference(EVOU, t) + difference(PVOU, i) + difference(EU, q),
    score: (EQK.values[q * v + t] << BigInt(EQK.exponent - scores)) +
      (EQP.values[q * K + i] << BigInt(EQP.exponent - scores)),
  }));
  return signOfSum(terms, { exponent: scores, d_head: tables.model.config.d_head });
}
