/**
 * A crosscoder as plain arrays, and the one check of it: whoever reads, writes or runs one asks
 * here first.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkCoder } from "./check_coder.ts";
 * import { coderConfig } from "./coder_config.ts";
 * const config = coderConfig({ sites: ["hook_embed"], d_in: 4, d_sae: 8, scale: [NaN] });
 * assertThrows(() => checkCoder("fold crosscoder", { config, arrays: {} }), RangeError, "scale[0] to be a finite");
 * ```
 * @module
 */
import { expectArrays } from "../io/expect_arrays.ts";
import { exactly, expectForm, flag, list, number, oneOf, text, where, whole } from "../io/form.ts";
import type { HostArray } from "../io/host_array.ts";
import { activationForm, activationOf } from "./activations/mod.ts";
import { type CoderConfig, NORMALISATIONS } from "./coder_config.ts";
import { type Site, siteName } from "./sites.ts";

/**
 * W_enc [n_sites, d_in, d_sae], W_dec [d_sae, n_sites, d_in], b_enc [d_sae], b_dec [n_sites, d_in];
 * threshold [d_sae] where the activation has one.
 */
export type CoderArrays =
  & Record<"W_enc" | "W_dec" | "b_enc" | "b_dec", HostArray>
  & { threshold?: HostArray };

/** `selfTest`: see self_test.ts; a crosscoder that was trained here has one. */
export type Crosscoder = { config: CoderConfig; arrays: CoderArrays; selfTest?: SelfTestRows };

/** x [rows, n_sites, d_in] raw, and what the crosscoder made of it. */
export type SelfTestRows = { x: HostArray; L0: number; FVU: number };

/** Shapes of the arrays. */
function coderShapes({ sites, d_in, d_sae, activation }: CoderConfig): Record<string, number[]> {
  const n_sites = sites.length;
  return {
    W_enc: [n_sites, d_in, d_sae],
    W_dec: [d_sae, n_sites, d_in],
    b_enc: [d_sae],
    b_dec: [n_sites, d_in],
    ...Object.fromEntries(activationOf(activation.kind).saved.map((name) => [name, [d_sae]])),
  };
}

const isName = (x: unknown) => typeof x === "string" && x !== "" && !/[*:\s]/.test(x);

const SITE = where<Site>('one hook of a model, { model: "model", hook: "hook_embed" },', (x) => {
  const { model, hook, ...more } = (x ?? {}) as Record<string, unknown>;
  return isName(model) && isName(hook) && Object.keys(more).length === 0;
});

const CONFIG = {
  sites: list(SITE, { least: 1 }),
  d_in: whole(1),
  d_sae: whole(1),
  scale: list(number({ above: 0 }), { least: 1 }),
  folded: flag,
  recipe: text,
  normalisation: oneOf(NORMALISATIONS),
};

/**
 * The configuration where it is whole and without contradiction. `todo` ends the sentence that is
 * thrown otherwise.
 */
export function checkCoderConfig(
  action: string,
  found: unknown,
  todo = "correct the crosscoder's config",
): CoderConfig {
  const activation = activationForm((found as Partial<CoderConfig> | undefined)?.activation);
  const config = expectForm(action, found, exactly({ ...CONFIG, activation }), todo);
  const fault = contradiction(config);
  if (fault === undefined) return config;
  const [expected, seen] = fault;
  throw new RangeError(`Cannot ${action}: expected ${expected} but found ${seen}: ${todo}`);
}

/** Fields that do not go together: what was expected, and what was found. */
function contradiction(
  { sites, scale, d_sae, activation, normalisation }: CoderConfig,
): [expected: string, seen: string] | undefined {
  const names = sites.map(siteName);
  const repeated = names.find((site, i) => names.indexOf(site) < i);
  if (repeated !== undefined) return ["each site once", `${repeated} twice`];
  if (scale.length !== sites.length) {
    return [`one scale for each of ${sites.length} sites`, `${scale.length}`];
  }
  if (normalisation === "none" && scale.some((s) => s !== 1)) {
    return ['scales of 1, since normalisation is "none",', `${scale.join(", ")}`];
  }
  // More would be every positive one: a ReLU under another name.
  if ("k" in activation && activation.k > d_sae) {
    return [`activation.k of at most d_sae, ${d_sae},`, `${activation.k}`];
  }
  return undefined;
}

/**
 * Throws a RangeError, `Cannot ${action}: ...`, unless configuration and arrays are those of a
 * crosscoder: the fields of CoderConfig and no others, the arrays of its activation with their
 * shapes, finite values, thresholds of at least 0 (JumpReLU with threshold 0 is ReLU). `folded`
 * asks for weights in one of the two forms, `trains` for thresholds above 0 where training moves
 * their logarithms.
 */
export function checkCoder(
  action: string,
  coder: { config: unknown; arrays: unknown },
  { folded, trains = false }: { folded?: boolean; trains?: boolean } = {},
): asserts coder is Crosscoder {
  const config = checkCoderConfig(action, coder?.config);
  const arrays: unknown = coder.arrays;
  expectArrays(action, arrays, coderShapes(config));
  const theta = arrays.threshold?.data ?? new Float32Array();
  const moves = trains && activationOf(config.activation.kind).movesThreshold === true;
  const bad = theta.findIndex((value) => moves ? value <= 0 : value < 0);
  if (bad !== -1) {
    const why = moves
      ? "training moves the logarithm of a threshold, so give it a small one"
      : "save the threshold itself, no logarithm of it";
    throw new RangeError(
      `Cannot ${action}: expected a threshold ${moves ? "above" : "of at least"} 0 for each ` +
        `latent but found ${theta[bad]} at latent ${bad}: ${why}`,
    );
  }
  if (folded === undefined || config.folded === folded) return;
  const [expected, seen] = folded ? ["folded", "unfolded"] : ["unfolded", "folded"];
  throw new RangeError(
    `Cannot ${action}: expected ${expected} weights but found ${seen} ones: ` +
      `${folded ? "fold" : "unfold"} the crosscoder first, config.folded tells which they are`,
  );
}
