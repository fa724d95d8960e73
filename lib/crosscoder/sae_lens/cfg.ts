/**
 * cfg.json of SAELens 6, checked field by field: what the activations depend on is honoured or
 * refused, never skipped. SAELens drops the fields that it does not know; here they are refused,
 * unless they say only where (device), in which precision (dtype) or how (the fields of training)
 * an SAE was computed.
 *
 * Read off sae-lens 6.54.12,
 * sae_lens/saes/{sae,standard_sae,topk_sae,batchtopk_sae,jumprelu_sae}.py.
 * @module
 */
import {
  anything,
  exactly,
  expectForm,
  flag,
  type Form,
  having,
  maybe,
  number,
  oneOf,
  partly,
  text,
  whole,
} from "../../io/form.ts";
import { show } from "../../io/show.ts";

/**
 * The architectures that are a crosscoder of one site. `batchtopk` is a training checkpoint:
 * finished, it is a jumprelu.
 */
export type Architecture = "standard" | "topk" | "batchtopk" | "jumprelu";

/** What the activations depend on, with SAELens' defaults for what the file leaves out. */
export type SaeLensCfg = {
  architecture: Architecture;
  d_in: number;
  d_sae: number;
  hook: string;
  apply_b_dec_to_input: boolean;
  /**
   * Whether weights await a scale of the activations, √d_in / mean ‖x‖, that the folder does not
   * hold.
   */
  scaled: boolean;
  /**
   * Latents that topk keeps, a mean over the batch for batchtopk (there not always whole); 0 for
   * the others.
   */
  k: number;
  rescale_acts_by_decoder_norm: boolean;
  /** Model, text and training as SAELens noted them. */
  metadata: Record<string, unknown>;
};

/** Fields that only training reads: a checkpoint holds them beside those that count. */
const TRAINING: Record<Architecture, readonly string[]> = {
  standard: ["l1_coefficient", "lp_norm", "l1_warm_up_steps"],
  topk: ["use_sparse_activations", "aux_loss_coefficient"],
  batchtopk: ["use_sparse_activations", "aux_loss_coefficient", "topk_threshold_lr"],
  jumprelu: [
    "jumprelu_init_threshold",
    "jumprelu_bandwidth",
    "jumprelu_sparsity_loss_mode",
    "l0_coefficient",
    "l0_warm_up_steps",
    "pre_act_loss_coefficient",
    "jumprelu_tanh_scale",
    "jumprelu_ste_to_input",
    "target_l0",
  ],
};

const ARCHITECTURES = Object.keys(TRAINING) as Architecture[];

const OF_ONE = {
  standard: {},
  topk: { k: whole(1), rescale_acts_by_decoder_norm: maybe(flag) },
  batchtopk: { k: number({ above: 0 }), rescale_acts_by_decoder_norm: maybe(flag) },
  jumprelu: {},
};

function formOf(architecture: Architecture): Form<Record<string, unknown>> {
  const ignored = ["device", "decoder_init_norm", ...TRAINING[architecture]];
  return exactly({
    architecture: oneOf([architecture]),
    d_in: whole(1),
    d_sae: whole(1),
    apply_b_dec_to_input: maybe(flag),
    normalize_activations: maybe(text),
    reshape_activations: maybe(oneOf(["none", "hook_z"])),
    dtype: maybe(
      oneOf(
        ["float32", "float16", "bfloat16", "float64"].flatMap((name) => [name, `torch.${name}`]),
      ),
    ),
    metadata: having({ hook_name: text, sae_lens_version: maybe(text) }),
    ...OF_ONE[architecture],
    ...partly(Object.fromEntries(ignored.map((name) => [name, anything]))),
  });
}

/**
 * The configuration in `json`. Throws a sentence, `Cannot ${action}: ...`, on all that a crosscoder
 * could not compute.
 */
export function readCfg(action: string, json: unknown): SaeLensCfg {
  const fail: Fail = (expected, found, todo) => {
    throw new RangeError(
      `Cannot ${action}: expected ${expected} but found ${show(found)}: ${todo}`,
    );
  };
  const architecture = architectureOf(action, json, fail);
  // deno-lint-ignore no-explicit-any -- the form says what is in it
  const cfg = expectForm(action, json, formOf(architecture), "correct cfg.json") as any;
  const { d_in, d_sae, metadata, k = 0, normalize_activations = "none" } = cfg;
  checkNormalisation(normalize_activations, fail);
  checkMetadata(metadata, cfg.reshape_activations === "hook_z", fail);
  if (architecture === "topk" && k > d_sae) {
    fail(`k of at most d_sae, ${d_sae}`, k, "correct cfg.json");
  }
  return {
    architecture,
    d_in,
    d_sae,
    hook: metadata.hook_name,
    apply_b_dec_to_input: cfg.apply_b_dec_to_input ?? true,
    scaled: normalize_activations === "expected_average_only_in",
    k,
    rescale_acts_by_decoder_norm: cfg.rescale_acts_by_decoder_norm ??
      architecture === "batchtopk",
    metadata,
  };
}

type Fail = (expected: string, found: unknown, todo: string) => void;

function architectureOf(action: string, json: unknown, fail: Fail): Architecture {
  const either = having({ architecture: maybe(anything), metadata: maybe(anything) });
  const { architecture, metadata } = expectForm(action, json, either, "correct cfg.json");
  if (typeof metadata !== "object" || metadata === null) {
    fail(
      "cfg.json of SAELens 6, whose metadata is an object",
      metadata,
      "convert an older folder with SAELens 6, SAE.load_from_disk(old).save_model(new)",
    );
  }
  if (!ARCHITECTURES.includes(architecture as Architecture)) {
    fail(
      `one of the architectures ${ARCHITECTURES.join(", ")}`,
      architecture,
      "its activations are not those of a crosscoder; open it with SAELens",
    );
  }
  return architecture as Architecture;
}

function checkNormalisation(name: string, fail: Fail): void {
  if (name === "none" || name === "expected_average_only_in") return;
  fail(
    "normalize_activations none or expected_average_only_in",
    name,
    name === "covariance_whitening"
      ? "fold it in SAELens with fold_activation_whitening and save the SAE again"
      : "no folded weights rescale each token by itself; open it with SAELens",
  );
}

type Metadata = Record<string, unknown> & { hook_name: string; sae_lens_version?: string };

function checkMetadata(metadata: Metadata, heads: boolean, fail: Fail): void {
  const { hook_name, sae_lens_version = "6.0" } = metadata;
  if (!/^[0-6]\./.test(sae_lens_version)) {
    fail("a folder of SAELens 6", sae_lens_version, "save it with SAELens 6");
  }
  if (heads && !hook_name.endsWith("_z")) {
    const expected = "a hook_name that ends in _z, since reshape_activations says hook_z,";
    fail(expected, hook_name, "correct cfg.json");
  }
  for (const name of ["hook_head_index", "hook_name_out", "hook_head_index_out"]) {
    if ((metadata[name] ?? null) === null) continue;
    const expected = `no metadata.${name}, since a site is one whole hook, read and reconstructed,`;
    fail(expected, metadata[name], "open it with SAELens");
  }
}
