/**
 * An SAE of SAELens 6 as a crosscoder of one site, with the activations that SAELens computes.
 * @module
 */
import { join } from "node:path";
import { modelOnDisk } from "../../io/hub/model_on_disk.ts";
import { expectArrays } from "../../io/expect_arrays.ts";
import { expectShapes } from "../../io/expect_shapes.ts";
import { readJson } from "../../io/files.ts";
import { exactly, expectForm, maybe, number } from "../../io/form.ts";
import { expectPath } from "../../io/regular_files.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { escaped } from "../../io/show.ts";
import type { ActivationConfig } from "../activations/mod.ts";
import { checkCoder, type Crosscoder } from "../check_coder.ts";
import { ONE_MODEL } from "../sites.ts";
import { readCfg, type SaeLensCfg } from "./cfg.ts";
import { foldedWeights, shapesOf, type Weights } from "./weights.ts";

/**
 * A crosscoder, and what SAELens noted of its model, text and training: hand it to saveSaeLens to
 * keep it.
 */
export type SaeLensCoder = Crosscoder & { metadata: Record<string, unknown> };

const OPTIONS = exactly({ scale: maybe(number({ above: 0 })) });

/**
 * Opens a folder of SAELens 6 (cfg.json, sae_weights.safetensors): architectures standard, topk,
 * jumprelu, and batchtopk, which SAELens saves as a jumprelu once it is trained. The site is {
 * model: "model", hook: metadata.hook_name }; names of hooks are TransformerLens' on both sides,
 * and a hook_z is its heads side by side, as SAELens reshapes it. `prepend_bos`, `context_size` and
 * the like change no activation: they come back in `metadata`, and say on which tokens to look.
 *
 * `scale`, √d_in / mean ‖x‖, is wanted where cfg.json says normalize_activations
 * expected_average_only_in, and only there: SAELens keeps it elsewhere (norm_scaling_factor in its
 * directory, scaling_factor in a checkpoint's activation_scaler.json). It is folded into the
 * weights, as everywhere else where SAELens saves one.
 *
 * Values of float16 and bfloat16 are taken as they are and computed with in float32, as SAELens
 * does with `SAE.load_from_disk(folder, dtype="float32")`. Activations are those of the model
 * without TransformerLens' processing, as here, unless metadata.model_from_pretrained_kwargs asks
 * for some.
 *
 * Throws on what a crosscoder cannot compute (readCfg), on unknown fields and tensors, and on
 * values that are not finite.
 */
export async function loadSaeLens(
  named: string,
  options: { scale?: number } = {},
): Promise<SaeLensCoder> {
  const action = `load SAELens folder ${escaped(String(named))}`;
  expectPath(action, named, "a folder");
  const folder = await modelOnDisk(named);
  const { scale } = expectForm(action, options, OPTIONS);
  const cfg = readCfg(action, await readJson(join(folder, "cfg.json")));
  if (cfg.scaled !== (scale !== undefined)) {
    throw new RangeError(
      `Cannot ${action}: expected ${
        cfg.scaled ? "a scale" : "no scale"
      }, since normalize_activations ` +
        `is ${cfg.scaled ? "expected_average_only_in" : "none"}, but found ${scale ?? "none"}: ` +
        (cfg.scaled
          ? "pass { scale }, √d_in / mean ‖x‖, or fold it in SAELens and save the SAE again"
          : "leave it out"),
    );
  }
  const shapes = shapesOf(cfg);
  const file = join(folder, "sae_weights.safetensors");
  const { tensors } = await readSafetensors(file, {
    inspect: (header) => expectShapes(header, shapes, { action }),
  });
  const arrays = Object.fromEntries(tensors);
  expectArrays(action, arrays, shapes);
  const weights = foldedWeights(action, cfg, { arrays, scale: scale ?? 1 });
  const coder = { ...asCrosscoder(cfg, weights, scale), metadata: cfg.metadata };
  checkCoder(action, coder, { folded: true });
  return coder;
}

function asCrosscoder(cfg: SaeLensCfg, weights: Weights, scale?: number): Crosscoder {
  const { d_in, d_sae, hook } = cfg;
  const { W_enc, W_dec, b_enc, b_dec, threshold } = weights;
  return {
    config: {
      sites: [{ model: ONE_MODEL, hook }],
      d_in,
      d_sae,
      scale: [scale ?? 1],
      folded: true,
      recipe: "sae_lens",
      activation: activationOf(cfg),
      normalisation: scale === undefined ? "none" : "mean_norm",
    },
    arrays: {
      W_enc: { shape: [1, d_in, d_sae], data: W_enc },
      W_dec: { shape: [d_sae, 1, d_in], data: W_dec },
      b_enc: { shape: [d_sae], data: b_enc },
      b_dec: { shape: [1, d_in], data: b_dec },
      ...(threshold && { threshold: { shape: [d_sae], data: threshold } }),
    },
  };
}

/**
 * A finished batchtopk is a jumprelu whose metadata tells its k; where that is no whole number, a
 * jumprelu it stays.
 */
function activationOf({ architecture, k, metadata }: SaeLensCfg): ActivationConfig {
  if (architecture === "standard") return { kind: "relu" };
  if (architecture === "topk") return { kind: "topk", k };
  const { training_architecture, training_architecture_details: details } = metadata;
  const trained = training_architecture === "batchtopk"
    ? (details as { k?: unknown } | null)?.k
    : undefined;
  const mean = architecture === "batchtopk" ? k : trained;
  const whole = Number.isSafeInteger(mean) && (mean as number) > 0;
  return whole ? { kind: "batchtopk", k: mean as number } : { kind: "jumprelu" };
}
