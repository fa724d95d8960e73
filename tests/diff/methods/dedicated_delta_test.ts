// Fixture: tests/fixtures/delta_loss.py (PyTorch, float64): the loss on the difference of two models' activations.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { freshCoder } from "../../../lib/crosscoder/fresh.ts";
import type { LossState } from "../../../lib/crosscoder/losses/loss.ts";
import { plantedFeed } from "../../../lib/crosscoder/planted/feed.ts";
import { plantedTask } from "../../../lib/crosscoder/planted/task.ts";
import { RECIPES } from "../../../lib/crosscoder/recipes.ts";
import { trainCrosscoder } from "../../../lib/crosscoder/train.ts";
import { type Crosscoder, loadCrosscoder } from "../../../lib/crosscoder/coder.ts";
import { hostEncode } from "../../../lib/crosscoder/host_encode.ts";
import { crosscoder } from "../../../lib/diff/methods/crosscoder.ts";
import { dedicated, dedicatedLatents } from "../../../lib/diff/methods/dedicated.ts";
import { delta, deltaLoss, differenceOf } from "../../../lib/diff/methods/delta.ts";
import { scratchKeep } from "../../../lib/diff/methods/keep.ts";
import type { Found } from "../../../lib/diff/methods/method.ts";
import { bothSites, sideBySide } from "../../../lib/diff/methods/side_by_side.ts";
import { relativeNorms } from "../../../lib/diff/stages/relative_norms.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import type { HostArray } from "../../../lib/io/host_array.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import type { LoggedStep } from "../../../lib/tensor/training.ts";
import { assertClose, fixture } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

Deno.test("the loss on differences has PyTorch's value and gradient", async () => {
  const pt = await fixture("delta_loss");
  using x = upload(gpu, pt.x);
  using x_hat = upload(gpu, pt.x_hat);
  x_hat.requiresGrad = true;
  using W_dec = zeros(gpu, [1, 4, 4]); // of which only the shape is looked at
  const config = { scale: [...pt.scale.data], d_in: 4 };
  using difference = differenceOf(gpu, { config } as Parameters<typeof differenceOf>[1]);
  const state = { x, x_hat, coder: { W_dec } } as unknown as LossState;
  const { loss } = withGradients(gpu, [x_hat], () => ({
    loss: deltaLoss(difference).compute(state, {}),
  }));
  assertClose(await loss.read(), pt.loss, { name: "loss", rtol: 1e-6 });
  assertClose(await x_hat.grad!.read(), pt.x_hat_grad, { name: "gradient", rtol: 1e-5 });
});

const differing = (gpu: Parameters<typeof makePair>[0]) =>
  makePair(gpu, (weights) => {
    weights["transformer.h.1.mlp.c_proj.weight"].data.forEach((_, i, data) =>
      data[i] += Math.cos(i)
    );
  });

/** A method's list, and the dictionary of both models that it is made of. */
async function found(
  method: typeof dedicated,
  pair: ReturnType<typeof makePair>,
  settings: typeof TINY,
): Promise<{ list: Found; coder: Crosscoder }> {
  await using scratch = await scratchKeep();
  let folder = "";
  const keep: typeof scratch.keep = async (...given) => folder = await scratch.keep(...given);
  const list = await method.find(pair, { settings, seed: 0, keep });
  const { dictionary: { name } } = method.learns!;
  return { list, coder: await loadCrosscoder(join(folder, name)) };
}

Deno.test("dedicated latents write to their own model alone, and the list is the other model's", async () => {
  const settings = { ...TINY, d_sae: 40, cross: { ...TINY.cross, k: 6, steps: 60 } };
  const { list: { directions }, coder } = await found(dedicated, differing(gpu), settings);
  const { base, other } = dedicatedLatents(40);
  assertEquals([base, other], [[0, 2], [2, 4]]);
  const { config: { sites, scale }, arrays: { W_dec } } = coder;
  const norms = relativeNorms({ W_dec, sites, scale, models: ["base", "other"] });
  assertEquals(norms.slice(0, 4), [0, 0, 1, 1]);
  assert(norms.slice(4).every((norm) => norm > 0 && norm < 1));
  const listed = directions.map((d) => d.kind === "latent" && d.latent);
  assert(listed.length > 0 && listed.every((latent) => latent === 2 || latent === 3), `${listed}`);
});

