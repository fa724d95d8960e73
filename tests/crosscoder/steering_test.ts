import { assertEquals, assertThrows } from "@std/assert";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { steering } from "../../lib/crosscoder/steering.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];

/** Three latents at two sites of two values: vector l at site s is [10 l + s, 1]. */
function coder({ folded }: { folded: boolean }) {
  const config = coderConfig({ sites: ["hook_embed", "hook_resid"], d_in: 2, d_sae: 3, folded });
  const W_dec = [0, 1, 2].flatMap((latent) => [0, 1].flatMap((site) => [10 * latent + site, 1]));
  const array = (shape: number[], data?: number[]) => ({
    shape,
    data: Float32Array.from(data ?? new Array(shape.reduce((a, b) => a * b, 1)).fill(1)),
  });
  const arrays = {
    W_enc: array([2, 2, 3]),
    W_dec: array([3, 2, 2], W_dec),
    b_enc: array([3]),
    b_dec: array([2, 2]),
    threshold: array([3]),
  };
  return { config, arrays };
}

Deno.test("steering() adds so much of the latent's vector at each site", async () => {
  using steer = steering(gpu, coder({ folded: true }), { latent: 2, by: 0.5 });
  assertEquals(Object.keys(steer.edits), ["hook_embed", "hook_resid"]);
  using x = upload(gpu, { shape: [1, 2, 2], data: Float32Array.of(1, 2, 3, 4) });
  const read = async (hook: string) => [...await steer.edits[hook](x, hook)!.read()];
  assertEquals(await read("hook_embed"), [11, 2.5, 13, 4.5]);
  assertEquals(await read("hook_resid"), [11.5, 2.5, 13.5, 4.5]);
});

Deno.test("steering() refuses latents that there are none of, and scaled weights", () => {
  const by = 1;
  assertThrows(
    () => steering(gpu, coder({ folded: true }), { latent: 3, by }),
    RangeError,
    "Cannot steer: expected latent to be a whole number from 0 to 2 but found 3",
  );
  assertThrows(() => steering(gpu, coder({ folded: false }), { latent: 0, by }), Error, "fold");
});
