// The oracle is formulas/, neuron by neuron in float64, on the contributions, z and c that the device has.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { gateFlipSize } from "../../../lib/interactions/formulas/gates.ts";
import { dominantFeature } from "../../../lib/interactions/formulas/dominant.ts";
import { kinkInReach } from "../../../lib/interactions/formulas/excess_bounds.ts";
import { pathMeans } from "../../../lib/interactions/formulas/integrated_hessian.ts";
import { mixedDifference, oscBound } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { shapleyTaylorOf } from "../../../lib/interactions/formulas/shapley_taylor.ts";
import { mainEffects } from "../../../lib/interactions/pairs/main_effects.ts";
import { PAIR_METRICS, type PairMetric } from "../../../lib/interactions/pairs/metrics.ts";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { pairVectors } from "../../../lib/interactions/pairs/pair_vectors.ts";
import { mlpOf, mlpSites } from "../../../lib/interactions/players/mlp.ts";
import { makePlayers, type Players } from "../../../lib/interactions/players/players.ts";
import { textParts } from "../../../lib/crosscoder/text_parts.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";
import { hostPlayers, randomCoder, randomModel, randomText, somePlayers } from "../util.ts";

type Gpu = typeof devices[number]["gpu"];

/** Scores of one instance by the formulas; `orders` are those of the instance's token. */
async function oracle(
  players: Players,
  instances: ReturnType<typeof pairInstances>,
  orders: number[][][],
) {
  const host = await hostPlayers(players), phi = nonlinearity(players.activation);
  const { start, act } = players.active, { d_mlp } = players, { d_model } = host;
  const vector = (values: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < d_model; j++) {
      let v = 0;
      for (let k = 0; k < d_mlp; k++) v += values[k] * host.W_out[k * d_model + j];
      sum += v * v;
    }
    return Math.sqrt(sum);
  };
  const size = (values: Float64Array) =>
    values.reduce((sum, v, k) => sum + Math.abs(v) * host.out_norms[k], 0);
  const main = (e: number, t: number, insertion: boolean) =>
    vector(Float64Array.from({ length: d_mlp }, (_, k) => {
      const { z, c } = host.neuron(t, k), a = host.a(e, k);
      return insertion ? phi.value(c + a) - phi.value(c) : phi.value(z) - phi.value(z - a);
    }));
  return (at: number): Record<PairMetric, number> => {
    const t = instances.token[at], e = instances.first[at], f = instances.second[at];
    const i = e - start[t], j = f - start[t];
    const of = (value: (n: { a: number[]; z: number; c: number }) => number) =>
      Float64Array.from({ length: d_mlp }, (_, k) => value(host.neuron(t, k)));
    const insertion = of(({ a, c }) => mixedDifference(phi, { a: a[i], b: a[j], c }));
    const removal = of(({ a, z }) =>
      mixedDifference(phi, { a: a[i], b: a[j], c: z - a[i] - a[j] })
    );
    const slope = ({ z }: { z: number }, a: number) => phi.slope(z) - phi.slope(z - a);
    const neuron = ({ a, z }: { a: number[]; z: number }) => ({
      a,
      c: z - a.reduce((x, y) => x + y, 0),
    });
    const n = start[t + 1] - start[t];
    const pair = i * n - i * (i + 1) / 2 + j - i - 1;
    const ins = vector(insertion), rem = vector(removal);
    return {
      insertion: ins,
      removal: rem,
      archipelago: Math.sqrt((ins ** 2 + rem ** 2) / 2),
      shapley_taylor: vector(
        of(({ a, c }) =>
          orders[t].reduce(
            (sum, order) => sum + shapleyTaylorOf(phi, { a, c }, order)[pair] / orders[t].length,
            0,
          )
        ),
      ),
      integrated_hessian: vector(
        of(({ a, z, c }) => a[i] * a[j] * pathMeans(phi, { c, S: z - c }).curvature),
      ),
      plain_hessian: vector(of(({ a, z }) => a[i] * a[j] * phi.curvature(z))),
      jacobian_change: vector(of((n) => n.a[i] * slope(n, n.a[j]))) +
        vector(of((n) => n.a[j] * slope(n, n.a[i]))),
      gate_flips: size(
        of((n) => gateFlipSize(neuron(n), { i, j }) + gateFlipSize(neuron(n), { i: j, j: i })),
      ),
      dominant_bound:
        size(of(({ a }) => dominantFeature(a) === i ? a[j] : dominantFeature(a) === j ? a[i] : 0)) /
        (2 * d_mlp),
      min_bound: size(
        of(({ a, c }) =>
          phi.name !== "relu" || kinkInReach({ a, c }) ? oscBound(phi, { a: a[i], b: a[j] }) : 0
        ),
      ),
      insertion_triangle: size(insertion),
      removal_triangle: size(removal),
      acts_product: act[e] * act[f],
      main_product_insertion: Math.sqrt(main(e, t, true) * main(f, t, true)),
      main_product_removal: Math.sqrt(main(e, t, false) * main(f, t, false)),
    };
  };
}