Deno.test("a delta-crosscoder tells differences better than the crosscoder that begins as it does", async () => {
  const pair = differing(gpu),
    settings = { ...TINY, cross: { ...TINY.cross, steps: 150, lr: 3e-3 } };
  const rows: number[][] = [];
  for (const batch of sideBySide(pair, bothSites(pair), pair.text.other.slice(0, 8))) {
    const values = await batch.read();
    for (let r = 0; r < batch.rows; r++) {
      rows.push([...values.subarray(r * batch.columns, (r + 1) * batch.columns)]);
    }
  }
  const flops: number[] = [];
  const error = async (method: typeof delta) => {
    const { list, coder } = await found(method, pair, settings),
      { x, x_hat } = hostEncode(coder, rows);
    flops.push(list.cost.flops);
    const { scale, d_in } = coder.config, N = scale.length / 2 * d_in;
    const off = (r: number, j: number) => x[r][j] - x_hat[r][j];
    const ratio = (j: number) =>
      scale[scale.length / 2 + Math.floor(j / d_in)] / scale[Math.floor(j / d_in)];
    const squares = rows.flatMap((_, r) =>
      Array.from({ length: N }, (_, j) => (off(r, N + j) - ratio(j) * off(r, j)) ** 2)
    );
    return Math.sqrt(squares.reduce((a, b) => a + b) / rows.length);
  };
  const [plain, trained] = [await error(crosscoder), await error(delta)];
  assert(trained < 0.95 * plain, `${trained} with the loss, ${plain} without`);
  const { steps, batch } = settings.cross; // the loss multiplies each row by [n, n / 2], and back
  assertEquals(flops[1] - flops[0], steps * batch * 2 * rows[0].length ** 2);
});

Deno.test("training with any recipe holds at 0 what is held, of the decoder's shape alone", async () => {
  const random = stream(0, "task");
  const options = { n_features: 6, n_sites: 2, d_in: 4, L0: 2, zipf: 0, partial: 0, noise: 0.1 };
  const task = plantedTask(options, random);
  const feed = plantedFeed(gpu, task, { batch: 8, perRound: 2, random: random.stream("rows") });
  const shape = [5, 2, 4], data = new Float32Array(40).fill(1, 3, 9);
  const recipe = "anthropic_jan25", settings = { ...RECIPES[recipe].settings, steps: 12, batch: 8 };
  const sites = ["a", "b"].map((hook) => ({ model: "model", hook }));
  const fresh = await freshCoder(gpu, feed, { sites, d_in: 4, d_sae: 5, settings, random });
  const steps: LoggedStep[] = [];
  const train = (held: HostArray | undefined, initial = fresh) =>
    trainCrosscoder(gpu, initial, {
      ...{ name: "held", settings, feed, ...(held && { held }) },
      onLog: (some) => void steps.push(...some),
    });
  const { W_dec } = (await train({ shape, data })).arrays;
  assertEquals([...W_dec.data].map((w) => w === 0), [...data].map((held) => held === 1));
  const { arrays } = fresh, start = arrays.W_dec.data.map((w, i) => data[i] === 1 ? 0 : w);
  const [{ gradNorm }] = steps;
  await train(undefined, { ...fresh, arrays: { ...arrays, W_dec: { shape, data: start } } });
  const free = steps[steps.findLastIndex(({ step }) => step === steps[0].step)];
  assertEquals(free.metrics.loss.toFixed(4), steps[0].metrics.loss.toFixed(4));
  assert(gradNorm < 0.999 * free.gradNorm, `${gradNorm}: what is held has a part in the norm`);
  await assertRejects(
    () => train({ shape: [5, 8], data }),
    Error,
    "held has shape [5,8] instead of [5,2,4]",
  );
  feed.release();
});
