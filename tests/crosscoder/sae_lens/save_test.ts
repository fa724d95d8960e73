import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { Crosscoder } from "../../../lib/crosscoder/check_coder.ts";
import { loadSaeLens } from "../../../lib/crosscoder/sae_lens/load.ts";
import { saveSaeLens } from "../../../lib/crosscoder/sae_lens/save.ts";
import { readJson } from "../../../lib/io/files.ts";
import { readSafetensors } from "../../../lib/io/safetensors.ts";
import { inFolder } from "../../util.ts";
import { folderOf } from "./util.ts";

for (
  const name of ["standard", "standard_hook_z", "topk_rescaled", "batchtopk", "jumprelu_below_0"]
) {
  Deno.test(`saveSaeLens() and loadSaeLens() keep every bit: ${name}`, () =>
    inFolder(async (folder) => {
      const { metadata, ...coder } = await loadSaeLens(folderOf(name));
      const [first, second] = [join(folder, "first"), join(folder, "second")];
      await saveSaeLens(first, coder, { metadata });
      const again = await loadSaeLens(first);
      assertEquals(again, { ...coder, metadata: { ...metadata, ...again.metadata } });
      await saveSaeLens(second, again, { metadata: again.metadata });
      for (const file of ["cfg.json", "sae_weights.safetensors"]) {
        assertEquals(
          await Deno.readFile(join(second, file)),
          await Deno.readFile(join(first, file)),
        );
      }
    }));
}

Deno.test("saveSaeLens() writes cfg.json as SAELens reads it", () =>
  inFolder(async (folder) => {
    const coder = await loadSaeLens(folderOf("batchtopk"));
    await saveSaeLens(folder, coder, { metadata: { prepend_bos: false, context_size: 48 } });
    assertEquals(await readJson(join(folder, "cfg.json")), {
      architecture: "jumprelu",
      d_in: 16,
      d_sae: 32,
      dtype: "float32",
      device: "cpu",
      apply_b_dec_to_input: false,
      normalize_activations: "none",
      reshape_activations: "none",
      metadata: {
        sae_lens_training_version: null,
        prepend_bos: false,
        context_size: 48,
        sae_lens_version: "6.54.12",
        hook_name: "blocks.1.hook_resid_pre",
        training_architecture: "batchtopk",
        training_architecture_details: { k: 5 },
      },
    });
    const { tensors } = await readSafetensors(join(folder, "sae_weights.safetensors"));
    const shapes = [...tensors].map(([name, { shape }]) => `${name} ${shape}`).sort();
    assertEquals(shapes, ["W_dec 32,16", "W_enc 16,32", "b_dec 16", "b_enc 32", "threshold 32"]);
  }));

Deno.test("saveSaeLens() refuses several sites, unfolded weights and unknown options, and writes nothing", () =>
  inFolder(async (folder) => {
    const { metadata: _, ...coder } = await loadSaeLens(folderOf("standard"));
    const target = join(folder, "new");
    const refused = (of: Crosscoder, sentence: string, options = {}) =>
      assertRejects(() => saveSaeLens(target, of, options), RangeError, sentence);
    await refused(twoSites(coder), "a crosscoder of one site, an SAE, but found 2 sites");
    await refused(
      { ...coder, config: { ...coder.config, folded: false } },
      "expected folded weights",
    );
    await refused(coder, '"dtype"', { dtype: "float16" });
    await refused(coder, "metadata to be an object", { metadata: "gpt2" });
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

/** The same weights at two hooks. */
function twoSites({ config, arrays }: Crosscoder): Crosscoder {
  const { d_in, d_sae, sites: [site] } = config;
  const twice = (data: Float32Array) => Float32Array.from([...data, ...data]);
  return {
    config: {
      ...config,
      sites: [site, { ...site, hook: "blocks.2.hook_resid_pre" }],
      scale: [1, 1],
    },
    arrays: {
      ...arrays,
      W_enc: { shape: [2, d_in, d_sae], data: twice(arrays.W_enc.data) },
      W_dec: { shape: [d_sae, 2, d_in], data: twice(arrays.W_dec.data) },
      b_dec: { shape: [2, d_in], data: twice(arrays.b_dec.data) },
    },
  };
}
