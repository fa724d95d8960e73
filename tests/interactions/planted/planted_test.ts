// Planted truth: the task itself, what its weights by hand answer, and what is recalled.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { mixedDifference } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { norm } from "../../../lib/interactions/formulas/vectors.ts";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { PAIR_METRICS } from "../../../lib/interactions/pairs/metrics.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { weightsByHand } from "../../../lib/interactions/planted/by_hand.ts";
import { recallPlanted } from "../../../lib/interactions/planted/logic.ts";
import { rowPlayers, trueDictionary } from "../../../lib/interactions/planted/players.ts";
import { checkBilinear, checkGated } from "../../../lib/interactions/planted/products.ts";
import { recallOf } from "../../../lib/interactions/planted/recall.ts";
import { logicRows, makeLogicTask, outputsOf } from "../../../lib/interactions/planted/task.ts";
import { trainLogic } from "../../../lib/interactions/planted/train.ts";
import { stream } from "../../../lib/numerics/random.ts";

const gpu = await openGpu();

const SIZES = { features: 24, d_model: 20, active: 3, pairs: 3 };
const task = makeLogicTask(SIZES, stream(0, "task"));

Deno.test("makeLogicTask() plants pairs of each rule on directions of norm 1", () => {
  assertEquals(task.planted.length, 9);
  for (const rule of ["and", "or", "xor"]) {
    assertEquals(task.planted.filter((pair) => pair.rule === rule).length, 3);
  }
  assert(task.planted.every(({ i, j }) => 0 <= i && i < j && j < 24));
  assertEquals(new Set(task.planted.map(({ i, j }) => `${i} ${j}`)).size, 9);
  for (let i = 0; i < 24; i++) {
    assertAlmostEquals(norm(task.directions.subarray(20 * i, 20 * (i + 1))), 1, 1e-6);
  }
  assertThrows(
    () => makeLogicTask({ ...SIZES, pairs: 93 }, stream(0, "x")),
    RangeError,
    "276 pairs",
  );
});

Deno.test("logicRows() answers each rule, and fires planted pairs more often only where it is asked to", () => {
  const { f, x, y } = logicRows(task, 4000, { random: stream(0, "rows") });
  const outputs = outputsOf(task);
  for (let r = 0; r < 4000; r++) {
    task.planted.forEach(({ i, j, rule }, n) => {
      const [a, b] = [f[24 * r + i] > 0, f[24 * r + j] > 0];
      assertEquals(y[outputs * r + n], Number({ and: a && b, or: a || b, xor: a !== b }[rule]));
    });
  }
  let sum = 0;
  for (let i = 0; i < 24; i++) sum += f[24 * 7 + i] * task.directions[20 * i + 3];
  assertAlmostEquals(x[20 * 7 + 3], sum, 1e-5);
  const together = ({ f }: { f: Float32Array }) => {
    const [{ i, j }] = task.planted;
    return Array.from({ length: 4000 }, (_, r) => f[24 * r + i] > 0 && f[24 * r + j] > 0)
      .filter(Boolean).length;
  };
  assert(together({ f }) < 4000 * (3 / 24) ** 2 * 1.8);
  const forced = logicRows(task, 4000, { random: stream(0, "rows"), together: 0.9 });
  assert(together(forced) > 4000 * 0.9 / 9 * 0.8);
});

Deno.test("weights by hand answer the rules where directions can be told apart", () => {
  const plain = makeLogicTask({ features: 8, d_model: 8, active: 2, pairs: 3 }, stream(1, "task"));
  const { W_in, b_in, W_out } = weightsByHand(plain, "relu");
  const { x, y } = logicRows(plain, 100, { random: stream(0, "rows") });
  const d_mlp = b_in.data.length, outputs = outputsOf(plain);
  for (let r = 0; r < 100; r++) {
    const h = Array.from({ length: d_mlp }, (_, k) => {
      let z = b_in.data[k];
      for (let m = 0; m < 8; m++) z += W_in.data[8 * k + m] * x[8 * r + m];
      return Math.max(0, z);
    });
    plain.planted.forEach((_, n) => {
      const answer = h.reduce((sum, value, k) => sum + value * W_out.data[n * d_mlp + k], 0);
      // Features are 0.8 to 1.2 when they fire, the rules speak of 0 and 1.
      assertAlmostEquals(answer, y[outputs * r + n], 0.45);
    });
  }
});

Deno.test("recallOf() counts planted pairs among the first, by rule", () => {
  const pairs = { d_sae: 4, i: Uint32Array.of(0, 0, 0, 1), j: Uint32Array.of(1, 2, 3, 2) };
  const planted = [
    { i: 0, j: 1, rule: "and" as const },
    { i: 1, j: 2, rule: "xor" as const },
    { i: 2, j: 3, rule: "or" as const }, // never meets
  ];
  assertEquals(recallOf([3, 2, 0, 1], pairs, planted), {
    recall: 2 / 3,
    half: 1 / 2,
    byRule: { and: 1, or: 0, xor: 1 },
  });
});

