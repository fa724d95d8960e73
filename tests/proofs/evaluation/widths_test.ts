// Widths against evaluations that use them up: errors as large as a class allows, random trees of summation.
import { assert, assertEquals } from "@std/assert";
import { EVALUATIONS } from "../../../lib/proofs/evaluation/classes.ts";
import type { EvaluationClass } from "../../../lib/proofs/evaluation/classes.ts";
import {
  evaluateLogits,
  type Evaluator,
  wrongBy,
} from "../../../lib/proofs/evaluation/evaluate.ts";
import { evaluatorOf, FLOAT64, summationOrders } from "../../../lib/proofs/evaluation/orders.ts";
import { widen } from "../../../lib/proofs/evaluation/widen.ts";
import { evaluationWidths } from "../../../lib/proofs/evaluation/widths.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../../../lib/proofs/strategies.ts";
import { makeTables, type ProofTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny, decideSequence } from "../../../lib/proofs/theorems/brute_force.ts";
import { W1 } from "../tiny_models.ts";
import { emulator, everySequence, only, someModel } from "./emulator.ts";

const KINDS = ["round", "exp", "expSlope", "divide", "scale", "input"] as const;

/** Ends of logit[x] - logit[m] over all evaluations, [v], by the widened tables. */
function ends({ v, K, EVOU, PVOU, EU, expEQK, expEQP }: ProofTables, tokens: number[]) {
  const q = tokens[K - 1], m = Math.max(...tokens);
  return Array.from({ length: v }, (_, x) => {
    const low: number[] = [], high: number[] = [], weight: number[][] = [];
    tokens.forEach((t, i) => {
      const between = ({ lo, hi }: typeof EU, row: number) => [
        lo[row * v + x] - hi[row * v + m],
        hi[row * v + x] - lo[row * v + m],
      ];
      const parts = [between(EVOU, t), between(PVOU, i), between(EU, q)];
      low.push(parts.reduce((sum, [a]) => sum + a, 0));
      high.push(parts.reduce((sum, [, b]) => sum + b, 0));
      weight.push([expEQK.lo, expEQK.hi].map((w) => w[q * v + t]));
      const place = expEQP.lo[q * K + i];
      weight[i] = weight[i].map((w) => w * place);
    });
    // Weighted means: the extreme one has each weight at an end; few positions, so all choices.
    const means = (values: number[]) =>
      Array.from({ length: 2 ** K }, (_, S) => {
        const w = weight.map((ends, i) => ends[S >> i & 1]);
        return w.reduce((sum, a, i) => sum + a * values[i], 0) / w.reduce((a, b) => a + b, 0);
      });
    return [Math.min(...means(low)), Math.max(...means(high))];
  });
}

/** The largest error of a computed difference of logits, 1 where it is as wide as the tables say. */
function used(
  model: MaxOfKModel,
  errors: EvaluationClass,
  { evaluators, sequences = everySequence(model) }: {
    evaluators: Evaluator[];
    sequences?: number[][];
  },
): number {
  const exact = makeTables(model), tables = widen(exact, errors);
  let most = 0;
  for (const tokens of sequences) {
    const wide = ends(tables, tokens), real = ends(exact, tokens), m = Math.max(...tokens);
    for (const by of evaluators) {
      const logits = evaluateLogits(model, tokens, by);
      wide.forEach(([low, high], x) => {
        if (x === m) return;
        const error = logits[x] - logits[m] - real[x][0];
        if (Math.abs(error) < 1e-9) return; // float64's own
        most = Math.max(most, error > 0 ? error / (high - real[x][1]) : error / (low - real[x][0]));
      });
    }
  }
  return most;
}

/** Float32 where every rounding goes up, as WGSL allows, terms with the least key first. */
function roundedUp(key: (x: number) => number): Evaluator {
  const bits = new Int32Array(1), value = new Float32Array(bits.buffer);
  const up = (x: number) => {
    value[0] = x;
    if (value[0] < x) bits[0] += value[0] >= 0 ? 1 : -1;
    return value[0];
  };
  const sum = (terms: ArrayLike<number>) =>
    Array.from(terms).sort((a, b) => key(a) - key(b)).reduce((s, x) => up(s + x), 0);
  return {
    ...evaluatorOf({ name: "rounded up", sum }),
    dot: (a, b) => sum(Array.from(a, (x, n) => up(x * b[n]))),
    sum,
    plus: (a, b) => up(a + b),
  };
}

