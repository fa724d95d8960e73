import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "../../lib/crosscoder/coder.ts";
import { decode, encode } from "../../lib/crosscoder/loss.ts";
import { coderTensors } from "../../lib/crosscoder/train.ts";
import { writeSafetensors } from "../../lib/io/safetensors.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const array = (seed: number, shape: number[]) => ({
  shape,
  data: Float32Array.from(random(seed, shape.reduce((a, b) => a * b, 1))),
});
const coder: Crosscoder = {
  config: { sites: ["a", "b"], d_in: 4, d_sae: 6, scale: [3, 0.25], folded: false },
  arrays: {
    W_enc: array(1, [2, 4, 6]),
    W_dec: array(2, [6, 2, 4]),
    b_enc: array(3, [6]),
    b_dec: array(4, [2, 4]),
    threshold: { shape: [6], data: Float32Array.from([0.2, 0.4, 0.6, 0.8, 1, 1.2]) },
  },
};

Deno.test("fold() keeps latents and turns reconstructions into raw activations; a second fold throws", async () => {
  const raw = array(5, [9, 8]);
  const scale = (i: number) => i % 8 < 4 ? 3 : 0.25;
  const scaled = { shape: [9, 8], data: raw.data.map((v, i) => v * scale(i)) };
  const run = async (of: Crosscoder, x: typeof raw) => {
    const tensors = coderTensors(gpu, of);
    const acts = encode(tensors, upload(gpu, x));
    return [await acts.read(), await decode(tensors, acts).read()];
  };
  const [acts, x_hat] = await run(coder, scaled);
  const [foldedActs, raw_hat] = await run(fold(coder), raw);
  assertClose(foldedActs, acts, { name: "latents", rtol: 1e-5 });
  assertClose(raw_hat, x_hat.map((v, i) => v / scale(i)), { name: "reconstruction", rtol: 1e-5 });
  assertClose(unfold(fold(coder)).arrays.W_dec.data, coder.arrays.W_dec, {
    name: "W_dec",
    rtol: 1e-6,
  });
  assertThrows(() => fold(fold(coder)), Error, "fold it once".slice(0, 4));
  assertThrows(() => unfold(coder), Error, "expected folded weights");
});

Deno.test("saveCrosscoder() and loadCrosscoder() keep every bit; a broken file is refused with the reason", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await saveCrosscoder(folder, fold(coder));
    assertEquals(await loadCrosscoder(folder), fold(coder));
    const { W_dec: _, ...rest } = coder.arrays;
    await writeSafetensors(join(folder, "model.safetensors"), {
      ...rest,
      W_deck: coder.arrays.W_dec,
    });
    await assertRejects(() => loadCrosscoder(folder), Error, "W_dec [6,2,4] is missing");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
