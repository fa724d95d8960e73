import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { HostArray } from "../../lib/io/host_array.ts";
import { writeSafetensors } from "../../lib/io/safetensors.ts";
import {
  loadMaxOfK,
  maxOfKFromTensors,
  maxOfKToTensors,
  saveMaxOfK,
} from "../../lib/proofs/model.ts";
import { W1 } from "./tiny_models.ts";

const named = (change: (tensors: Map<string, HostArray>) => void) => {
  const tensors = new Map(Object.entries(maxOfKToTensors(W1)));
  change(tensors);
  return tensors;
};
const zeros = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

Deno.test("saveMaxOfK() then loadMaxOfK() gives the same model, with TransformerLens names", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  await saveMaxOfK(path, W1);
  assertEquals(await loadMaxOfK(path), W1);
  assertEquals(Object.keys(maxOfKToTensors(W1)).sort(), [
    ...["blocks.0.attn.W_K", "blocks.0.attn.W_O", "blocks.0.attn.W_Q", "blocks.0.attn.W_V"],
    ...["embed.W_E", "pos_embed.W_pos", "unembed.W_U"],
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("maxOfKFromTensors() takes biases of 0 and the mask buffers", () => {
  const tensors = named((t) => {
    t.set("blocks.0.attn.b_Q", zeros(1, 4)).set("blocks.0.attn.b_O", zeros(3));
    t.set("unembed.b_U", zeros(4)).set("blocks.0.attn.IGNORE", {
      shape: [],
      data: Float32Array.of(-Infinity),
    });
  });
  assertEquals(maxOfKFromTensors(tensors), W1);
});

Deno.test("maxOfKFromTensors() refuses other models and says why", () => {
  const bias = zeros(4);
  bias.data[2] = 1e-30;
  const nan = { ...maxOfKToTensors(W1)["embed.W_E"] };
  nan.data = nan.data.slice();
  nan.data[5] = NaN;
  const cases: [(t: Map<string, HostArray>) => void, string][] = [
    [(t) => t.set("unembed.b_U", bias), "unembed.b_U to be exactly 0"],
    [(t) => t.set("embed.W_E", nan), "finite weights in W_E but found NaN at 5"],
    [(t) => t.delete("unembed.W_U"), "tensor unembed.W_U"],
    [(t) => t.set("unembed.W_U", zeros(3, 5)), "unembed.W_U of shape [3,4] but found [3,5]"],
    [
      (t) => t.set("blocks.0.attn.W_Q", zeros(2, 3, 4)),
      "[1,3,4] but found [2,3,4]: one layer, one head",
    ],
    [(t) => t.set("blocks.1.attn.W_Q", zeros(1, 3, 4)), "attention-only model of one layer"],
    [(t) => t.set("blocks.0.mlp.W_in", zeros(3, 12)), "tensor blocks.0.mlp.W_in"],
    [(t) => t.set("pos_embed.W_pos", zeros(1, 3)), "n_ctx from 2"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => maxOfKFromTensors(named(change)), TypeError, message);
  }
});

Deno.test("loadMaxOfK() refuses a missing file, and saveMaxOfK() a broken model", async () => {
  await assertRejects(() => loadMaxOfK("/nowhere/model.safetensors"), Error, "expected a file");
  await assertRejects(
    () => saveMaxOfK("/nowhere/m", { ...W1, W_E: W1.W_E.slice(1) }),
    TypeError,
    "12 values",
  );
});

Deno.test("loadMaxOfK() skips a boolean mask, as TransformerLens saves it", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors");
  await writeSafetensors(path, { ...maxOfKToTensors(W1), "blocks.0.attn.mask": zeros(3, 3) });
  const bytes = await Deno.readFile(path);
  // 9 float32 become 36 bytes of BOOL: only the header's entry changes, padded by its spaces.
  const header = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const text = header.replace(
    /"blocks.0.attn.mask":\{"dtype":"F32","shape":\[3,3\]/,
    (found) => found.replace('"F32"', '"BOOL"').replace("[3,3]", "[36]"),
  );
  assert(text.length === header.length && text !== header);
  await Deno.writeFile(path, Uint8Array.from(text, (c) => c.charCodeAt(0)));
  assertEquals(await loadMaxOfK(path), W1);
  await Deno.remove(folder, { recursive: true });
});
