// Fixture: tests/fixtures/saelens.py: folders that SAELens 6.54.12 wrote, and what it computes from them in float64.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadSaeLens } from "../../../lib/crosscoder/sae_lens/load.ts";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../../lib/io/safetensors.ts";
import { assertClose, fixture, fixtureOptions, inFolder } from "../../util.ts";
import { copyOf, folderOf, latents } from "./util.ts";

const pt = await fixture("saelens");
const { scale: SCALE, cases } = await fixtureOptions<{ scale: number; cases: string[] }>("saelens");

/** What a case is opened with, and as what. */
const OPENED: Record<string, { kind: string; k?: number; scale?: number }> = {
  standard: { kind: "relu" },
  standard_hook_z: { kind: "relu" },
  standard_trained: { kind: "relu" },
  topk: { kind: "topk", k: 5 },
  topk_rescaled: { kind: "topk", k: 5 },
  topk_trained: { kind: "topk", k: 5 },
  batchtopk: { kind: "batchtopk", k: 5 },
  batchtopk_plain: { kind: "jumprelu" }, // k is 5.5
  batchtopk_checkpoint: { kind: "batchtopk", k: 5, scale: SCALE },
  jumprelu: { kind: "jumprelu" },
  jumprelu_below_0: { kind: "jumprelu" },
  normalised: { kind: "jumprelu", scale: SCALE },
};

for (const name of cases) {
  Deno.test(`loadSaeLens() computes SAELens' activations: ${name}`, async () => {
    const { kind, k, scale } = OPENED[name];
    const coder = await loadSaeLens(folderOf(name), scale === undefined ? {} : { scale });
    const { acts, recons } = await latents(coder, pt.x);
    // Measured: at most 9e-7 of the root mean square; one latent switched would be 1e-1.
    assertClose(acts, pt[`${name}.acts`], { name: "acts", rtol: 2e-6 });
    assertClose(recons, pt[`${name}.recons`], { name: "recons", rtol: 2e-6 });
    const rows = pt.x.shape[0], d_sae = acts.length / rows;
    const L0 = Float32Array.from(
      { length: rows },
      (_, r) => acts.subarray(r * d_sae, (r + 1) * d_sae).filter((f) => f > 0).length,
    );
    assertEquals(L0, pt[`${name}.L0`].data);
    assertEquals(coder.config, {
      sites: [{
        model: "model",
        hook: name === "standard_hook_z" ? "blocks.0.attn.hook_z" : "blocks.1.hook_resid_pre",
      }],
      d_in: 16,
      d_sae: 32,
      scale: [scale ?? 1],
      folded: true,
      recipe: "sae_lens",
      activation: k === undefined ? { kind } : { kind, k },
      normalisation: scale === undefined ? "none" : "mean_norm",
    });
    assertEquals([coder.metadata.context_size, coder.metadata.prepend_bos], [64, true]);
  });
}

Deno.test("loadSaeLens() takes values as they are where nothing is folded", async () => {
  const { arrays } = await loadSaeLens(folderOf("standard_trained"));
  const { tensors } = await readSafetensors(
    join(folderOf("standard_trained"), "sae_weights.safetensors"),
  );
  for (const [name, { data }] of Object.entries(arrays)) {
    assertEquals(data, tensors.get(name)!.data);
  }
});