Deno.test("evaluationWidths() covers each kind of error, and is not much wider than what it allows", () => {
  // Errors of EU stand alone where nothing is copied; those of scores add up where all terms are positive.
  const some = someModel(1, { size: 0.7 }), size = (W: Float32Array) => W.map((x) => Math.abs(x));
  const direct = { ...W1, W_V: W1.W_V.map(() => 0) };
  const positive = {
    ...{ ...some, W_E: size(some.W_E), W_pos: size(some.W_pos) },
    ...{ W_Q: size(some.W_Q), W_K: size(some.W_K).map((x) => 2 * x) },
  };
  // The least of each that emulation must use up: below it a bound would be idle, above 1 false.
  const least = { round: 0.1, exp: 0.4, expSlope: 0.2, divide: 0.2, scale: 0.2, input: 0.1 };
  for (const kind of KINDS) {
    const errors = only({ [kind]: 2 ** -9 });
    const evaluators = Array.from(
      { length: 15 },
      (_, seed) => emulator(errors, { seed, lean: [-1, 0, 1][seed % 3] }),
    );
    let most = 0;
    for (const model of [W1, someModel(1, { size: 0.7 }), direct, positive]) {
      const sequences = everySequence(model).filter((_, n) => n % 5 === 0);
      most = Math.max(most, used(model, errors, { evaluators, sequences }));
    }
    assert(most <= 1.01, `${kind}: an error of ${most} of the width`);
    assert(most >= least[kind], `${kind}: only ${most} of the width`);
  }
});

Deno.test("the spread of weights is what errors of query, key and product make of a score, where all add up", () => {
  const some = someModel(1), size = (W: Float32Array) => W.map((x) => Math.abs(x));
  const model = {
    ...{ ...some, W_E: size(some.W_E), W_pos: size(some.W_pos) },
    ...{ W_Q: size(some.W_Q), W_K: size(some.W_K) },
  };
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const errors = only({ input: 2 ** -14 }), { spread } = evaluationWidths(model, errors);
  const score = (by: Evaluator, [q, i, t]: number[]) => {
    const project = (W: Float32Array, i: number, t: number) => {
      const row = Array.from(
        { length: d },
        (_, c) => by.plus(model.W_E[t * d + c], model.W_pos[i * d + c]),
      );
      const column = (j: number) => row.map((_, c) => W[c * h + j]);
      return Array.from({ length: h }, (_, j) => by.dot(row, column(j)));
    };
    return by.scale(by.dot(project(model.W_Q, K - 1, q), project(model.W_K, i, t)), h);
  };
  const upwards = emulator(errors, { seed: 1, lean: 1 });
  for (let n = 0; n < v * v; n++) {
    const q = Math.floor(n / v), t = n % v;
    const moved = Array.from({ length: K }, (_, i) => {
      return score(upwards, [q, i, t]) - score(FLOAT64, [q, i, t]);
    });
    const used = Math.max(...moved) / Math.log(spread[n]);
    assert(used <= 1.001 && used > 0.99, `${used}`);
  }
});

Deno.test("widen() tells which sequences every evaluation answers rightly, which wrongly: 200 random trees each", () => {
  let flipped = 0, depends = 0;
  for (const [n, model] of [W1, someModel(41, { size: 0.6 })].entries()) {
    // Errors so large that margins are about the width: many answers flip, none of these is certified.
    const errors = only({
      round: 2 ** -8,
      exp: 2 ** -7,
      divide: 2 ** -8,
      scale: 2 ** -8,
      input: 2 ** -9,
    });
    const tables = widen(makeTables(model), errors);
    const evaluators = Array.from(
      { length: n === 0 ? 200 : 60 },
      (_, seed) => emulator(errors, { seed, lean: [-0.9, 0, 0.9][seed % 3] }),
    );
    for (const tokens of everySequence(model)) {
      const { answer } = decideSequence(tables, tokens);
      const wrong = evaluators.map((by) => wrongBy(evaluateLogits(model, tokens, by), tokens));
      if (answer === "right") assert(wrong.every((x) => x < 0), `${tokens} of model ${n}`);
      if (answer === "wrong") assert(wrong.every((x) => x > 0), `${tokens} of model ${n}`);
      if (answer === "depends") depends++;
      if (wrong.some((x) => x < 0) && wrong.some((x) => x >= 0)) {
        flipped++;
        assertEquals(answer, "depends");
      }
    }
  }
  assert(flipped > 2 && depends < 120, `${flipped} flipped, ${depends} of 128 depend`);
});

