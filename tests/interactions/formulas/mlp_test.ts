// An MLP worked by hand: d_model 2, three features, three ReLU neurons.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  dominantFeature,
  dominantRest,
  dominantShare,
} from "../../../lib/interactions/formulas/dominant.ts";
import { addDominant, tokenScore } from "../../../lib/interactions/formulas/dominant_matrix.ts";
import { excess } from "../../../lib/interactions/formulas/excess.ts";
import { sumOfSizes } from "../../../lib/interactions/formulas/excess_bounds.ts";
import {
  deviation,
  gateFlipStrength,
  gram,
  gramNorm,
  jacobianChange,
  mainEffect,
  type MlpToken,
  neuronOf,
  pairOfNeurons,
  residual,
  triangleNorm,
  written,
} from "../../../lib/interactions/formulas/mlp.ts";
import { pairsOf, preActivation } from "../../../lib/interactions/formulas/neuron.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { weightScreen } from "../../../lib/interactions/formulas/screen.ts";
import { shapleyTaylor } from "../../../lib/interactions/formulas/shapley_taylor.ts";
import { dot, norm } from "../../../lib/interactions/formulas/vectors.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { NAMES } from "./examples.ts";

const relu = nonlinearity("relu");

const W_dec = [[1, 0], [0.6, 0.8], [-0.5, 0.5]], f = [2, 1, 1.5];
const W_in = [[1, -0.5], [0.2, 0.9], [-0.7, 0.3]], b_in = [-0.8, -0.1, 0.4];
const b_dec = [0.1, -0.2], W_out = [[0.5, 1], [-1, 0.25], [0.3, -0.4]];
const TOKEN: MlpToken = {
  a: W_dec.map((d, i) => W_in.map((w) => f[i] * dot(w, d))),
  c: W_in.map((w, k) => b_in[k] + dot(w, b_dec)),
  W_out,
};
const out_norms = W_out.map(norm);

Deno.test("an MLP's contributions, rests and pre-activations worked by hand", () => {
  near(TOKEN.a.flatMap((row) => [...Array.from(row)]), [
    ...[2, 0.4, -1.4, 0.2, 0.84, -0.18],
    ...[-1.125, 0.525, 0.75],
  ]);
  near(TOKEN.c, [-0.6, -0.26, 0.27]);
  near(each((k) => preActivation(neuronOf(TOKEN, k))), [0.475, 1.505, -0.56]);
  near(out_norms, [1.118033989, 1.030776406, 0.5]);
});

Deno.test("dominantFeature() and its shares and rests of every neuron", () => {
  const a = (k: number) => neuronOf(TOKEN, k).a;
  assertEquals(each((k) => dominantFeature(a(k))!), [0, 1, 0]);
  near(each((k) => dominantShare(a(k))), [0.601503759, 0.475920680, 0.600858369]);
  near(each((k) => dominantRest(a(k))), [1.325, 0.925, 0.93]);
  const off = each((k) => {
    const neuron = neuronOf(TOKEN, k);
    const one = relu.value(neuron.c + neuron.a[dominantFeature(neuron.a)!]);
    return Math.abs(relu.value(preActivation(neuron)) - one);
  });
  near(off, [0.925, 0.925, 0]); // the second is as large as its rest: the bound is tight
});

Deno.test("addDominant() puts the dominant feature into rows, tokenScore() adds it all up", () => {
  const table = new Float64Array(9);
  addDominant(table, { latents: [0, 1, 2], a: TOKEN.a, out_norms });
  near(table, [0, 0.104535599, 0.544262746, 0.137436854, 0, 0.180385871, 0, 0, 0]);
  near([tokenScore({ a: TOKEN.a, out_norms })], [2.899863211]);
  near([3 * table.reduce((x, y) => x + y)], [2.899863211]);
});

