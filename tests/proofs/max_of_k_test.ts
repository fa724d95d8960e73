import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { HostArray } from "../../lib/io/host_array.ts";
import { encodeSafetensors } from "../../lib/io/safetensors.ts";
import {
  loadMaxOfK,
  maxOfKFromTensors,
  maxOfKToTensors,
  saveMaxOfK,
} from "../../lib/proofs/max_of_k.ts";
import { checkProof } from "../../scripts/check_proof.ts";
import { prove } from "../../scripts/prove.ts";
import { certify } from "../../lib/proofs/certify.ts";
import { makeProver } from "../../lib/proofs/prove.ts";
import { realData } from "../data/_real.ts";
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

/** A file with W1's matrices and these tensors, given as bytes of any dtype. */
async function fileWith(
  path: string,
  others: Record<string, { dtype: string; shape: number[]; bytes: number[] }>,
): Promise<void> {
  const bytes = encodeSafetensors(maxOfKToTensors(W1));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const data = [...bytes.subarray(8 + length)];
  for (const [name, { dtype, shape, bytes }] of Object.entries(others)) {
    header[name] = { dtype, shape, data_offsets: [data.length, data.push(...bytes)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true);
  await Deno.writeFile(path, Uint8Array.of(...head, ...text, ...data));
}

const MASK = "blocks.0.attn.mask", IGNORE = "blocks.0.attn.IGNORE";
const mask = (bytes: number[], dtype = "BOOL", shape = [3, 3]) => ({
  [MASK]: { dtype, shape, bytes },
});
const CAUSAL = [1, 0, 0, 1, 1, 0, 1, 1, 1];

Deno.test("loadMaxOfK() takes a causal mask, as TransformerLens saves it, and prover and checker refuse any other", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "model.safetensors"), out = join(folder, "n5.json");
  const float = (values: number[]) => [...new Uint8Array(Float32Array.from(values).buffer)];
  const ignore = (value: number) => ({
    [IGNORE]: { dtype: "F32", shape: [], bytes: float([value]) },
  });
  const taken = [
    { ...mask(CAUSAL), ...ignore(-Infinity) },
    { ...mask(CAUSAL, "U8"), ...ignore(-1e5) },
    mask(float(CAUSAL), "F32"),
    { [IGNORE]: { dtype: "F16", shape: [], bytes: [0x00, 0xfc] } },
  ];
  for (const others of taken) {
    await fileWith(path, others);
    assertEquals(await loadMaxOfK(path), W1);
  }
  await saveMaxOfK(path, W1);
  await Deno.writeTextFile(out, certify(makeProver(W1), "N5").certificate);
  const local = [1, 0, 0, 1, 1, 0, 0, 1, 1];
  const refused: [Parameters<typeof fileWith>[1], string][] = [
    [mask(local), "mask to be causal, row i true up to position i and the last row throughout"],
    [mask(local), "but found 0 at [2, 0]"],
    [mask([1, 1, 1, 1, 1, 1, 1, 1, 1]), "but found 1 at [0, 1]"],
    [mask([0, 0, 0, 0, 0, 0, 1, 1, 1]), "but found 0 at [0, 0]"],
    [mask([1, 0, 0, 1, 2, 0, 1, 1, 1]), "mask that are 0 or 1"],
    [mask([1, 0, 0, 1, 1, 0, 1, 1, 255], "U8"), "but found 255 at [2, 2]"],
    [mask(float([1, 0, 0, 1, 1, 0, 1, 1, NaN]), "F32"), "but found NaN at [2, 2]"],
    [mask(float([1, 0, 0, 1, 1, 0, 1, 1, 0.5]), "F32"), "but found 0.5 at [2, 2]"],
    [mask(CAUSAL, "BOOL", [9]), "mask of shape [3,3] but found [9]"],
    [mask(CAUSAL, "BOOL", [1, 3, 3]), "mask of shape [3,3] but found [1,3,3]"],
    [mask([1, 0, 1, 1], "BOOL", [2, 2]), "mask of shape [3,3] but found [2,2]"],
    [ignore(NaN), "IGNORE to be -Infinity or at most -10000 but found NaN"],
    [ignore(0), "IGNORE to be -Infinity or at most -10000 but found 0"],
    [ignore(Infinity), "at most -10000 but found Infinity"],
    [{ [IGNORE]: { dtype: "F32", shape: [1], bytes: float([-1e5]) } }, "IGNORE of shape []"],
    [
      { [IGNORE]: { dtype: "BOOL", shape: [], bytes: [1] } },
      "tensor blocks.0.attn.IGNORE but found",
    ],
    [{ "embed.W_E2": { dtype: "F32", shape: [0], bytes: [] } }, "found tensor embed.W_E2"],
    [{ "a\u009b2J": { dtype: "F32", shape: [0], bytes: [] } }, 'found tensor "a\\u009b2J"'],
  ];
  for (const [others, words] of refused) {
    await fileWith(path, others);
    await assertRejects(() => prove(["--model", path, "--strategy", "N5"]), Error, words);
    await assertRejects(() => checkProof([out, "--model", path]), Error, words);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("loadMaxOfK() refuses the file whose last position does not see the first", async () => {
  const path = realData("faults/max3_local_attention.safetensors");
  if (path === undefined) return;
  await assertRejects(() => loadMaxOfK(path), TypeError, "mask to be causal");
});

Deno.test("maxOfKFromTensors() checks masks, IGNORE and sizes of what it is given, as a file's", () => {
  const tensor = (shape: number[], ...values: number[]) => ({
    shape,
    data: Float32Array.from(values),
  });
  const cases: [(t: Map<string, HostArray>) => void, string][] = [
    [(t) => t.set(MASK, tensor([3, 3], ...CAUSAL.with(6, 0))), "found 0 at [2, 0]"],
    [(t) => t.set(MASK, tensor([3, 3], 1, 0, 0)), "mask with 9 values but found 3"],
    [(t) => t.set(IGNORE, tensor([], NaN)), "IGNORE to be -Infinity"],
    [(t) => t.set(IGNORE, tensor([])), "IGNORE with 1 values but found 0"],
    [(t) => t.set("unembed.b_U", zeros(5)), "b_U of shape [4] but found [5]"],
    [(t) => t.set("blocks.0.attn.b_Q", zeros(4)), "b_Q of shape [1,4] but found [4]"],
    [(t) => t.set("blocks.0.attn.b_V", tensor([1, 4], 0, 0, 0, NaN)), "0 but found NaN at 3"],
    [(t) => t.set("blocks.0.ln1.w", zeros(0)), "found tensor blocks.0.ln1.w"],
    [
      (t) => t.set("embed.W_E", { shape: [4, 3], data: new Float64Array(12) as never }),
      "W_E as a Float32Array",
    ],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => maxOfKFromTensors(named(change)), TypeError, message);
  }
  const taken = named((t) =>
    t.set(MASK, tensor([3, 3], ...CAUSAL)).set("unembed.b_U", tensor([4], -0, 0, -0, 0))
  );
  assertEquals(maxOfKFromTensors(taken), W1);
});

Deno.test("loadMaxOfK() refuses a file of 100 GB of holes by its shapes, and a pipe", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "holes"), pipe = join(folder, "pipe");
  const size = 1e11;
  const header = { "embed.W_E": { dtype: "F32", shape: [size / 4, 1], data_offsets: [0, size] } };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8 + text.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true);
  head.set(text, 8);
  await Deno.writeFile(path, head);
  await Deno.truncate(path, head.length + size);
  await assertRejects(() => loadMaxOfK(path), TypeError, "tensor pos_embed.W_pos");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  await assertRejects(() => loadMaxOfK(pipe), Error, "but found a pipe");
  await saveMaxOfK(path, W1);
  await assertRejects(() => checkProof([pipe, "--model", path]), Error, "but found a pipe");
  await assertRejects(() => checkProof([path, "--model", "/dev/zero"]), Error, "found a device");
  await Deno.remove(folder, { recursive: true });
});
