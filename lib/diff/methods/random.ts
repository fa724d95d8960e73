/**
 * Chance: directions that nothing was learnt for.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { createGptNeo } from "../../model/architectures/gpt_neo.ts";
 * import { gptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
 * import { initialWeights } from "../../model/architectures/gpt_neo/weights.ts";
 * import { stream } from "../../numerics/random.ts";
 * import { methodSettings } from "./settings.ts";
 * import { randomDirections } from "./random.ts";
 * using gpu = await openGpu();
 * const config = gptNeoConfig({ d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 });
 * const [base, other] = ["base", "other"].map((name) =>
 *   createGptNeo(gpu, config, initialWeights(config, stream(0, name)))
 * );
 * const text = { base: [Uint32Array.of(1, 2, 3)], other: [] };
 * const { directions } = await randomDirections.find({ base, other, text }, {
 *   settings: methodSettings("smoke"),
 *   seed: 0,
 * });
 * assertEquals(directions.length, 40);
 * ```
 * @module
 */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { siteScales } from "../../crosscoder/scale.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { stream } from "../../numerics/random.ts";
import { rowSlice } from "../../tensor/views.ts";
import { sitesOf } from "./check_pair.ts";
import { passCost, sizeOf, stagesCost, total } from "./cost.ts";
import { latentsBy, stackedVector } from "./directions.ts";
import { firingOf, whereFiring } from "./firing.ts";
import { makeMethod } from "./make_method.ts";
import type { ModelPair } from "./method.ts";
import { stageOf } from "./stages.ts";

/**
 * Normal numbers at every site, `listed` of them, in no order. Sites weigh as the other model's activations do
 * there, on the text that both know, else what is drawn for the last one would swamp the first.
 */
export const randomDirections = makeMethod({
  trains: [],
  lists: "vectors",
  name: "random-directions",
  title: "Random directions",
  source: "chance",
  needs: [],
  find: async (pair, { settings: { listed }, seed }) => {
    const { hooks, d_in, scale, read } = await activationScales(pair);
    const random = stream(seed, "random directions"), width = hooks.length * d_in;
    const directions = Array.from(
      { length: listed },
      () =>
        stackedVector(
          hooks,
          random.normals(width).map((value, j) => value / scale[Math.floor(j / d_in)]),
        ),
    );
    const scores = directions.map((_, i) => -i);
    return { directions, scores, cost: passCost(pair, { sequences: read }) };
  },
});

/** Of the other model at its sites, over one pass of the text that both know: `read` sequences. */
async function activationScales(
  pair: ModelPair,
): Promise<{ hooks: readonly string[]; d_in: number; scale: number[]; read: number }> {
  const hooks = sitesOf(pair), { base: text } = pair.text, models = { [ONE_MODEL]: pair.other };
  using owned = new DisposableStack();
  const harvester = owned.adopt(
    createHarvester({ models, sites: hooks, pos: text[0].length }),
    releaseHarvester,
  );
  const { batch, staging, sites, d_in } = harvester, some = text.slice(0, batch);
  const rows = harvestBatch(harvester, some);
  const seen = { tables: [rowSlice(staging, 0, rows)], rows };
  const scale = await siteScales(seen, { n_sites: sites.length, d_in });
  return { hooks: sites.map(({ hook }) => hook), d_in, scale, read: some.length };
}

/**
 * The latents of DF that fire on the other model's text, as those of a list of it do, in a random order: what
 * a list is worth that says nothing.
 */
export const randomLatents = makeMethod({
  trains: [{ kind: "stage", stage: "DF" }],
  lists: "latents",
  name: "random-latents",
  title: "Random latents of DF",
  source: "chance",
  needs: ["other text"],
  find: async (pair, options) => {
    const coder = await stageOf("DF", pair, options), { settings, seed } = options;
    const text = pair.text.other.slice(0, settings.measured);
    const firing = await firingOf(pair.other, coder, text);
    const places = stream(seed, "random latents").permutation(settings.d_sae);
    const { directions } = latentsBy(whereFiring(firing, places));
    return {
      coder,
      directions,
      scores: directions.map((_, i) => -i),
      cost: total([
        stagesCost(pair, settings, ["DF"]),
        passCost(pair, { sequences: text.length, encoded: sizeOf(pair, settings.d_sae) }),
      ]),
    };
  },
});
