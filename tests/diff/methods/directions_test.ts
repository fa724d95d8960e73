import { assert, assertEquals, assertThrows } from "@std/assert";
import { latentsBy, stackedVector } from "../../../lib/diff/methods/directions.ts";
import { randomDirections } from "../../../lib/diff/methods/random.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { makePair, TINY } from "./pairs.ts";

Deno.test("latentsBy() ranks by falling score, equal ones in order, and leaves NaN out", () => {
  const { directions, scores } = latentsBy([1, NaN, 3, 1]);
  assertEquals(directions.map((d) => d.kind === "latent" && d.latent), [2, 0, 3]);
  assertEquals(scores, [3, 1, 1]);
});

Deno.test("stackedVector() has norm 1 over all hooks and leaves out those where it is zero", () => {
  const direction = stackedVector(["a", "b", "c"], [3, 0, 0, 0, 0, 4]);
  assertEquals(
    direction.kind === "vector" && [...direction.at],
    [["a", Float32Array.of(0.6, 0)], ["c", Float32Array.of(0, 0.8)]],
  );
  assertThrows(() => stackedVector(["a"], [0, 0]), RangeError, "a norm of 0");
  assertThrows(() => stackedVector(["a"], [NaN, 0]), RangeError, "a norm of NaN");
});

Deno.test("random directions weigh sites as activations do", async () => {
  using gpu = await openGpu();
  const sites = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"];
  const pair = makePair(gpu, (weights) => {
    weights["transformer.h.1.mlp.c_proj.bias"].data.fill(30);
  });
  const settings = { ...TINY, listed: 30 }, text = pair.text.base.slice(0, 16);
  const { directions } = await randomDirections.find({ ...pair, sites }, { settings, seed: 0 });
  const { logits, cache } = runWithCache(pair.other, text, sites);
  logits.release();
  const means = await Promise.all(sites.map(async (hook) => {
    using own = cache.get(hook)!;
    const values = await own.read(), rows = values.length / 8;
    const norms = Array.from(
      { length: rows },
      (_, r) => Math.hypot(...values.subarray(8 * r, 8 * r + 8)),
    );
    return norms.reduce((sum, norm) => sum + norm / rows, 0);
  }));
  const squares = sites.map((hook) =>
    directions.reduce((sum, d) => {
      assert(d.kind === "vector");
      return sum + Math.hypot(...d.at.get(hook)!) ** 2 / 30;
    }, 0)
  );
  const [found, wanted] = [squares, means.map((norm) => norm ** 2)].map(([a, b]) => a / b);
  assert(wanted < 0.02 && found > 0.7 * wanted && found < 1.4 * wanted, `${found}, not ${wanted}`);
});
