import { assertAlmostEquals, assertEquals } from "@std/assert";
import { measureResidual, outlierOf } from "../../../lib/diff/run/residual.ts";
import { processModel } from "../../../lib/model/processing/model.ts";
import { createGptNeo, gptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { tinyModel, tinySequences } from "../../model/tiny_model.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu), sequences = tinySequences(19, 7); // one batch and a part of one

Deno.test("measureResidual() has the means of what run with cache shows", async () => {
  const { n_sequences, sites } = await measureResidual(model, sequences);
  assertEquals(n_sequences, 19);
  const names = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
  assertEquals(sites.map(({ site }) => site), names);
  const { cache } = runWithCache(model, sequences, names);
  for (const { site, raw } of sites) {
    const x = await cache.get(site)!.read(), d = 8, n = 19 * 7;
    const mean = (f: (value: number) => number) =>
      Array.from({ length: d }, (_, i) => {
        let sum = 0;
        for (let row = 0; row < n; row++) sum += f(x[row * d + i]) / n;
        return sum;
      });
    assertClose(raw.mean_abs, mean(Math.abs), { name: "mean |x|", rtol: 6e-6 });
    assertClose(raw.mean_square, mean((value) => value ** 2), { name: "mean x²", rtol: 6e-6 });
    const norms = Array.from({ length: 7 }, (_, position) => {
      let sum = 0;
      for (let b = 0; b < 19; b++) {
        const from = (b * 7 + position) * d;
        sum += Math.hypot(...x.subarray(from, from + d)) / 19;
      }
      return sum;
    });
    assertClose(raw.norm, norms, { name: "norm", rtol: 6e-6 });
  }
});

Deno.test("measureResidual() centred is what processing the weights gives", async () => {
  const weights = await readParameters(model.parameters);
  const process = processModel("test", gptNeo, { config: model.config, weights, process: {} });
  const processed = createGptNeo(gpu, process.config, process.weights);
  const before = await measureResidual(model, sequences);
  const after = await measureResidual(processed, sequences);
  for (const [s, { raw, centred }] of after.sites.entries()) {
    for (const key of ["mean_abs", "mean_square", "norm"] as const) {
      const tolerance = { name: key, rtol: 1e-5 };
      assertClose(raw[key], before.sites[s].centred[key], tolerance);
      assertClose(centred[key], raw[key], tolerance);
    }
  }
});

Deno.test("outlierOf() names the largest dimension, its size, its share, and the first position's norm", () => {
  const spread = { mean_abs: [1, 2, 12, 3], mean_square: [1, 5, 150, 44], norm: [9, 2, 4] };
  const { dimension, timesMedian, share, firstNorm } = outlierOf(spread);
  assertEquals([dimension, timesMedian, firstNorm], [2, 12 / 2.5, 3]);
  assertAlmostEquals(share!, 0.75);
  const empty = outlierOf({ mean_abs: [0, 0, 0, 2], mean_square: [0, 0, 0, 4], norm: [1] });
  assertEquals(empty, { dimension: 3, timesMedian: undefined, share: 1, firstNorm: undefined });
});
