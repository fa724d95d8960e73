import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { checkCoder } from "../../lib/crosscoder/check_coder.ts";
import {
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
  unfold,
} from "../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { decode, encode, preActivations, uploadCoder } from "../../lib/crosscoder/encode.ts";
import { asSite } from "../../lib/crosscoder/sites.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../lib/io/safetensors.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const array = (seed: number, shape: number[]) => ({
  shape,
  data: Float32Array.from(random(seed, shape.reduce((a, b) => a * b, 1))),
});
const coder: Crosscoder = {
  config: coderConfig({ sites: ["a", "b"], d_in: 4, d_sae: 6, scale: [3, 0.25] }),
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
    const tensors = uploadCoder(gpu, of);
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
  assertThrows(() => fold(fold(coder)), Error, "expected unfolded weights");
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

/** The coder with fields of its configuration, or whole arrays, replaced. */
const withConfig = (change: Record<string, unknown>) =>
  ({ ...coder, config: { ...coder.config, ...change } }) as Crosscoder;
const withArrays = (change: Record<string, unknown>) =>
  ({ ...coder, arrays: { ...coder.arrays, ...change } }) as Crosscoder;
const changed = (name: keyof Crosscoder["arrays"], value: number) => {
  const { shape, data } = coder.arrays[name]!;
  return withArrays({ [name]: { shape, data: data.with(data.length - 1, value) } });
};

const FAULTS: [string, Crosscoder, string][] = [
  ["a negative threshold", changed("threshold", -0.1), "at least 0 for each latent but found -0.1"],
  ["a threshold NaN", changed("threshold", NaN), "threshold with NaN at [5]"],
  ["an infinite threshold", changed("threshold", Infinity), "threshold with Infinity at [5]"],
  ["a NaN weight", changed("W_enc", NaN), "W_enc with NaN at [1, 3, 5]"],
  ["an infinite decoder", changed("W_dec", -Infinity), "W_dec with -Infinity at [5, 1, 3]"],
  ["a NaN bias", changed("b_dec", NaN), "b_dec with NaN at [1, 3]"],
  ["a scale NaN", withConfig({ scale: [3, NaN] }), "scale[1] to be a finite number above 0 but"],
  ["a scale null", withConfig({ scale: [null, 1] }), "scale[0] to be a finite number above 0 but"],
  [
    "a scale 0",
    withConfig({ scale: [3, 0] }),
    "scale[1] to be a finite number above 0 but found 0",
  ],
  ["a negative scale", withConfig({ scale: [-3, 1] }), "scale[0] to be a finite number above 0"],
  [
    "one scale for two sites",
    withConfig({ scale: [3] }),
    "one scale for each of 2 sites but found 1",
  ],
  ["no site", withConfig({ sites: [], scale: [] }), "sites to be a list of at least 1"],
  [
    "a site twice",
    withConfig({ sites: ["a", "a"].map(asSite) }),
    "each site once but found a twice",
  ],
  [
    "a pattern of sites",
    withConfig({ sites: ["a", "blocks.*.b"].map(asSite) }),
    "sites[1] to be one hook of a model",
  ],
  [
    "a site that is no text",
    withConfig({ sites: [asSite("a"), { model: "model", hook: 1 }] }),
    "sites[1] to be one hook of a model",
  ],
  ["no flag", withConfig({ folded: undefined }), "folded to be true or false but found none"],
  ["a flag in words", withConfig({ folded: "no" }), 'folded to be true or false but found "no"'],
  ["an unknown field", withConfig({ k: 32 }), 'but found "k"'],
  ["a site by its name alone", withConfig({ sites: ["a", "b"] }), "sites[0] to be one hook of a"],
  [
    "an unknown activation",
    withConfig({ activation: { kind: "gelu" } }),
    'activation.kind to be one of "jumprelu", "relu", "topk", "batchtopk" but found "gelu"',
  ],
  [
    "an activation without its k",
    withConfig({ activation: { kind: "topk" } }),
    "expected activation.k to be given",
  ],
  [
    "a threshold that its activation has not",
    withConfig({ activation: { kind: "relu" } }),
    "threshold is unknown",
  ],
  [
    "an activation with the name of what every object has",
    withConfig({ activation: { kind: "__proto__" } }),
    'activation.kind to be one of "jumprelu", "relu", "topk", "batchtopk" but found "__proto__"',
  ],
  [
    "more latents kept than there are",
    withConfig({ activation: { kind: "batchtopk", k: 7 } }),
    "activation.k of at most d_sae, 6, but found 7",
  ],
  [
    "a scale where there is no normalisation",
    withConfig({ normalisation: "none" }),
    'scales of 1, since normalisation is "none", but found 3, 0.25',
  ],
  ["an unknown normalisation", withConfig({ normalisation: "z" }), "normalisation to be one of"],
  ["a fraction of a latent", withConfig({ d_sae: 6.5 }), "d_sae to be a whole number from 1"],
  ["another d_in", withConfig({ d_in: 8 }), "W_enc has shape [2,4,6] instead of [2,8,6]"],
  ["a missing array", withArrays({ b_enc: undefined }), "b_enc to be { shape, data }"],
  ["an unknown array", withArrays({ b_end: coder.arrays.b_enc }), "b_end is unknown"],
  [
    "float64 values",
    withArrays({ b_enc: { shape: [6], data: new Float64Array(6) } }),
    "Float64Array",
  ],
  ["too few values", withArrays({ b_enc: { shape: [6], data: new Float32Array(5) } }), "one value"],
];
for (const [name, faulty, sentence] of FAULTS) {
  Deno.test(`checkCoder() refuses ${name} wherever a crosscoder comes in`, async () => {
    for (const use of [checkCoder.bind(null, "use"), fold, uploadCoder.bind(null, gpu)]) {
      const error = assertThrows(() => (use as (coder: Crosscoder) => void)(faulty), Error);
      assertStringIncludes(error.message, sentence);
    }
    const folder = await Deno.makeTempDir();
    try {
      await assertRejects(() => saveCrosscoder(join(folder, "new"), faulty), Error, sentence);
      assertEquals([...Deno.readDirSync(folder)], [], "nothing is written");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("checkCoder() asks for the form of the weights, and for thresholds that can be trained", () => {
  const refused = (of: Crosscoder, options: Parameters<typeof checkCoder>[2], sentence: string) =>
    assertThrows(() => checkCoder("use", of, options), RangeError, sentence);
  refused(coder, { folded: true }, "expected folded weights but found unfolded ones");
  refused(fold(coder), { folded: false }, "expected unfolded weights but found folded ones");
  refused(
    changed("threshold", 0),
    { trains: true },
    "above 0 for each latent but found 0 at latent 5",
  );
  checkCoder("use", changed("threshold", 0), { folded: false });
});

Deno.test("threshold 0 is ReLU", async () => {
  const none = { shape: [6], data: new Float32Array(6) };
  const tensors = uploadCoder(gpu, withArrays({ threshold: none }));
  assertEquals([...await tensors.extra.log_threshold.read()].every(Number.isFinite), true);
  const x = upload(gpu, array(5, [9, 8]));
  const z = await preActivations(tensors, x).read();
  assertEquals(z.some((value) => value < 0), true);
  assertEquals(await encode(tensors, x).read(), z.map((value) => Math.max(value, 0)));
});

Deno.test("fold() refuses weights that leave float32 with their scale", () => {
  const huge = withConfig({ scale: [1e39, 1] });
  assertThrows(() => fold(huge), RangeError, "expected finite values but found W_enc with");
});

Deno.test("loadCrosscoder() refuses what JSON made null, and weights that are no numbers, with the place", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "config.json"), weights = join(folder, "model.safetensors");
  try {
    await saveCrosscoder(folder, coder);
    const config = await readJson(path);
    await writeJson(path, { ...config, scale: [3, NaN] });
    await assertRejects(() => loadCrosscoder(folder), RangeError, "scale[1] to be a finite number");
    for (const json of [null, [], "text", 3, {}]) {
      await writeJson(path, json);
      await assertRejects(() => loadCrosscoder(folder), RangeError, `correct ${path}`);
    }
    await writeJson(path, { model_type: "gpt_neo", vocab_size: 50 });
    await assertRejects(
      () => loadCrosscoder(folder),
      Error,
      'a language model, "gpt_neo": load it',
    );
    await writeJson(path, config);
    const arrays = Object.fromEntries((await readSafetensors(weights)).tensors);
    arrays.W_dec.data[9] = NaN;
    await writeSafetensors(weights, arrays);
    await assertRejects(() => loadCrosscoder(folder), Error, "W_dec with NaN at [1, 0, 1]");
    await saveCrosscoder(folder, coder);
    await assertRejects(() => loadCrosscoder(folder, { folded: true }), Error, "folded weights");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