Deno.test("evaluationWidths() covers float32 in ieee, wgsl and tf32, positive terms first among its orders", () => {
  // The values' terms alternate in sign and cancel: in this order partial sums grow as large as they can.
  const model = someModel(9, { d_vocab: 3, d_model: 32, d_head: 2, n_ctx: 2, size: 0.2 });
  model.W_E.forEach((x, n) => model.W_E[n] = 1 + x);
  model.W_V.forEach((x, n) => model.W_V[n] = (Math.floor(n / 2) % 2 ? -1 : 1) * (1 + x));
  model.W_O.forEach((x, n) => model.W_O[n] = 64 * x); // their errors above those of the direct path
  const rounded = [(x: number) => -x, Math.abs].map((key) =>
    used(model, EVALUATIONS.wgsl, { evaluators: [roundedUp(key)] })
  );
  assert(rounded[0] > 0.05 && rounded[0] < 1 && rounded[0] > 2 * rounded[1], `${rounded}`);
  const evaluators = summationOrders(10).map((order) => evaluatorOf(order));
  assert(used(model, EVALUATIONS.ieee, { evaluators }) < 1);
  for (const errors of Object.values(EVALUATIONS)) {
    const evaluators = [-1, 0, 1].map((lean) => emulator(errors, { seed: 1, lean }));
    assert(used(model, errors, { evaluators }) < 1, errors.name);
  }
});

Deno.test("widen() by no errors certifies what real arithmetic does, by every theorem", () => {
  const real = makeProver(W1), none = makeProver(W1, { arithmetic: only({}) });
  for (const name of strategyNames()) {
    if (!parseStrategy(name).theorem.sound) continue;
    const [a, b] = [real, none].map((prover) => proveBound(prover, name, { G: 256 }));
    assertEquals([a.certified, a.atMost], [b.certified, b.atMost], name);
  }
});

Deno.test("widths grow with every error, and certified counts fall", () => {
  const base = { round: 2 ** -12, exp: 2 ** -12, expSlope: 2 ** -14, divide: 2 ** -12 };
  const errors = only({ ...base, scale: 2 ** -12, input: 2 ** -13 });
  const model = W1, widths = evaluationWidths(model, errors);
  // A theorem with a grid may gain by another step: those without one.
  const names = ["cubic", "N1", "N1n", "N3", "brute-force"];
  const counts = (arithmetic: EvaluationClass) =>
    names.map((name) => Number(proveBound(makeProver(model, { arithmetic }), name).certified));
  const before = counts(errors);
  for (const kind of KINDS) {
    const more = { ...errors, [kind]: 16 * errors[kind] }, wider = evaluationWidths(model, more);
    for (const table of ["spread", "EVOU", "EU"] as const) {
      assert(wider[table].every((x, i) => x >= widths[table][i]), `${kind}, ${table}`);
    }
    const table = kind === "exp" || kind === "expSlope" || kind === "scale" ? "spread" : "EVOU";
    assert(wider[table].every((x, i) => x > widths[table][i]), kind);
    counts(more).forEach((n, i) => assert(n <= before[i], `${kind}: ${names[i]}`));
  }
  assert(counts(only({ round: 1 / 16 })).every((n) => n <= 2));
});

Deno.test("flushed subnormal numbers are in the widths: logits of 2^-130 certify nothing", () => {
  const small = (name: "W_U" | "W_K" | "W_V") => ({
    ...W1,
    [name]: W1[name].map((x) => x * 2 ** -130),
  });
  assertEquals(proveBound(makeProver(small("W_U")), "cubic").certified, 42n);
  const flushed = emulator(EVALUATIONS.ieee, { seed: 1, flush: true });
  for (const name of ["W_U", "W_K", "W_V"] as const) {
    const model = small(name), tables = widen(makeTables(model), EVALUATIONS.ieee);
    for (const tokens of everySequence(model)) {
      const wrong = wrongBy(evaluateLogits(model, tokens, flushed), tokens);
      const { answer } = decideSequence(tables, tokens);
      assert(answer !== "right" || wrong < 0, `${name}: ${tokens}`);
      assert(answer !== "wrong" || wrong > 0, `${name}: ${tokens}`);
    }
    if (name === "W_U") assertEquals(bruteForceTiny(tables).count, 0);
  }
});

Deno.test("a sum that may overflow float32 certifies nothing, however small its logits are", () => {
  // W1 in other units: the same scores and logits, but a residual stream near the largest float32.
  const times = (W: Float32Array, e: number) => W.map((x) => x * 2 ** e);
  const model = {
    ...{ ...W1, W_E: times(W1.W_E, 122), W_pos: times(W1.W_pos, 122), W_O: times(W1.W_O, 122) },
    ...{ W_Q: times(W1.W_Q, -122), W_K: times(W1.W_K, -122), W_V: times(W1.W_V, -122) },
    W_U: times(W1.W_U, -122),
  };
  assertEquals(bruteForceTiny(makeTables(model)).count, 58);
  const { count, unsettled } = bruteForceTiny(widen(makeTables(model), EVALUATIONS.wgsl));
  assertEquals([count, unsettled], [0, 64]);
});