/** The orders that a stream gives: of every token one after the other, permutation after permutation. */
function ordersOf(
  { active: { start, tokens } }: Players,
  seed: number,
  permutations: number,
): number[][][] {
  const random = stream(seed, "orders"),
    orders: number[][][] = Array.from({ length: tokens }, () => []);
  for (let p = 0; p < permutations; p++) {
    for (let t = 0; t < tokens; t++) {
      orders[t].push([...random.permutation(start[t + 1] - start[t])]);
    }
  }
  return orders;
}

for (const { gpu, name } of devices) {
  for (const activation of ["gelu_new", "gelu", "relu"] as const) {
    Deno.test(`pairScores(): every metric is that of the formulas, ${activation}, ${name}`, async () => {
      using players = await somePlayers(gpu, { activation });
      const instances = pairInstances(players.active);
      const scores = await pairScores(players, instances, {
        metrics: PAIR_METRICS,
        random: stream(7, "orders"),
        permutations: 3,
      });
      const expected = await oracle(players, instances, ordersOf(players, 7, 3));
      const rows = Array.from({ length: 40 }, (_, n) => (n * 37) % instances.pair.length);
      const wanted = rows.map(expected);
      for (const metric of PAIR_METRICS) {
        // Four points in f32 lose 1e-7 of |z|, whatever is left of them; the mean over 37 neurons keeps less than 1e-5.
        assertClose(rows.map((at) => scores[metric][at]), wanted.map((w) => w[metric]), {
          name: metric,
          rtol: 1e-4,
          atol: 4e-6,
        });
      }
      const spread = PAIR_METRICS.filter((metric) => wanted.some((w) => w[metric] > 1e-3));
      assertEquals(spread.length, activation === "relu" ? 14 : 15); // of ReLU the plain Hessian is 0
    });
  }
}

Deno.test("pairScores() in pieces that a tiny binding holds gives the same numbers", async () => {
  const [{ gpu: whole }] = devices;
  using tiny = await openGpu({ maxBinding: 16_384 });
  const read = async (gpu: Gpu) => {
    using players = await somePlayers(gpu, {});
    const instances = pairInstances(players.active);
    const scores = await pairScores(players, instances, {
      metrics: PAIR_METRICS,
      random: stream(7, "orders"),
    });
    const vectors = await pairVectors(players, instances, { context: "removal" }).read();
    return { ...scores, vectors };
  };
  const [all, parts] = [await read(whole), await read(tiny)];
  assert(all.removal.length > 16_384 / 160); // more rows than one binding holds
  for (const metric of [...PAIR_METRICS, "vectors" as const]) {
    assertClose(parts[metric], all[metric], { name: metric, rtol: 1e-6 });
  }
});

