/**
 * What the brute-force kernel adds up: float32 tables whose every rounding, on the CPU and on the
 * GPU, is bounded.
 *
 * For a sequence with last token q, the softmax denominator times logit[x] is Σ_i w(i, t_i)
 * (EVOU[t_i, x] + PVOU[i, x] + EU[q, x]), w(i, t) = e^((EQK[q, t] + EQP[q, i]) / sqrt(d_head)). A
 * margin is a difference of two of these, so a term may be moved by what is the same for all x (its
 * mid-range, which halves it), and all terms of one q may be multiplied by one power of two: the
 * largest possible sum is put near 2^100, so that weights e^150 below the largest are still normal
 * numbers.
 *
 * Error, u = 2^-24. WGSL lets an addition give either neighbour, so up to 2 u relative. Per logit:
 * u for the rounding to float32, 2 (K - 1) u for the additions; twice that for a difference, 2 u
 * for the threshold: 4 K u Σ_i max_x |term|, with 1 % on top for the second order and for the
 * slack's own rounding. A flushed subnormal costs 2^-126. Where a term overflows even float64 the
 * slack is 2^120, beyond every sum, so that all is undecided and the kernel meets neither an
 * infinity nor a NaN, of which WGSL promises nothing.
 *
 * Where the tables are widened for a class of float32 evaluations, the terms are the middles of the
 * enclosures: the weights' half widths count by the range of the logits over x, those of the logits
 * in full.
 * @module
 */
import { powerOfTwo } from "../arithmetic/interval.ts";
import type { ProofTables } from "../tables/folded.ts";

/**
 * How the kernel sees positions: free ones 0 .. K-3 are `outer` and `inner`, position K-2 is
 * `last`.
 */
export interface BruteForceTerms {
  /** Length of a row over x. */
  width: number;
  /** Last tokens in fours. */
  t4: number;
  outerPositions: number;
  /** Tokens of the inner position: d_vocab, or 1 where K = 2 has no such position. */
  inner: number;
  /** [q][1 + outerPositions · v + inner][width]: query, outer and inner terms. */
  rows: Float32Array;
  /** [q][width][4 · t4]; below any sum beyond d_vocab. */
  last: Float32Array;
  /** [q][4 · t4]: `last` at x = t. */
  diagonal: Float32Array;
  /** [q][outerPositions + 2][4 · t4]: outer, inner, last; the query's share is in the last. */
  errors: Float32Array;
}

const U32 = 2 ** -24;
const U64 = 2 ** -53;
const BELOW = -3e38;
/** Undecided whatever the sums, which stay below 2^101; no two or three of these overflow. */
const UNDECIDED = 2 ** 120;

/** Terms of all queries, as the kernel wants them; `width` is d_vocab, padded. */
export function bruteForceTerms(tables: ProofTables, width: number): BruteForceTerms {
  const { v, K } = tables;
  const F = K - 1;
  const t4 = Math.ceil(v / 4);
  const outerPositions = Math.max(0, F - 2), inner = F >= 2 ? v : 1;
  const perQuery = 1 + outerPositions * v + inner;
  const terms: BruteForceTerms = {
    width,
    t4,
    outerPositions,
    inner,
    rows: new Float32Array(v * perQuery * width),
    last: new Float32Array(v * width * 4 * t4),
    diagonal: new Float32Array(v * 4 * t4),
    errors: new Float32Array(v * (outerPositions + 2) * 4 * t4),
  };
  for (let q = 0; q < v; q++) fillQuery(tables, q, terms);
  return terms;
}