Deno.test("addDominant() counts every neuron that shares its pair, and every token", () => {
  const table = new Float64Array(16);
  const token = { latents: [1, 3], a: [[2, 2, 2, 1], [1, 1, 1, 2]], out_norms: [1, 1, 1, 1] };
  addDominant(table, token);
  addDominant(table, token);
  assertEquals(table[1 * 4 + 3], 2 * 3 / 4); // three neurons, two tokens: not the last one alone
  assertEquals(table[3 * 4 + 1], 2 * 1 / 4);
  assertEquals(sumOfSizes(table), 2);
});

Deno.test("residual() is what the single-feature terms leave, and its share of the deviation", () => {
  near(each((k) => excess(relu, neuronOf(TOKEN, k))), [-0.925, 0.52, -0.57]);
  const R = residual(relu, TOKEN), moved = deviation(relu, TOKEN);
  near(R, [-1.1535, -0.567]);
  near(moved, [-1.3485, 0.95925]);
  near([norm(R), norm(moved), norm(R) / norm(moved)], [1.285321458, 1.654875467, 0.776687723]);
  const single = [0, 1, 2].map((i) => mainEffect(relu, TOKEN, { i, context: "insertion" }));
  near([0, 1].map((n) => moved[n] - single.reduce((s, m) => s + m[n], 0)), [-1.1535, -0.567]);
});

Deno.test("pairOfNeurons() as vectors, exact norms and triangle norms", () => {
  const rows = [
    ["insertion", 0, 1, [-0.106, 0.193], 0.220193097, 0.581608663],
    ["insertion", 0, 2, [-1.0475, -0.76], 1.294162374, 1.900790103],
    ["insertion", 1, 2, [-0.26, 0.065], 0.268001866, 0.268001866],
    ["removal", 0, 1, [0.154, 0.128], 0.200249844, 0.313606798],
    ["removal", 0, 2, [-0.7875, -0.825], 1.140517974, 1.632788237],
    ["removal", 1, 2, [0, 0], 0, 0],
  ] as const;
  for (const [context, i, j, vector, size, triangle] of rows) {
    const values = pairOfNeurons(relu, TOKEN, { i, j, context });
    near(written(values, TOKEN), vector);
    near([norm(written(values, TOKEN)), triangleNorm(values, TOKEN)], [size, triangle]);
    near([gramNorm(values, gram(W_out))], [size]);
  }
});

Deno.test("removal is the four-point ablation of the MLP at its input", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    for (const token of tokens(20)) {
      for (const [i, j] of pairsOf(token.a.length)) {
        const values = pairOfNeurons(phi, token, { i, j, context: "removal" });
        const output = (without: number[]) => {
          const z = token.W_out.map((_, k) =>
            preActivation({
              a: Array.from(neuronOf(token, k).a).filter((_, n) => !without.includes(n)),
              c: token.c[k],
            })
          );
          return written(z.map(phi.value), token);
        };
        const [both, noI, noJ, none] = [[], [i], [j], [i, j]].map(output);
        near(written(values, token), [...both].map((x, n) => x - noI[n] - noJ[n] + none[n]), 1e-12);
        near([gramNorm(values, gram(token.W_out))], [norm(written(values, token))], 1e-7);
        assert(triangleNorm(values, token) >= norm(written(values, token)) - 1e-12);
      }
    }
  }
});

Deno.test("shapleyTaylor() of every neuron, as vectors that sum to the residual", () => {
  const found = each((k) => shapleyTaylor(relu, neuronOf(TOKEN, k)));
  const rows = [
    [[0.2, 0.173333333, 0.18], [-0.019333333, 0.171333333]],
    [[-1.125, 0.173333333, -0.75], [-0.960833333, -0.781666667]],
    [[0, 0.173333333, 0], [-0.173333333, 0.043333333]],
  ];
  rows.forEach(([neurons, vector], pair) => {
    const values = found.map((of) => of[pair]);
    near(values, neurons);
    near(written(values, TOKEN), vector);
  });
  for (const token of tokens(10)) {
    const sti = token.W_out.map((_, k) => shapleyTaylor(relu, neuronOf(token, k)));
    const total = new Float64Array(token.W_out[0].length);
    pairsOf(token.a.length).forEach((_, pair) => {
      written(sti.map((of) => of[pair]), token).forEach((x, n) => total[n] += x);
    });
    near(total, residual(relu, token), 1e-12);
  }
});

