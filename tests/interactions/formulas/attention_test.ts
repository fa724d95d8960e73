// A head worked by hand: d_model 3, d_head 2, two features on three positions.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  crossPosition,
  crossPositionBound,
  crossPositionWeights,
  participation,
} from "../../../lib/interactions/formulas/cross_position.ts";
import {
  type AttentionRow,
  attentionWithout,
  edgeFirstOrder,
  edgeRemoval,
  edgeStrength,
  rowOutput,
  rowRemoval,
  rowRemovalBound,
  rowWithout,
  totalVariation,
  variationBound,
} from "../../../lib/interactions/formulas/edge_removal.ts";
import { pairsOf } from "../../../lib/interactions/formulas/neuron.ts";
import {
  centredRow,
  scoreOf,
  scoreParts,
  softmax,
  type Turn,
} from "../../../lib/interactions/formulas/score_parts.ts";
import {
  attendedSum,
  coAttention,
  lookBack,
} from "../../../lib/interactions/formulas/score_sums.ts";
import {
  gatedValue,
  valueContribution,
} from "../../../lib/interactions/formulas/value_features.ts";
import { diameter, dot, minus, mix, norm } from "../../../lib/interactions/formulas/vectors.ts";
import { type Random, stream } from "../../../lib/numerics/random.ts";

const HEAD = {
  W_Q: [[1, 0.5], [-0.3, 0.8], [0.2, -0.6]],
  W_K: [[0.7, -0.2], [0.4, 0.9], [-0.5, 0.3]],
  b_Q: [0.1, -0.05],
  b_K: [0.02, 0.03],
  scale: Math.SQRT2,
};
const INPUT = { W_dec: [[1, 0, 0.5], [0.2, -1, 0.3]], b: [0.1, 0.2, -0.1] };
const f = [[1.5, 0], [0, 2], [0.8, 1.2]];
const PARTS = scoreParts(HEAD, INPUT);
const SCORES = f.map((f_q) => f.map((f_k) => scoreOf(PARTS, f_q, f_k)));
const ROW: AttentionRow = { A: softmax(SCORES[2]), v: [[1, 0], [0.5, -1], [-0.4, 2]] };
const GAMMA = f[2][0] * f[1][1] * PARTS.omega[0][1]; // feature 1 at query 2, feature 2 at key 1

Deno.test("scoreParts() worked by hand, and its scores are those of the inputs", () => {
  near(PARTS.omega.flatMap((row) => [...row]), [
    0.342946789,
    -0.439113311,
    0.209303607,
    0.366564155,
  ]);
  near(PARTS.beta, [0.193747258, -0.012445079]);
  near(PARTS.gamma, [0.030405592, -0.167018622]);
  near([PARTS.constant], [0.043557778]);
  near(SCORES.flat(), [
    ...[1.151417327, -1.317198512, -0.220787021],
    ...[0.692186828, 1.150886997, 1.057209491],
    ...[1.017512516, 0.026756921, 0.534244629],
  ]);
  f.forEach((_, q) => near(SCORES[q], f.map((_, k) => plainScore(HEAD, q, k)), 1e-13));
});

Deno.test("a pair's score term is the four-point difference of the score", () => {
  near([GAMMA, f[2][1] * f[1][1] * PARTS.omega[1][1]], [-0.702581298, 0.879753973]);
  near([dot(f[2], PARTS.beta), dot(f[1], PARTS.gamma)], [0.140063711, -0.334037243]);
  const without = (features: number[], n: number) => features.map((x, i) => i === n ? 0 : x);
  const at = (f_q: number[], f_k: number[]) => scoreOf(PARTS, f_q, f_k);
  const [f_q, f_k] = [f[2], f[1]];
  const difference = at(f_q, f_k) - at(without(f_q, 0), f_k) - at(f_q, without(f_k, 1)) +
    at(without(f_q, 0), without(f_k, 1));
  assertAlmostEquals(difference, GAMMA, 1e-13);
});

