/**
 * A crosscoder of one site as a folder of SAELens 6, which computes the same activations from it:
 * b_enc is used as it is (apply_b_dec_to_input false), and so are activations
 * (normalize_activations none).
 *
 *   relu        standard
 *   topk        topk, ranked as here by z (rescale_acts_by_decoder_norm false)
 *   jumprelu    jumprelu
 *   batchtopk   jumprelu with the inference thresholds, as SAELens saves its own; metadata.training_architecture says so
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coderConfig } from "../coder_config.ts";
 * import { loadSaeLens } from "./load.ts";
 * import { saveSaeLens } from "./save.ts";
 * const array = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1) });
 * const config = coderConfig({
 *   sites: ["blocks.0.hook_resid_pre"],
 *   d_in: 4,
 *   d_sae: 8,
 *   activation: { kind: "topk", k: 2 },
 *   folded: true,
 * });
 * const arrays = { W_enc: array(1, 4, 8), W_dec: array(8, 1, 4), b_enc: array(8), b_dec: array(1, 4) };
 * const folder = await Deno.makeTempDir();
 * await saveSaeLens(folder, { config, arrays }, { metadata: { prepend_bos: false } });
 * const coder = await loadSaeLens(folder);
 * assertEquals([coder.arrays, coder.metadata.prepend_bos], [arrays, false]);
 * ```
 * @module
 */
import { replaceFiles } from "../../io/file_set.ts";
import { jsonText } from "../../io/files.ts";
import { exactly, expectForm, having, maybe } from "../../io/form.ts";
import { encodeSafetensors } from "../../io/safetensors.ts";
import { escaped } from "../../io/show.ts";
import { checkCoder, type Crosscoder } from "../check_coder.ts";
import type { CoderConfig } from "../coder_config.ts";
import { ONE_MODEL } from "../sites.ts";
import type { Architecture } from "./cfg.ts";

/** The SAELens whose folders these are. */
const VERSION = "6.54.12";

const OPTIONS = exactly({ metadata: maybe(having({})) });

/**
 * Writes sae_weights.safetensors (float32) and cfg.json for `SAE.load_from_disk(folder)`.
 * `metadata` is what SAELens is told of model, text and training (model_name, prepend_bos,
 * context_size ...), as loadSaeLens returns it; the hook's name, SAELens' version and how a
 * batchtopk was trained are written over it.
 *
 * Throws on a crosscoder of several sites, which SAELens has no place for, on unfolded weights, and
 * on what checkCoder refuses.
 */
export async function saveSaeLens(
  folder: string,
  coder: Crosscoder,
  options: { metadata?: Record<string, unknown> } = {},
): Promise<void> {
  const action = `save SAELens folder ${escaped(String(folder))}`;
  const { metadata = {} } = expectForm(action, options, OPTIONS, "pass { metadata } as an object");
  checkCoder(action, coder, { folded: true });
  const { config, arrays } = coder;
  const { sites, d_in, d_sae } = config;
  if (sites.length !== 1) {
    throw new RangeError(
      `Cannot ${action}: expected a crosscoder of one site, an SAE, but found ${sites.length} sites: ` +
        "SAELens has no crosscoders; keep it with saveCrosscoder",
    );
  }
  const architecture = ARCHITECTURES[config.activation.kind];
  if (architecture === undefined) {
    throw new RangeError(
      `Cannot ${action}: expected one of the activations ${
        Object.keys(ARCHITECTURES).join(", ")
      } but ` +
        `found ${config.activation.kind}: SAELens has no such architecture; keep it with saveCrosscoder`,
    );
  }
  const { W_enc, W_dec, b_enc, b_dec, ...thresholds } = arrays;
  const weights = {
    W_enc: { shape: [d_in, d_sae], data: W_enc.data },
    W_dec: { shape: [d_sae, d_in], data: W_dec.data },
    b_enc,
    b_dec: { shape: [d_in], data: b_dec.data },
    ...thresholds,
  };
  await replaceFiles(folder, [
    ["sae_weights.safetensors", encodeSafetensors(weights, { format: "pt" })],
    ["cfg.json", jsonText({ architecture, ...cfgOf(config, metadata) })],
  ]);
}

function cfgOf(
  { sites: [{ model, hook }], d_in, d_sae, activation }: CoderConfig,
  metadata: Record<string, unknown>,
): Record<string, unknown> {
  const { training_architecture_details: details } = metadata;
  return {
    d_in,
    d_sae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: false,
    normalize_activations: "none",
    reshape_activations: hook.endsWith("_z") ? "hook_z" : "none",
    ...(activation.kind === "topk" && { k: activation.k, rescale_acts_by_decoder_norm: false }),
    metadata: {
      ...(model !== ONE_MODEL && { model_name: model }),
      sae_lens_training_version: null, // SAELens would write its own version where there is none
      ...metadata,
      sae_lens_version: VERSION,
      hook_name: hook,
      ...(activation.kind === "batchtopk" && {
        training_architecture: "batchtopk",
        training_architecture_details: { ...(details as object | undefined), k: activation.k },
      }),
    },
  };
}

/** Which architecture of SAELens an activation is; one that is not here has none there. */
const ARCHITECTURES: Partial<Record<string, Architecture>> = {
  relu: "standard",
  topk: "topk",
  jumprelu: "jumprelu",
  batchtopk: "jumprelu",
};