Deno.test("gateFlipStrength() is directed: removing the first flips the gates of the others", () => {
  const expected: Record<string, number> = { "1,0": 0.313606798, "2,0": 1.632788237 };
  for (const i of [0, 1, 2]) {
    for (const j of [0, 1, 2].filter((j) => j !== i)) {
      near([gateFlipStrength(TOKEN, { i, j })], [expected[`${i},${j}`] ?? 0]);
    }
  }
});

Deno.test("jacobianChange() is 0 without curvature, and of ReLU what the flipped gates carry", () => {
  const identity = nonlinearity("identity");
  near(jacobianChange(identity, TOKEN, { i: 0, j: 1 }), [0, 0]);
  // Without feature 1 neuron 1 is shut and neuron 3 open: a_21 w_1 − a_23 w_3.
  near(jacobianChange(relu, TOKEN, { i: 1, j: 0 }), [0.2 * 0.5 + 0.18 * 0.3, 0.2 - 0.18 * 0.4]);
  near(jacobianChange(relu, TOKEN, { i: 0, j: 1 }), [0, 0]);
});

Deno.test("mainEffect() in both contexts", () => {
  // Neuron 2 alone has the first feature open it: 0.4 − 0.26; the others from above.
  near(mainEffect(relu, TOKEN, { i: 0, context: "insertion" }), [
    1.4 * 0.5 - 0.14 - 0.27 * 0.3,
    1.4 + 0.14 * 0.25 + 0.27 * 0.4,
  ]);
  near(mainEffect(relu, TOKEN, { i: 0, context: "removal" }), [
    0.475 * 0.5 - 0.4 - 0.84 * 0.3,
    0.475 + 0.4 * 0.25 + 0.84 * 0.4,
  ]);
});

Deno.test("weightScreen() bounds the insertion interaction, and skips shut ReLU neurons", () => {
  for (const phi of NAMES.map(nonlinearity)) {
    for (const { a, ...token } of tokens(30)) {
      const two = { ...token, a: a.slice(0, 2) };
      const values = pairOfNeurons(phi, two, { i: 0, j: 1, context: "insertion" });
      assert(triangleNorm(values, two) <= weightScreen(phi, two) + 1e-12, phi.name);
    }
  }
  const two = { ...TOKEN, a: TOKEN.a.slice(0, 2) };
  // min(2, .2), min(.4, .84) and min(1.4, .18), all kinks reachable.
  near([weightScreen(relu, two)], [0.2 * out_norms[0] + 0.4 * out_norms[1] + 0.18 * out_norms[2]]);
  near([weightScreen(relu, { ...two, c: [0, -2, 2] })], [0]);
});

function each<T>(value: (k: number) => T): T[] {
  return [0, 1, 2].map(value);
}

function tokens(count: number): MlpToken[] {
  const random = stream(0, "mlp tokens");
  const rows = (n: number, width: number) =>
    Array.from({ length: n }, () => Array.from({ length: width }, () => random.normal()));
  return Array.from({ length: count }, () => {
    return { a: rows(2 + random.int(4), 6), c: rows(1, 6)[0], W_out: rows(6, 3) };
  });
}

function near(found: ArrayLike<number>, expected: ArrayLike<number>, slack = 1e-8) {
  assertEquals(found.length, expected.length);
  for (let n = 0; n < found.length; n++) assertAlmostEquals(found[n], expected[n], slack, `${n}`);
}
