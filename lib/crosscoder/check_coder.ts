/**
 * A crosscoder as plain arrays, and the one check of it: whoever reads, writes or runs one asks here first.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkCoder } from "./check_coder.ts";
 * const config = { sites: ["blocks.0.hook_resid_pre"], d_in: 4, d_sae: 8, scale: [NaN], folded: false };
 * assertThrows(() => checkCoder("fold crosscoder", { config, arrays: {} }), RangeError, "scale[0] to be a finite");
 * ```
 * @module
 */
import { expectArrays } from "../io/expect_arrays.ts";
import { exactly, expectForm, flag, type Form, list, number, where, whole } from "../io/form.ts";
import type { HostArray } from "../io/host_array.ts";

/** `scale[l]` is √d_in / mean ‖a_l‖ as measured once, at stage S; `folded` says where it is. */
export type CoderConfig = {
  sites: string[];
  d_in: number;
  d_sae: number;
  scale: number[];
  folded: boolean;
};

/** W_enc [n_sites, d_in, d_sae], W_dec [d_sae, n_sites, d_in], b_enc [d_sae], b_dec [n_sites, d_in], threshold [d_sae]. */
export type CoderArrays = Record<"W_enc" | "W_dec" | "b_enc" | "b_dec" | "threshold", HostArray>;

export type Crosscoder = { config: CoderConfig; arrays: CoderArrays };

/** Shapes of the arrays. */
function coderShapes(
  { sites, d_in, d_sae }: CoderConfig,
): Record<keyof CoderArrays, number[]> {
  const n_sites = sites.length;
  return {
    W_enc: [n_sites, d_in, d_sae],
    W_dec: [d_sae, n_sites, d_in],
    b_enc: [d_sae],
    b_dec: [n_sites, d_in],
    threshold: [d_sae],
  };
}

const SITE: Form<string> = where(
  "the name of one hook, blocks.0.hook_resid_post",
  (x) => typeof x === "string" && x !== "" && !/[*\s]/.test(x),
);
const CONFIG: Form<CoderConfig> = exactly({
  sites: list(SITE, { least: 1 }),
  d_in: whole(1),
  d_sae: whole(1),
  scale: list(number({ above: 0 }), { least: 1 }),
  folded: flag,
});

/** The configuration where it is whole and without contradiction. `todo` ends the sentence that is thrown otherwise. */
export function checkCoderConfig(
  action: string,
  found: unknown,
  todo = "correct the crosscoder's config",
): CoderConfig {
  const config = expectForm(action, found, CONFIG, todo);
  const { sites, scale } = config;
  const repeated = sites.find((site, i) => sites.indexOf(site) < i);
  if (repeated !== undefined || scale.length !== sites.length) {
    const [expected, seen] = repeated === undefined
      ? [`one scale for each of ${sites.length} sites`, `${scale.length}`]
      : ["each site once", `${repeated} twice`];
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${seen}: ${todo}`);
  }
  return config;
}

/**
 * Throws a RangeError, `Cannot ${action}: ...`, unless configuration and arrays are those of a JumpReLU crosscoder: the
 * fields of CoderConfig and no others, arrays of its shapes, finite values, thresholds of at least 0 (JumpReLU with
 * threshold 0 is ReLU). `folded` asks for weights in one of the two forms, `trains` for thresholds above 0, whose
 * logarithms training moves.
 */
export function checkCoder(
  action: string,
  coder: { config: unknown; arrays: unknown },
  { folded, trains = false }: { folded?: boolean; trains?: boolean } = {},
): asserts coder is Crosscoder {
  const config = checkCoderConfig(action, coder?.config);
  const arrays: unknown = coder.arrays;
  expectArrays(action, arrays, coderShapes(config));
  const theta = arrays.threshold.data;
  const bad = theta.findIndex((value) => trains ? value <= 0 : value < 0);
  if (bad !== -1) {
    const why = trains
      ? "training moves the logarithm of a threshold, so give it a small one"
      : "save the threshold itself, no logarithm of it";
    throw new RangeError(
      `Cannot ${action}: expected a threshold ${trains ? "above" : "of at least"} 0 for each ` +
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

/**
 * What the GPU holds in place of the thresholds. The logarithm of 0 becomes a finite number whose exponential is 0 in
 * float32, since WGSL promises nothing about infinities.
 */
export function logThresholds({ shape, data }: HostArray): HostArray {
  return { shape, data: data.map((theta) => Math.max(Math.log(theta), -1000)) };
}