function fillQuery(tables: ProofTables, q: number, terms: BruteForceTerms): void {
  const { v, K } = tables;
  const { width, t4, outerPositions, inner, rows, last, diagonal, errors } = terms;
  const F = K - 1, pitch = 4 * t4;
  const row0 = q * (1 + outerPositions * v + inner) * width;
  const error0 = q * (outerPositions + 2) * pitch;
  const slots = Array.from({ length: F }, (_, i) => doubleTerms(tables, { q, i }));
  const query = doubleTerms(tables, { q, i: F });
  const scale = scaleOf([...slots, query]);
  const toSlack = (size: number, error: number) => {
    const exact = 1.01 * 4 * K * U32 * size + 2.02 * scale * error + (4 * K + 8) * 2 ** -126;
    return exact < UNDECIDED ? Math.fround(exact * (1 + 2 ** -22)) : UNDECIDED;
  };
  const store = (values: Float64Array, t: number, put: (x: number, value: number) => void) => {
    let size = 0;
    for (let x = 0; x < v; x++) {
      const value = Math.fround(scale * values[t * v + x]), known = Number.isFinite(value);
      size = Math.max(size, known ? Math.abs(value) : Infinity);
      put(x, known ? value : 0);
    }
    return size;
  };
  const querySize = store(query.values, 0, (x, value) => rows[row0 + x] = value);
  const querySlack = toSlack(querySize, query.errors[0]);
  for (let i = 0; i < F; i++) {
    const isLast = i === F - 1;
    const at = error0 + (isLast ? outerPositions + 1 : i) * pitch;
    for (let t = 0; t < v; t++) {
      const row = row0 + (1 + i * v + t) * width;
      const column = q * width * pitch + t;
      const size = store(slots[i].values, t, (x, value) => {
        if (isLast) last[column + x * pitch] = value;
        else rows[row + x] = value;
      });
      const slack = toSlack(size, slots[i].errors[t]);
      errors[at + t] = isLast ? Math.fround((slack + querySlack) * (1 + 2 ** -22)) : slack;
      if (!isLast) continue;
      diagonal[q * pitch + t] = last[column + t * pitch];
      for (let x = v; x < width; x++) last[column + x * pitch] = BELOW;
    }
  }
}

type DoubleTerms = {
  /** [tokens, v], before scaling. */
  values: Float64Array;
  /** [tokens]: what a value of that token can be wrong by. */
  errors: Float64Array;
};

/**
 * Terms of position i for every token; of the query's own position (i = K - 1) for token q alone.
 */
function doubleTerms(
  { v, K, EVOU, PVOU, EU, expEQK, expEQP, evaluation }: ProofTables,
  { q, i }: { q: number; i: number },
): DoubleTerms {
  const tokens = i === K - 1 ? [q] : Array.from({ length: v }, (_, t) => t);
  const values = new Float64Array(tokens.length * v), errors = new Float64Array(tokens.length);
  const logits = new Float64Array(v);
  tokens.forEach((t, n) => {
    const lo = expEQK.lo[q * v + t] * expEQP.lo[q * K + i];
    const hi = expEQK.hi[q * v + t] * expEQP.hi[q * K + i];
    let size = 0, least = Infinity, most = -Infinity, width = 0;
    for (let x = 0; x < v; x++) {
      const a = t * v + x, b = i * v + x, c = q * v + x;
      const low = EVOU.lo[a] + PVOU.lo[b] + EU.lo[c];
      const high = EVOU.hi[a] + PVOU.hi[b] + EU.hi[c];
      const logit = evaluation ? (low + high) / 2 : low;
      width = Math.max(width, (high - low) / 2);
      logits[x] = logit;
      least = Math.min(least, logit);
      most = Math.max(most, logit);
      const ends = Math.max(Math.abs(EVOU.lo[a]), Math.abs(EVOU.hi[a])) +
        Math.max(Math.abs(PVOU.lo[b]), Math.abs(PVOU.hi[b])) +
        Math.max(Math.abs(EU.lo[c]), Math.abs(EU.hi[c]));
      size = Math.max(size, ends);
    }
    const centre = (least + most) / 2, weight = evaluation ? (lo + hi) / 2 : lo;
    for (let x = 0; x < v; x++) values[n * v + x] = weight * (logits[x] - centre);
    // What is wrong in a difference of two logits counts half for each.
    const widened = (hi - lo) / 4 * (most - least) + hi * width;
    // The ends of a table entry differ by 4 U64 of its size at most; sums and products round;
    // underflow.
    errors[n] = (evaluation ? widened : 2 * size * (hi - lo)) + 64 * U64 * size * hi +
      1e-307 * (1 + size);
  });
  return { values, errors };
}

/** A power of two that puts the largest possible sum into [2^99, 2^100]. */
function scaleOf(slots: DoubleTerms[]): number {
  const largest = slots.reduce((sum, { values }) => {
    let size = 0;
    for (const value of values) size = Math.max(size, Math.abs(value));
    return sum + size;
  }, 0);
  const exponent = largest > 0 ? Math.floor(99 - Math.log2(largest)) : 0;
  return powerOfTwo(Math.max(-1000, Math.min(1000, exponent)));
}