Deno.test("scoreParts() takes rotary turns, which make it depend on q − k alone", () => {
  const turned = (angle: number): Turn => ([x, y]) =>
    Float64Array.of(
      x * Math.cos(angle) - y * Math.sin(angle),
      x * Math.sin(angle) + y * Math.cos(angle),
    );
  const at = (q: number, k: number) =>
    scoreParts(HEAD, INPUT, { query: turned(0.7 * q), key: turned(0.7 * k) });
  near(at(5, 3).omega[0], at(12, 10).omega[0], 1e-12);
  assert(Math.abs(at(5, 3).omega[0][1] - at(5, 4).omega[0][1]) > 0.01);
  const query = turned(0.7 * 2)(project(f[2], HEAD.W_Q, HEAD.b_Q));
  const key = turned(0.7 * 1)(project(f[1], HEAD.W_K, HEAD.b_K));
  assertAlmostEquals(scoreOf(at(2, 1), f[2], f[1]), dot(query, key) / HEAD.scale, 1e-13);
});

Deno.test("softmax() does not see what is constant over keys; centredRow() takes it out", () => {
  near(ROW.A, [0.503002772, 0.186762935, 0.310234293]);
  const free = f.map((f_k) =>
    scoreOf({ ...PARTS, beta: new Float64Array(2), constant: 0 }, f[2], f_k)
  );
  near(softmax(free), Array.from(ROW.A), 1e-13);
  near(centredRow(SCORES[2]), Array.from(centredRow(free)), 1e-13);
  const pair = f.map((f_k) => f[2][0] * f_k[1] * PARTS.omega[0][1]);
  near(centredRow(pair), [0.374710025, -0.327871272, -0.046838753]);
  near(softmax([1000, -Infinity, 1000 + Math.log(3)]), [0.25, 0, 0.75], 1e-12);
});

Deno.test("coAttention(), lookBack() and attendedSum() worked by hand", () => {
  const C = coAttention(f);
  near(C.flatMap((row) => [...row]), [4.09, 2.56, 5.76, 7.84]);
  near(C.flatMap((row, i) => [...row].map((c, j) => Math.abs(PARTS.omega[i][j]) * c)), [
    ...[1.402652367, 1.124130076, 1.205588778, 2.873862978],
  ]);
  near(lookBack(f).flatMap((row) => [...row]), [0.586797066, 0.625, 1.145833333, 0.306122449]);
  const causal = SCORES.map((row, q) => softmax(row.map((s, k) => k <= q ? s : -Infinity)));
  near(attendedSum(f, causal).flatMap((row) => [...row]), [
    ...[3.052153274, 0.596645617, 2.365112586, 3.345791525],
  ]);
});

Deno.test("coAttention() and lookBack() are the sums over all edges", () => {
  const random = stream(0, "acts");
  const acts = Array.from({ length: 9 }, () => [random.uniform(), random.uniform()]);
  const C = coAttention(acts), far = lookBack(acts);
  for (const [i, j] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
    let sum = 0, distance = 0;
    for (let q = 0; q < 9; q++) {
      for (let k = 0; k <= q; k++) {
        sum += acts[q][i] * acts[k][j];
        distance += (q - k) * acts[q][i] * acts[k][j];
      }
    }
    near([C[i][j], far[i][j]], [sum, distance / sum], 1e-12);
  }
  assert(Number.isNaN(lookBack([[0, 1], [1, 0]])[1][0])); // the second only before the first
});

Deno.test("edgeRemoval() worked by hand, and its first order", () => {
  near(rowOutput(ROW), [0.472290523, 0.433705650]);
  const edge = { k: 1, gamma: GAMMA };
  near([attentionWithout(ROW.A[1], GAMMA)], [0.316781756]);
  near(edgeRemoval(ROW, edge), [-0.004430139, 0.229218178]);
  near([norm(edgeRemoval(ROW, edge))], [0.229260985]);
  near(edgeFirstOrder(ROW, edge), [-0.003635931, 0.188125329]);
  near([edgeStrength(ROW, edge)], [0.188160462]);
});

Deno.test("edgeRemoval() is a softmax recomputed without the term, of any size", () => {
  const random = stream(0, "edges");
  for (let draw = 0; draw < 200; draw++) {
    const { row, scores } = randomRow(random);
    const edge = { k: random.int(row.v.length), gamma: 3 * random.normal() };
    const changed = scores.map((s, k) => k === edge.k ? s - edge.gamma : s);
    const after = softmax(changed);
    near(edgeRemoval(row, edge), minus(rowOutput(row), rowOutput({ A: after, v: row.v })), 1e-12);
    assertAlmostEquals(attentionWithout(row.A[edge.k], edge.gamma), after[edge.k], 1e-13);
    const small = { ...edge, gamma: 1e-6 * edge.gamma };
    near(edgeRemoval(row, small), edgeFirstOrder(row, small), 1e-10);
  }
  for (const gamma of [800, -800]) {
    const [A, v] = [[0.5, 0.5], [[1], [3]]];
    near(edgeRemoval({ A, v }, { k: 1, gamma }), [gamma > 0 ? 1 : -1], 1e-14);
  }
  near(edgeRemoval({ A: [1], v: [[4, 2]] }, { k: 0, gamma: 2 }), [0, 0]); // no other key to go to
});

