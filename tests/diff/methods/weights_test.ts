// One matrix changes by a product of two known vectors, so the first singular vector is known.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { gptNeox } from "../../../lib/model/architectures/gpt_neox.ts";
import { gptNeoxConfig } from "../../../lib/model/architectures/gpt_neox/config.ts";
import { hookNames } from "../../../lib/model/hooks.ts";
import { createModel } from "../../../lib/model/language_model.ts";
import { randomWeights } from "../../../lib/model/random_weights.ts";
import { stream } from "../../../lib/numerics/random.ts";
import type { Direction } from "../../../lib/diff/causal/direction.ts";
import type { Method } from "../../../lib/diff/methods/method.ts";
import { svdRead, svdWrite } from "../../../lib/diff/methods/weights.ts";
import { makePair, SIZES, TINY } from "./pairs.ts";

const gpu = await openGpu();

const u = Float64Array.of(1, -2, 0, 3, 1, 0, -1, 2); // [d_model]
const { d_model } = SIZES;

/** W += outward (u on the rows) or inward (u on the columns) times a vector of ones and twos. */
function addRankOne({ shape: [rows, columns], data }: HostArray, outward: boolean): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      data[r * columns + c] += 0.1 * (outward ? u[r] * (1 + c % 2) : (1 + r % 2) * u[c]);
    }
  }
}

function cosineAt(direction: Direction, hook: string, wanted: Float64Array): number {
  assert(direction.kind === "vector");
  assertEquals([...direction.at.keys()], [hook]);
  const found = direction.at.get(hook)!;
  const dot = wanted.reduce((sum, x, i) => sum + x * found[i], 0);
  return Math.abs(dot) / Math.hypot(...wanted);
}

const find = (method: Method, pair: ReturnType<typeof makePair>) =>
  method.find(pair, { settings: TINY, seed: 0 });

Deno.test("svd-write finds a rank-one change of a matrix that writes, where it writes, and nothing else", async () => {
  const block = "transformer.h.1";
  const cases = [
    [`${block}.attn.attention.out_proj.weight`, "blocks.1.hook_resid_mid", true],
    [`${block}.mlp.c_proj.weight`, "blocks.1.hook_resid_post", true],
    ["transformer.wpe.weight", "blocks.0.hook_resid_pre", false],
  ] as const;
  for (const [name, hook, outward] of cases) {
    const pair = makePair(gpu, (weights) => addRankOne(weights[name], outward));
    const { directions, scores, cost } = await find(svdWrite, pair);
    assert(cosineAt(directions[0], hook, u) > 0.9999, name);
    assert(directions.length === 1 || scores[1] < 1e-4 * scores[0]); // rounding to float32
    assert(cost.flops > 2 * d_model ** 3 && cost.bytes > 0);
    await assertRejects(
      () => find(svdRead, pair),
      RangeError,
      "matrices that read the residual stream",
    );
  }
});

Deno.test("svd-read finds a change of a matrix that reads, as the norm lets it be seen", async () => {
  const name = "transformer.h.1.mlp.c_fc.weight", gain = Float64Array.of(1, 2, 1, 0.5, 1, 1, 3, 1);
  const pair = makePair(gpu, (weights) => addRankOne(weights[name], false));
  for (const { parameters } of [pair.base, pair.other]) {
    parameters.tensors["transformer.h.1.ln_2.weight"].write(Float32Array.from(gain));
  }
  const { directions } = await find(svdRead, pair);
  const scaled = u.map((x, i) => x * gain[i]);
  const mean = scaled.reduce((sum, x) => sum + x) / d_model; // layer norm does not show the mean
  const seen = scaled.map((x) => x - mean);
  assert(cosineAt(directions[0], "blocks.1.hook_resid_mid", seen) > 0.9999);
  await assertRejects(
    () => find(svdWrite, pair),
    RangeError,
    "matrices that write to the residual stream",
  );
});

Deno.test("blocks with attention and MLP side by side are read where both read, and written to behind them", async () => {
  const config = gptNeoxConfig({ ...SIZES, n_heads: 1 });
  const model = (moved: boolean) => {
    const weights = randomWeights(gptNeox, config, stream(0, "weights"));
    if (moved) {
      for (const { data } of Object.values(weights)) {
        data.forEach((_, i) => data[i] += 0.01 * Math.sin(i));
      }
    }
    return createModel(gpu, gptNeox, config, weights);
  };
  const pair = { ...makePair(gpu), base: model(false), other: model(true) };
  for (const [method, at] of [[svdRead, "pre"], [svdWrite, "post"]] as const) {
    const { directions } = await find(method, pair);
    const hooks = new Set(directions.flatMap((d) => d.kind === "vector" ? [...d.at.keys()] : []));
    assertEquals(
      [...hooks].filter((hook) => !hookNames(pair.base).includes(hook)),
      [],
      method.name,
    );
    assert(hooks.has(`blocks.1.hook_resid_${at}`), method.name);
  }
});

Deno.test("singular vectors of the whole model fall, and are the same again", async () => {
  const pair = makePair(gpu, (weights) => {
    for (const { data, shape } of Object.values(weights)) {
      if (shape.length === 2) data.forEach((_, i) => data[i] += 0.01 * Math.sin(i));
    }
  });
  const first = await find(svdWrite, pair);
  assertEquals(first.directions.length, TINY.listed);
  assertEquals(first.scores, first.scores.toSorted((a, b) => b - a));
  assertEquals(await find(svdWrite, pair), first);
});
