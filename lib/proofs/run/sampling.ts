/**
 * Estimates of an accuracy: plain Monte Carlo stratified by the last token, and importance sampling over strata.
 *
 * A stratum of the importance sampling is (m, q, n, L): maximum m, last token q, n other tokens among the K - 1 free
 * positions, L the largest of them. The published code draws n - 1 tokens from 0..L, adds one L and shuffles, and
 * weighs all draws of a stratum alike; a sequence with j copies of L is then drawn j times too often. Weighing it by
 * C(K-1,n) n (L+1)^(n-1) / (j draws v^K) repairs that.
 * @module
 */
import type { Random } from "../../random.ts";
import { binomials } from "../counting.ts";
import { type PlainModel, rightAnswers } from "./plain_model.ts";
import type { Accuracy, ImportanceSample } from "./results.ts";

/** `draws` sequences (at least one for each last token), their last tokens evenly spread. */
export function monteCarlo(model: PlainModel, draws: number, random: Random): Accuracy {
  const { v, K } = model;
  const isRight = rightAnswers(model);
  const each = Math.ceil(draws / v);
  const tokens = new Uint16Array(K);
  let value = 0, variance = 0;
  for (let q = 0; q < v; q++) {
    tokens[K - 1] = q;
    let right = 0;
    for (let n = 0; n < each; n++) {
      for (let i = 0; i < K - 1; i++) tokens[i] = random.int(v);
      if (isRight(tokens)) right++;
    }
    const share = right / each;
    value += share / v;
    // One success and one failure added, so that a query without errors keeps an uncertainty.
    const smooth = (right + 1) / (each + 2);
    variance += smooth * (1 - smooth) / each / v ** 2;
  }
  return { value, standardError: Math.sqrt(variance) };
}

/** `perStratum` draws a stratum; smaller strata are enumerated. */
export function importanceSample(
  model: PlainModel,
  perStratum: number,
  random: Random,
): ImportanceSample {
  const { v, K } = model;
  const F = K - 1, isRight = rightAnswers(model);
  const choose = binomials(F)[F].map(Number);
  const total = v ** K;
  const tokens = new Uint16Array(K), free = new Uint16Array(F);
  let value = 0, published = 0, variance = 0, weights = 0, draws = 0;
  for (let m = 0; m < v; m++) {
    for (let q = 0; q <= m; q++) {
      tokens[F] = q;
      const most = m === 0 ? 0 : q === m ? F : F - 1;
      for (let n = 0; n <= most; n++) {
        for (let L = 0; L < (n === 0 ? 1 : m); L++) {
          const size = n === 0 ? 1 : choose[n] * ((L + 1) ** n - L ** n);
          if (size <= perStratum) {
            let right = 0;
            for (const filling of fillings({ F, m, n, L })) {
              tokens.set(filling);
              if (isRight(tokens)) right++;
              draws++;
            }
            value += right / total;
            published += right / total;
            continue;
          }
          const weight = choose[n] * n * (L + 1) ** (n - 1) / total;
          let sum = 0, squares = 0, right = 0;
          for (let d = 0; d < perStratum; d++) {
            const j = drawFilling(free, { m, n, L, random });
            tokens.set(free);
            const wrong = isRight(tokens) ? 0 : weight / j;
            if (wrong === 0) right++;
            sum += wrong;
            squares += wrong * wrong;
          }
          draws += perStratum;
          // Counting the wrong ones: the stratum's size is known, so only they vary.
          value += size / total - sum / perStratum;
          published += size / total * right / perStratum;
          variance += (squares / perStratum) / perStratum;
          weights += (size / total) ** 2 / perStratum;
        }
      }
    }
  }
  // Two draws that are both right show no variance: at least what the mean error rate would give everywhere.
  const least = weights * (1 - value) * value;
  return { draws, value, standardError: Math.sqrt(Math.max(variance, least, 0)), published };
}

/** Fills `free` as the published code does; returns how many copies of L there are. */
function drawFilling(
  free: Uint16Array,
  { m, n, L, random }: { m: number; n: number; L: number; random: Random },
): number {
  free.fill(m);
  free[0] = L;
  for (let i = 1; i < n; i++) free[i] = random.int(L + 1);
  let copies = 0;
  for (let i = 0; i < n; i++) if (free[i] === L) copies++;
  random.shuffle(free);
  return copies;
}

/** All fillings of F positions with n tokens below m, the largest of them L, and m elsewhere. */
function* fillings(
  { F, m, n, L }: { F: number; m: number; n: number; L: number },
): Generator<number[]> {
  const filling: number[] = [];
  function* place(left: number, seen: boolean): Generator<number[]> {
    if (filling.length === F) {
      if (left === 0 && (seen || n === 0)) yield filling;
      return;
    }
    if (F - filling.length > left) {
      filling.push(m);
      yield* place(left, seen);
      filling.pop();
    }
    for (let t = 0; left > 0 && t <= L; t++) {
      filling.push(t);
      yield* place(left - 1, seen || t === L);
      filling.pop();
    }
  }
  yield* place(n, false);
}