type Cfg = Record<string, unknown> & { metadata: Record<string, unknown> };
const HOSTILE: [change: string, from: string, (cfg: Cfg) => unknown, sentence: string][] = [
  [
    "an architecture of another kind",
    "standard",
    (cfg) => ({ ...cfg, architecture: "gated" }),
    'one of the architectures standard, topk, batchtopk, jumprelu but found "gated"',
  ],
  [
    "no architecture",
    "standard",
    (cfg) => ({ ...cfg, architecture: undefined }),
    "found undefined",
  ],
  [
    "a flat cfg.json of SAELens before 6",
    "standard",
    ({ metadata, ...cfg }) => ({
      ...cfg,
      hook_name: metadata.hook_name,
      activation_fn_str: "relu",
    }),
    "SAE.load_from_disk(old).save_model(new)",
  ],
  [
    "a later SAELens",
    "standard",
    (cfg) => ({ ...cfg, metadata: { ...cfg.metadata, sae_lens_version: "7.0.1" } }),
    'a folder of SAELens 6 but found "7.0.1"',
  ],
  [
    "an unknown field",
    "standard",
    (cfg) => ({ ...cfg, normalize_decoder: true }),
    '"normalize_decoder"',
  ],
  ["a field of another architecture", "jumprelu", (cfg) => ({ ...cfg, k: 4 }), 'but found "k"'],
  [
    "each token rescaled",
    "standard",
    (cfg) => ({ ...cfg, normalize_activations: "constant_norm_rescale" }),
    "rescale each token by itself",
  ],
  [
    "each token normalised",
    "topk",
    (cfg) => ({ ...cfg, normalize_activations: "layer_norm" }),
    "rescale each token by itself",
  ],
  [
    "whitening",
    "standard",
    (cfg) => ({ ...cfg, normalize_activations: "covariance_whitening" }),
    "fold_activation_whitening",
  ],
  [
    "a scale that is not there",
    "standard",
    (cfg) => ({ ...cfg, normalize_activations: "expected_average_only_in" }),
    "pass { scale }",
  ],
  [
    "a head of a hook",
    "standard_hook_z",
    (cfg) => ({ ...cfg, metadata: { ...cfg.metadata, hook_head_index: 2 } }),
    "metadata.hook_head_index",
  ],
  [
    "another hook for the output",
    "standard",
    (cfg) => ({ ...cfg, metadata: { ...cfg.metadata, hook_name_out: "blocks.1.hook_mlp_out" } }),
    "metadata.hook_name_out",
  ],
  ["no hook", "standard", (cfg) => ({ ...cfg, metadata: {} }), "metadata.hook_name to be given"],
  [
    "hooks by a glob",
    "standard",
    (cfg) => ({ ...cfg, metadata: { ...cfg.metadata, hook_name: "blocks.*.hook_resid_pre" } }),
    "one hook",
  ],
  [
    "heads of a hook that has none",
    "standard",
    (cfg) => ({ ...cfg, reshape_activations: "hook_z" }),
    "ends in _z",
  ],
  ["no k", "topk", ({ k: _, ...cfg }) => cfg, "expected k to be given but found none"],
  ["more latents than there are", "topk", (cfg) => ({ ...cfg, k: 33 }), "k of at most d_sae, 32"],
  [
    "sizes of other weights",
    "standard",
    (cfg) => ({ ...cfg, d_sae: 64 }),
    "W_enc has shape [16,32]",
  ],
  [
    "a flag that is none",
    "standard",
    (cfg) => ({ ...cfg, apply_b_dec_to_input: "yes" }),
    "true or false",
  ],
  ["no object", "standard", () => [], "an object"],
];

for (const [change, from, edit, sentence] of HOSTILE) {
  Deno.test(`loadSaeLens() refuses ${change}`, () =>
    inFolder(async (folder) => {
      await copyOf(from, folder);
      const path = join(folder, "cfg.json");
      await writeJson(path, edit(await readJson(path)));
      await assertRejects(() => loadSaeLens(folder), Error, sentence);
    }));
}

Deno.test("loadSaeLens() refuses a scale that nothing waits for, and options it does not know", async () => {
  const folder = folderOf("standard");
  await assertRejects(() => loadSaeLens(folder, { scale: 2 }), RangeError, "expected no scale");
  await assertRejects(
    () => loadSaeLens(folder, { dtype: "float32" } as never),
    RangeError,
    '"dtype"',
  );
  await assertRejects(
    () => loadSaeLens(folderOf("normalised"), { scale: 0 }),
    RangeError,
    "above 0",
  );
});

Deno.test("loadSaeLens() refuses weights that are unknown, missing, infinite or cannot be rescaled", () =>
  inFolder(async (folder) => {
    const path = join(folder, "sae_weights.safetensors");
    const refused = async (from: string, edit: (arrays: Arrays) => Arrays, sentence: string) => {
      await copyOf(from, folder);
      await writeSafetensors(path, edit(Object.fromEntries((await readSafetensors(path)).tensors)));
      await assertRejects(() => loadSaeLens(folder), Error, sentence);
    };
    const one = { shape: [32], data: new Float32Array(32).fill(1) };
    await refused(
      "standard",
      (arrays) => ({ ...arrays, scaling_factor: one }),
      "scaling_factor is unknown",
    );
    await refused("jumprelu", ({ threshold: _, ...arrays }) => arrays, "threshold [32] is missing");
    await refused("jumprelu", (arrays) => {
      arrays.threshold.data[4] = NaN;
      return arrays;
    }, "threshold with NaN at [4]");
    await refused("topk_rescaled", (arrays) => {
      arrays.W_dec.data.fill(0, 7 * 16, 8 * 16);
      return arrays;
    }, "found 0 at latent 7");
  }));

type Arrays = Record<string, { shape: number[]; data: Float32Array }>;
