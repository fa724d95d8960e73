/**
 * The floor: directions that nothing was learnt for.
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
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { stream } from "../../numerics/random.ts";
import { sitesOf } from "./check_pair.ts";
import { passCost, sizeOf, stagesCost, total } from "./cost.ts";
import { latentsBy, stackedVector } from "./directions.ts";
import { firingOf, whereFiring } from "./firing.ts";
import { makeMethod } from "./make_method.ts";
import { stageOf } from "./stages.ts";

/** Normal numbers at every site: `listed` of them, in no order. */
export const randomDirections = makeMethod({
  name: "random-directions",
  title: "Random directions",
  source: "floor",
  needs: [],
  find: (pair, { settings: { listed }, seed }) => {
    const { sites, d_in } = resolveSites({ [ONE_MODEL]: pair.base }, sitesOf(pair));
    const hooks = sites.map(({ hook }) => hook), random = stream(seed, "random directions");
    const directions = Array.from(
      { length: listed },
      () => stackedVector(hooks, random.normals(hooks.length * d_in)),
    );
    const scores = directions.map((_, i) => -i);
    return Promise.resolve({ directions, scores, cost: { flops: 0, bytes: 0 } });
  },
});

/**
 * The latents of DF that fire on the other model's text, as those of a list of it do, in a random order: what
 * a list is worth that says nothing.
 */
export const randomLatents = makeMethod({
  name: "random-latents",
  title: "Random latents of DF",
  source: "floor",
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