Deno.test("the removal vector is the four-point ablation at the model's own hook_pre, and insertion that of its bias alone", async () => {
  const [{ gpu }] = devices;
  const model = randomModel(gpu),
    coder = randomCoder(),
    text = randomText(),
    { layer, site } = mlpSites(model, coder)[0];
  for await (const part of textParts(model, coder, text)) {
    using players = makePlayers(gpu, { mlp: await mlpOf(model, layer), coder, site, part });
    const instances = pairInstances(players.active), { start } = players.active;
    const [host, z] = [await hostPlayers(players), await players.z.read()];
    const d_mlp = players.d_mlp,
      hook = `blocks.${layer}.mlp.hook_pre`,
      out = `blocks.${layer}.hook_mlp_out`;
    /** What the MLP writes where, at every token, these of its first entries are taken away. */
    const without = async (rest: "removal" | "insertion", gone: number[]) => {
      const edited = z.slice();
      for (let t = 0; t < players.tokens; t++) {
        for (let e = start[t]; e < start[t + 1]; e++) {
          const keep = rest === "removal"
            ? !gone.includes(e - start[t])
            : e - start[t] < 2 && !gone.includes(e - start[t]);
          if (!keep) { for (let k = 0; k < d_mlp; k++) edited[t * d_mlp + k] -= host.a(e, k); }
        }
      }
      const { cache } = runWithCache(model, text, [out], {
        edits: { [hook]: (pre) => upload(gpu, { shape: [...pre.shape], data: edited }) },
      });
      return (await readTensors([...cache.values()]))[0];
    };
    for (const context of ["removal", "insertion"] as const) {
      const [all, noI, noJ, none] = [
        await without(context, []),
        await without(context, [0]),
        await without(context, [1]),
        await without(context, [0, 1]),
      ];
      using vectors = pairVectors(players, instances, { context });
      const found = await vectors.read(), width = 16;
      const { [context]: norms } = await pairScores(players, instances, { metrics: [context] });
      let seen = 0;
      instances.token.forEach((t, at) => {
        if (instances.first[at] !== start[t] || instances.second[at] !== start[t] + 1) return;
        const four = Array.from(
          { length: width },
          (_, j) =>
            all[t * width + j] - noI[t * width + j] - noJ[t * width + j] + none[t * width + j],
        );
        const worst = Math.max(...four.map((v, j) => Math.abs(v - found[at * width + j])));
        assert(worst < 3e-6, `${context} at token ${t}: off by ${worst}`);
        assert(Math.abs(Math.hypot(...four) - norms[at]) < 5e-6);
        seen += Math.hypot(...four) > 1e-2 ? 1 : 0;
      });
      assert(seen > 5);
    }
  }
});

Deno.test("mainEffects() is what single ablations do", async () => {
  const [{ gpu }] = devices;
  using players = await somePlayers(gpu, {});
  const host = await hostPlayers(players), phi = nonlinearity("gelu_new");
  for (const context of ["insertion", "removal"] as const) {
    const found = await mainEffects(players, { context });
    assertEquals(found.length, players.entries);
    const wanted = Array.from({ length: players.tokens }, (_, t) => t).flatMap((t) =>
      Array.from({ length: players.active.start[t + 1] - players.active.start[t] }, (_, i) => {
        const m = new Float64Array(16);
        for (let k = 0; k < players.d_mlp; k++) {
          const { a, z, c } = host.neuron(t, k);
          const d = context === "insertion"
            ? phi.value(c + a[i]) - phi.value(c)
            : phi.value(z) - phi.value(z - a[i]);
          for (let j = 0; j < 16; j++) m[j] += d * host.W_out[16 * k + j];
        }
        return Math.hypot(...m);
      })
    );
    assertClose(found, wanted, { name: context, rtol: 1e-4 });
  }
});

Deno.test("no pair, no instance: scores are empty, vectors and foreign instances are refused", async () => {
  const [{ gpu }] = devices;
  using players = await somePlayers(gpu, {});
  const none = pairInstances(players.active, { tokens: [0, 2] });
  assertEquals(
    (await pairScores(players, none, { metrics: ["removal", "acts_product"] })).removal.length,
    0,
  );
  assertThrows(
    () => pairVectors(players, none, { context: "removal" }),
    RangeError,
    "at least one instance",
  );
  const some = pairInstances(players.active),
    foreign = { ...some, second: some.second.map((e) => e + 1) };
  await assertRejects(
    () => pairScores(players, foreign, { metrics: ["removal"] }),
    RangeError,
    "list the pairs of the same part",
  );
  const elsewhere = { ...some, token: some.token.map((t) => (t + 1) % players.tokens) };
  await assertRejects(
    () => pairScores(players, elsewhere, { metrics: ["removal"] }),
    RangeError,
    "list the pairs of the same part",
  );
  await assertRejects(
    () => pairScores(players, { ...some, token: some.token.slice(1) }, { metrics: ["removal"] }),
    RangeError,
    "a token for each instance",
  );
  await assertRejects(
    () => pairScores(players, some, { metrics: ["shapley_taylor"] }),
    RangeError,
    "orders of shapley_taylor",
  );
});
