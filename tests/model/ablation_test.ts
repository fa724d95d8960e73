import { assert, assertEquals } from "@std/assert";
import { runWithCache, runWithHooks } from "../../lib/model/run_with_cache.ts";
import { multiply } from "../../lib/tensor/ops/arithmetic.ts";
import { type Tensor, upload } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";
import { tinyModel, tinySequences } from "./tiny_model.ts";

const { gpu } = devices[0];

Deno.test("multiply() with a mask ablates one head: the same logits as zeros in its place", async () => {
  const model = tinyModel(gpu), tokens = tinySequences(3), hook = "blocks.1.attn.hook_z";
  const mask = upload(gpu, { shape: [2, 4], data: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0) });
  const found = runWithHooks(model, tokens, { [hook]: (z: Tensor) => multiply(z, mask) });
  const { logits, cache } = runWithCache(model, tokens, [hook]);
  const z = cache.get(hook)!;
  const data = (await z.read()).map((value, i) => i % 8 < 4 ? value : 0);
  const zeroed = upload(gpu, { shape: [...z.shape], data });
  const expected = await runWithHooks(model, tokens, { [hook]: () => zeroed }).read();
  assertEquals(await found.read(), expected);
  assert((await logits.read()).some((value, i) => value !== expected[i]));
});
