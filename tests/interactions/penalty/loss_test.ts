// A crosscoder trained with the penalty from outside, on activations of the random model: the family knows nothing of it.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createPoolFeed } from "../../../lib/crosscoder/harvest/feed.ts";
import { type CoderRun, trainCrosscoder } from "../../../lib/crosscoder/train.ts";
import { RECIPES } from "../../../lib/crosscoder/recipes.ts";
import { penaltyLoss } from "../../../lib/interactions/penalty/loss.ts";
import { penaltyNeurons } from "../../../lib/interactions/penalty/neurons.ts";
import { PENALTY_KINDS } from "../../../lib/interactions/penalty/penalty.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;

Deno.test("trainCrosscoder() adds losses from outside: each penalty falls, is logged, and costs reconstruction", async () => {
  const model = randomModel(gpu, { d_mlp: 6 }), { config, arrays } = randomCoder();
  const initial = {
    config: {
      ...config,
      folded: false,
      recipe: "topk_auxk",
      activation: { kind: "topk" as const, k: 4 },
      normalisation: "mean_norm" as const,
    },
    arrays,
  };
  const sites = config.sites.map(({ hook }) => hook), batch = 14;
  const settings = { ...RECIPES.topk_auxk.settings, k: 4, steps: 60, batch, lr: 1e-2 };
  const random = () => stream(1, "feed");
  const options = { sites, batch, poolSequences: 4 };
  const train = async (extra: CoderRun["extra"]) => {
    const feed = createPoolFeed({ models: { model }, sequences: randomText() }, {
      ...options,
      random: random(),
    });
    const steps: Record<string, number>[] = [];
    await trainCrosscoder(gpu, initial, {
      name: "penalised",
      settings,
      feed,
      extra,
      onLog: (logged) => steps.push(...logged.map(({ metrics }) => metrics)),
    });
    feed.release();
    return steps;
  };
  using neurons = await penaltyNeurons(model, initial, { rows: batch });
  for (const kind of PENALTY_KINDS) {
    // A weight of a millionth measures, and changes next to nothing.
    const plain = await train([penaltyLoss(neurons, { kind, lambda: 1e-6 })]);
    const heavy = await train([penaltyLoss(neurons, { kind, lambda: 30 })]);
    assertEquals(Object.keys(heavy[0]), ["loss", "squared_error", "auxk", kind, "dead", "L0"]);
    const [without, held] = [1e6 * plain.at(-1)![kind], heavy.at(-1)![kind] / 30];
    assert(held < 0.6 * without, `${kind}: ${held} of ${without}`);
    assert(heavy.at(-1)!.squared_error > plain.at(-1)!.squared_error);
  }
  await assertRejects(
    () =>
      train([{
        name: "auxk",
        compute: penaltyLoss(neurons, { kind: "excess", lambda: 1 }).compute,
      }]),
    RangeError,
    "one name of its own",
  );
});