Deno.test("rowRemoval() and its bound worked by hand", () => {
  const delta = f.map((f_k) => f[2][0] * f_k[1] * PARTS.omega[0][1]);
  near(delta, [0, -0.702581298, -0.421548779]);
  const after = rowWithout(ROW.A, delta);
  near(after, [0.371777915, 0.278696221, 0.349525865]);
  near(rowRemoval(ROW, delta), [0.100974844, 0.013350142]);
  near([norm(rowRemoval(ROW, delta)), totalVariation(ROW.A, after)], [0.101853549, 0.131224858]);
  near([variationBound(delta), diameter(ROW.v)], [0.173861046, 3.132091953]);
  near([rowRemovalBound(ROW, delta)], [0.544548782]);
});

Deno.test("variationBound() is reached by two keys, and never exceeded", () => {
  const tight = [0.6, -0.6].map((difference) => softmax([difference, 0]));
  near([totalVariation(tight[0], tight[1]), variationBound([1.2, 0])], [
    0.291312612,
    Math.tanh(0.3),
  ]);
  assertAlmostEquals(totalVariation(tight[0], tight[1]), variationBound([1.2, 0]), 1e-14);
  const random = stream(0, "rows");
  for (let draw = 0; draw < 500; draw++) {
    const { row, scores } = randomRow(random);
    const delta = scores.map(() => 2 * random.normal());
    const after = rowWithout(row.A, delta);
    near(after, softmax(scores.map((s, k) => s - delta[k])), 1e-13);
    assert(totalVariation(row.A, after) <= variationBound(delta) + 1e-14);
    assert(norm(rowRemoval(row, delta)) <= rowRemovalBound(row, delta) + 1e-14);
    const shifted = delta.map((x) => x + 5);
    near(rowWithout(row.A, shifted), Array.from(after), 1e-13); // constant over the row: unseen
  }
  near(rowWithout([0.2, 0.8, 0], [1000, 1000, 0]), [0.2, 0.8, 0], 1e-14);
});

Deno.test("crossPosition() worked by hand", () => {
  const A = [2, 1, 3, 0.5].map((mass) => mass / 6.5);
  const v = [[1, 0], [0, 1], [-1, 0.5], [2, -1]];
  near(A, [0.307692308, 0.153846154, 0.461538462, 0.076923077]);
  const found = crossPosition({ A, v }, { k: 0, other: 1 });
  near(found, [-0.126984127, -0.032856033]);
  near([norm(found), participation(A)], [0.131165877, 0.662721893]);
});

Deno.test("crossPosition() is the row recomputed without either key and without both", () => {
  const random = stream(0, "positions");
  for (let draw = 0; draw < 100; draw++) {
    const { row, scores } = randomRow(random);
    for (const [k, other] of pairsOf(scores.length)) {
      const without = (...out: number[]) => {
        const A = softmax(scores.map((s, n) => out.includes(n) ? -Infinity : s));
        return rowOutput({ A, v: row.v });
      };
      const [all, one, two, none] = [[], [k], [other], [k, other]].map((out) => without(...out));
      const found = crossPosition(row, { k, other });
      near(found, [...all].map((x, n) => x - one[n] - two[n] + none[n]), 1e-11);
      assert(norm(found) <= crossPositionBound(row, { k, other }) + 1e-12);
      const weights = crossPositionWeights(row.A, { k, other });
      assertAlmostEquals(weights.reduce((x, y) => x + y), 0, 1e-14);
    }
  }
});