Deno.test("the device's removal scores of a trained MLP are the four points in float64", async () => {
  for (const activation of ["relu", "gelu_new"] as const) {
    const random = stream(2, "train");
    const { mlp } = await trainLogic(gpu, task, {
      activation,
      random,
      steps: 5,
      batch: 32,
      lr: 1e-3,
    });
    const rows = logicRows(task, 12, { random: stream(3, "rows") });
    using players = rowPlayers(gpu, rows, { mlp, coder: trueDictionary(task) });
    const instances = pairInstances(players.active);
    const { removal } = await pairScores(players, instances, { metrics: ["removal"] });
    const phi = nonlinearity(activation), d_mlp = mlp.b_in.data.length, outputs = outputsOf(task);
    assert(removal.length > 10);
    removal.forEach((found, at) => {
      const t = instances.token[at], v = new Float64Array(outputs);
      const { latent, act } = players.active;
      for (let k = 0; k < d_mlp; k++) {
        const w = mlp.W_in.data.subarray(20 * k, 20 * (k + 1));
        const of = (x: (m: number) => number) => w.reduce((sum, value, m) => sum + value * x(m), 0);
        const z = mlp.b_in.data[k] + of((m) => rows.x[20 * t + m]);
        const [a, b] = [instances.first[at], instances.second[at]].map((e) =>
          act[e] * of((m) => task.directions[20 * latent[e] + m])
        );
        const I = mixedDifference(phi, { a, b, c: z - a - b });
        for (let n = 0; n < outputs; n++) v[n] += I * mlp.W_out.data[k * outputs + n];
      }
      assertAlmostEquals(found, norm(v), 2e-5 * (1 + norm(v)));
    });
  }
});

Deno.test("features on disjoint neurons do not interact, whatever the score; on a common one they do", async () => {
  const rows = { f: Float32Array.of(1, 1, 1), x: Float32Array.of(1, 1, 1), y: new Float32Array(0) };
  const array = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) });
  const three = {
    ...{ features: 3, d_model: 3, active: 1, pairs: 1, planted: [] },
    directions: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  };
  for (const activation of ["relu", "gelu_new"] as const) {
    const mlp = {
      ...{ layer: 0, activation },
      W_in: array([3, 3], [1, 0, 0, 0, 1, 1, 0, 0.5, -1]), // feature 0 has a neuron of its own
      b_in: array([3], [-0.5, -0.5, 0.2]),
      W_out: array([3, 2], [1, 2, 3, 4, 5, 6]),
      b_out: array([2], [0, 0]),
    };
    using players = rowPlayers(gpu, rows, { mlp, coder: trueDictionary(three) });
    const metrics = PAIR_METRICS.filter((name) => !/product|plain_hessian|dominant/.test(name));
    const scores = await pairScores(players, pairInstances(players.active), {
      metrics,
      random: stream(0, "orders"),
    });
    for (const name of metrics) {
      const [first, second, third] = scores[name];
      assert(first < 1e-6 && second < 1e-6, `${name}: ${first}, ${second}`);
      assert(third > 1e-3 || name === "gate_flips", `${name}: ${third}`);
    }
  }
});

Deno.test("a bilinear MLP's pair terms are exact, and rank its planted pairs; a gated one's four points do", () => {
  const found = checkBilinear(task, { rows: 200, random: stream(0, "products") });
  assert(found.largest < 1e-12 && found.spearman > 1 - 1e-9, JSON.stringify(found));
  assert(found.weights >= 0.8);
  const { fourPoints, coActivation } = checkGated(task, {
    rows: 200,
    random: stream(0, "products"),
  });
  assert(fourPoints >= 0.7 && coActivation <= 0.4, JSON.stringify({ fourPoints, coActivation }));
});

Deno.test("recallPlanted() finds planted pairs by what interacts, not by what fires together, and not in a null", async () => {
  const settings = { ...SIZES, steps: 60, batch: 128, lr: 3e-3, rows: 600 };
  const { metrics, permuted, chance } = await recallPlanted(gpu, settings, {
    seed: 0,
    activation: "relu",
  });
  const recall = Object.fromEntries(metrics.map(({ metric, recall }) => [metric, recall]));
  assert(recall.removal >= 0.6 && recall.insertion >= 0.6, JSON.stringify(recall));
  assert(recall.co_activation <= 0.35 && recall.decoder_cosine <= 0.35 && permuted <= 0.4);
  assertAlmostEquals(chance, 9 / 276);
});
