// Lists that stages make: each stage is trained once for all of them, and the lists are the cosines' order.
import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { type Keep, keepIn } from "../../../lib/diff/methods/keep.ts";
import { direct, oneWayX, oneWayY } from "../../../lib/diff/methods/one_turn.ts";
import { rateChange } from "../../../lib/diff/methods/firing.ts";
import { randomLatents } from "../../../lib/diff/methods/random.ts";
import { ratesModels } from "../../../lib/diff/methods/rates.ts";
import { stageOf } from "../../../lib/diff/methods/stages.ts";
import { both, ranks, stagewiseDF, stagewiseMF } from "../../../lib/diff/methods/stagewise.ts";
import { rotation } from "../../../lib/diff/stages/rotation.ts";
import { inFolder } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

const changed = (weights: Record<string, { data: Float32Array }>) => {
  const { data } = weights["transformer.h.0.mlp.c_proj.weight"];
  data.forEach((_, i) => data[i] += 0.3 * Math.cos(i));
};

Deno.test("stages are trained once for all methods, and SF of another pair shares S with this one", async () => {
  await inFolder(async (folder) => {
    const pair = makePair(gpu, changed), made: string[] = [];
    const inner = keepIn(folder);
    const keep: Keep = (name, inputs, make) =>
      inner(name, inputs, async (...given) => {
        made.push(name);
        await make(...given);
      });
    const options = { settings: TINY, seed: 0, keep };
    for (const method of [stagewiseDF, stagewiseMF, oneWayX, oneWayY]) {
      await method.find(pair, options);
    }
    assertEquals(made, ["S", "D", "M", "DF", "MF"]);
    await direct.find({ ...pair, other: pair.base }, options);
    assertEquals(made.slice(5), ["SF"]);
    await direct.find(pair, { ...options, seed: 1 });
    assertEquals(made.slice(6), ["S", "SF"]);
  });
});

Deno.test("stagewise-DF lists the latents that turn on both ways, of those that fire", async () => {
  await inFolder(async (folder) => {
    const pair = makePair(gpu, changed),
      options = { settings: TINY, seed: 0, keep: keepIn(folder) };
    const { coder, directions, scores, cost } = await stagewiseDF.find(pair, options);
    const W_dec = async (stage: "D" | "M" | "DF" | "MF") =>
      (await stageOf(stage, pair, options)).arrays.W_dec;
    const x = rotation(await W_dec("D"), await W_dec("DF"));
    const y = rotation(await W_dec("M"), await W_dec("MF"));
    assertEquals(coder!.arrays.W_dec, await W_dec("DF"));
    assert(directions.length > 0 && directions.length <= TINY.d_sae);
    directions.forEach((direction, i) => {
      assert(direction.kind === "latent");
      assertEquals(scores[i], 1 - Math.max(x[direction.latent], y[direction.latent]));
      assert(i === 0 || scores[i - 1] >= scores[i]);
    });
    const latents = (list: typeof directions) =>
      list.map((direction) => direction.kind === "latent" && direction.latent);
    const random = latents((await randomLatents.find(pair, options)).directions);
    assertEquals(random.toSorted(), latents(directions).toSorted()); // of the same ones, those that fire
    const single = (await oneWayX.find(pair, options)).cost,
      four = (await direct.find(pair, options)).cost;
    assert(cost.flops > single.flops && single.flops > four.flops && four.bytes > 0);
  });
});

Deno.test("both() takes the lesser turn, ranks() the product of ranks", () => {
  const cosines = { x: Float64Array.of(0.1, 0.9, 0.5), y: Float64Array.of(0.8, 0.2, 0.4) };
  assertEquals(both(cosines).map((score) => score.toFixed(3)), ["0.200", "0.100", "0.500"]);
  assertEquals(ranks(cosines).map((score) => Math.round(Math.exp(-score))), [3, 3, 4]);
});

Deno.test("rateChange() is the log of a quotient of rates, of latents that fire at all", () => {
  const change = rateChange({ fired: [9, 0, 0], n_tokens: 99 }, {
    fired: [19, 0, 4],
    n_tokens: 199,
  });
  assertEquals(change[0], Math.log(19.5 / 200 / (9.5 / 100)));
  assert(Number.isNaN(change[1]) && change[2] > 1);
});

Deno.test("rates of S do not differ between a model and itself", async () => {
  const { scores } = await ratesModels.find(makePair(gpu), { settings: TINY, seed: 0 });
  assert(scores.length > 0 && scores.every((score) => score === 0));
});