Deno.test("crossPosition() is 0 where a third key has it all or all write the same", () => {
  const v = [[1, 2], [3, -1], [0, 1]];
  near(crossPosition({ A: [1e-16, 1e-16, 1], v }, { k: 0, other: 1 }), [0, 0], 1e-14);
  near(crossPosition({ A: [0.2, 0.3, 0.5], v: [v[0], v[0], v[0]] }, { k: 0, other: 2 }), [0, 0]);
  near([participation([0, 1, 0]), participation([0.25, 0.25, 0.25, 0.25])], [0, 0.75]);
});

Deno.test("crossPosition() stays where one of the two has it all: without it the others share", () => {
  // Without the first the others write (3 + 0) / 2 and (−1 + 1) / 2, without both the third.
  const v = [[1, 2], [3, -1], [0, 1]];
  const found = crossPosition({ A: [1 - 2e-16, 1e-16, 1e-16], v }, { k: 0, other: 1 });
  near(found, [0 - 1.5, 1 - 0], 1e-14);
});

Deno.test("crossPosition() refuses rows with nothing beside the two keys", () => {
  const v = [[1], [2], [3]];
  for (const A of [[0.4, 0.6], [0.4, 0.6, 0]]) {
    assertThrows(
      () => crossPosition({ A, v }, { k: 0, other: 1 }),
      RangeError,
      "expected two keys and attention beside them",
    );
  }
  assertThrows(() => crossPosition({ A: [0.5, 0.5], v }, { k: 0, other: 0 }), RangeError);
});

Deno.test("valueContribution() adds up to the values, and is what cross-position weights share out", () => {
  const random = stream(0, "values");
  const W_OV = rows(random, 3, 3), W_dec = rows(random, 4, 3), b = rows(random, 1, 3)[0];
  const acts = rows(random, 5, 4).map((row) => row.map(Math.abs));
  const v = acts.map((act) => mix(mix(act, W_dec).map((x, n) => x + b[n]), W_OV));
  const { scores } = randomRow(random, 5);
  const weights = crossPositionWeights(softmax(scores), { k: 1, other: 3 });
  const found = crossPosition({ A: softmax(scores), v }, { k: 1, other: 3 });
  const parts = new Float64Array(3); // the bias part cancels: the weights sum to 0
  acts.forEach((act, k) => {
    act.forEach((f, m) => {
      valueContribution(weights[k], { act: f, d: W_dec[m], W_OV }).forEach((x, n) => parts[n] += x);
    });
  });
  near(found, parts, 1e-12);
});

Deno.test("gatedValue() is the four points of a gate at the score and a feature at the value", () => {
  const random = stream(0, "gated values");
  const W_OV = rows(random, 3, 3);
  for (let draw = 0; draw < 50; draw++) {
    const { row, scores } = randomRow(random, 4);
    const feature = { act: random.uniform(), d: rows(random, 1, 3)[0], W_OV };
    const k = random.int(4), gamma = random.normal();
    const output = (gate: boolean, on: boolean) => {
      const A = softmax(scores.map((s, n) => n === k && !gate ? s - gamma : s));
      const lost = valueContribution(1, feature);
      const v = row.v.map((x, n) => n === k && !on ? minus(x, lost) : x);
      return rowOutput({ A, v });
    };
    const [all, shut, off, none] = [
      output(true, true),
      output(false, true),
      output(true, false),
      output(false, false),
    ];
    const expected = [...all].map((x, n) => x - shut[n] - off[n] + none[n]);
    near(gatedValue({ A: row.A[k], gamma }, feature), expected, 1e-12);
  }
});

function plainScore(head: typeof HEAD, q: number, k: number): number {
  return dot(project(f[q], head.W_Q, head.b_Q), project(f[k], head.W_K, head.b_K)) / head.scale;
}

function project(acts: number[], W: number[][], bias: number[]): Float64Array {
  const x = mix(acts, INPUT.W_dec).map((value, n) => value + INPUT.b[n]);
  return mix(x, W).map((value, n) => value + bias[n]);
}

function randomRow(random: Random, keys = 3 + random.int(4)) {
  const scores = Array.from({ length: keys }, () => 1.5 * random.normal());
  return { scores, row: { A: softmax(scores), v: rows(random, keys, 3) } };
}

function rows(random: Random, n: number, width: number): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: width }, () => random.normal()));
}

function near(found: ArrayLike<number>, expected: ArrayLike<number>, slack = 1e-8) {
  assertEquals(found.length, expected.length);
  for (let n = 0; n < found.length; n++) assertAlmostEquals(found[n], expected[n], slack, `${n}`);
}
