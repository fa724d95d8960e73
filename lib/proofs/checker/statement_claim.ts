/**
 * What a statement with confidence claims, from the number of draws that counted and the number of
 * sequences that they were drawn from, or that N5's sets have together.
 * @module
 */
import { clopperPearsonUpper } from "../arithmetic/binomial.ts";
import type { MaxOfKConfig } from "../max_of_k.ts";
import { reject } from "./reader.ts";

/** How sure a bound is; the other one is the probability with which it may fail. */
export const CONFIDENCES = { "0.99": 0.01, "0.999999": 1e-6 } as const;
/** One of them. */
export type Confidence = keyof typeof CONFIDENCES;

/** What is stated; numbers of sequences as decimal strings. */
export interface StatementClaim {
  /** All sequences: v^K. */
  sequences: string;
  /** Right for certain. */
  certain: string;
  /** Draws that were counted. */
  counted: number;
  /** Right with each confidence. */
  atLeast: Record<Confidence, string>;
  /** Unbiased: the share of right sequences, and how far off it is typically. */
  estimate: number;
  /** The estimate's standard error. */
  standardError: number;
}

/** What follows from draws. `error`: by how much a draw's probabilities may be off; n draws take n times that off the confidence. */
export function claimOf(
  { size, counted }: { size: bigint; counted: number },
  { draws, error, config }: { draws: number; error: number; config: MaxOfKConfig },
): StatementClaim {
  const sequences = BigInt(config.d_vocab) ** BigInt(config.n_ctx);
  const right = (alpha: number) => {
    const left = alpha - draws * error;
    if (!(left >= alpha / 2)) {
      reject(`${draws} draws with rounded counts, too many for confidence ${1 - alpha}: draw less`);
    }
    const limit = clopperPearsonUpper({ count: counted, of: draws }, left);
    const wrong = (size * BigInt(limit * LIMIT_STEPS) + BigInt(LIMIT_STEPS) - 1n) /
      BigInt(LIMIT_STEPS);
    return `${sequences - wrong}`;
  };
  const open = shareOf(size, sequences), smooth = (counted + 1) / (draws + 2);
  return {
    sequences: `${sequences}`,
    certain: `${sequences - size}`,
    counted,
    atLeast: {
      "0.99": right(CONFIDENCES["0.99"]),
      "0.999999": right(CONFIDENCES["0.999999"]),
    },
    estimate: 1 - open * counted / draws,
    // One counted and one not counted added: none of n draws still leaves an uncertainty.
    standardError: open * Math.sqrt(smooth * (1 - smooth) / draws),
  };
}

/** Limits are whole multiples of 1 / LIMIT_STEPS. */
const LIMIT_STEPS = 2 ** 52;

/** a / b in float64, 0 <= a <= b. */
function shareOf(a: bigint, b: bigint): number {
  return Number((a << 60n) / b) / 2 ** 60;
}
