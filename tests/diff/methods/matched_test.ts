// The other model has one constant more, which a copy of the base can learn.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { differenceMoments } from "../../../lib/diff/methods/difference_moments.ts";
import { matchModel } from "../../../lib/diff/methods/match_model.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { makePair } from "./pairs.ts";

const gpu = await openGpu();

const HOOKS = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];

Deno.test("matchModel() brings a copy nearer to the other model, and leaves the base as it was", async () => {
  const pair = makePair(gpu, (weights) => {
    weights["transformer.h.0.mlp.c_proj.bias"].data.set([1, -1, 0.5, 0, 2, 0, 0, 1]);
  });
  const before = await readParameters(pair.base.parameters);
  const matching = { steps: 100, batch: 4, lr: 3e-2 }, text = pair.text.base;
  const match = () =>
    matchModel(pair, text, { hooks: HOOKS, matching, random: stream(0, "match") });
  const copy = await match(), again = await match();
  const left = async (base: typeof copy) => {
    const { squares: { rows, data } } = await differenceMoments(
      { ...pair, base },
      HOOKS,
      pair.text.other,
    );
    return Array.from({ length: rows }, (_, i) => data[i * rows + i]).reduce((a, b) => a + b);
  };
  const [found, all] = [await left(copy), await left(pair.base)];
  assert(found < 0.2 * all, `${found} of ${all} on a text that it was not trained on`);
  assertEquals(await readParameters(pair.base.parameters), before);
  assertEquals(await readParameters(again.parameters), await readParameters(copy.parameters));
});

Deno.test("matchModel() keeps nothing of a copy whose training fails", async () => {
  const pair = makePair(gpu), text = pair.text.base, bytes: number[] = [];
  const matching = { steps: 3, batch: 4, lr: 1e-3 }, random = stream(0, "match");
  const checkpoint = {
    read: () => Promise.reject(new Error("no such disk")),
    write: () => Promise.resolve(),
    refuse: () => {},
  };
  for (let run = 0; run < 4; run++) {
    await assertRejects(
      () => matchModel(pair, text, { hooks: HOOKS, matching, random, checkpoint }),
      Error,
      "no such disk",
    );
    bytes.push(gpu.memory.bytes);
  }
  assertEquals(bytes.slice(1), bytes.slice(1).fill(bytes[1])); // the first run fills the pool
});
