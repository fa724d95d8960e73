/**
 * Ways of removing latents. Each shifts activations by coefficients times rows:
 *
 *   ablate     δ = −f_i W_dec[i], at all sites by increments: as if the latent had not been read
 *   last site  the same at the last site alone; { site: n } at site n alone
 *   naive      δ added at every site although the stream carries it on: a baseline known to be bad
 *   freeze     the position set to what it was unedited, plus δ: hides what else arrives there
 *   minimal    δ = −(z_i − target) W_enc,i / ‖W_enc,i‖², the least change of all sites together that
 *              brings z_i to its target, in the `unit` of its norm
 *
 * (ablation of latents after Marks et al. 2024, arXiv 2403.19647; increments and the least change derived
 * here).
 * @module
 */
import { exactly, expectForm, integer, maybe, oneOf, where, whole } from "../../../io/form.ts";

const SIMPLE = ["ablate", "last site", "naive", "freeze"] as const;

export type Removal = typeof SIMPLE[number] | { minimal: Minimal } | { site: number };

/**
 * `target`: what a pre-activation is brought to, its threshold by default; `unit`: activations as they
 * are, by default, or scaled per site as training saw them.
 */
export type Minimal = { target?: "threshold" | number; unit?: "raw" | "scaled" };

/** What random rows have of a latent's own. */
export const KEPT = ["norms", "norms and angles"] as const;
/** What random rows keep of a latent's own. */
export type Kept = typeof KEPT[number];

/**
 * What random vectors in a direction's own place have of it: all but its direction. Others, whose angles
 * are free, reached as far at smoke and small, and cost as much again.
 */
export const OWN_KEPT = ["norms and angles"] as const satisfies readonly Kept[];

/**
 * In place of each latent's own rows, random ones, from a stream named after the latent and the `draw`.
 * They `keep` the norm at every site: "norms", the default, draws a direction afresh at each site, so
 * that an edit by increments injects something new at each, more than a latent does whose rows point
 * almost the same way at all sites. "norms and angles" turns all rows of the latent together: the
 * cosines between its sites stay too, and the edit is like its own in all but its direction.
 */
export type RandomRows = { seed: number; draw?: number; keep?: Kept };

/** `positions`: of the prompt, by default, or of its answer too. Latents are ablated by default. */
export type RemovalOptions = {
  removal?: Removal;
  positions?: "prompt" | "all";
  random?: RandomRows;
};

/** Options of removal with what was left out. */
export type Way = {
  removal: Removal;
  positions: "prompt" | "all";
  random?: RandomRows;
};

/** Those of vectors. */
export type VectorWay = Pick<Way, "positions" | "random">;

/** The form of `random`. */
export const RANDOM_ROWS = maybe(
  exactly({ seed: integer, draw: maybe(whole(0)), keep: maybe(oneOf(KEPT)) }),
);

const OPTIONS = exactly({
  removal: maybe(
    where<Removal>(
      '"ablate", "last site", "naive", "freeze", { minimal } or { site },',
      isRemoval,
    ),
  ),
  positions: maybe(oneOf(["prompt", "all"])),
  random: RANDOM_ROWS,
});

const MINIMAL = exactly({
  target: maybe(
    where<"threshold" | number>(
      '"threshold" or a finite number',
      (x) => x === "threshold" || Number.isFinite(x),
    ),
  ),
  unit: maybe(oneOf(["raw", "scaled"])),
});

/** Options of removing latents. Throws `Cannot ${action}: ...` on others. */
export function latentWay(action: string, options: RemovalOptions): Way {
  expectForm(action, options, OPTIONS);
  const { removal = "ablate", positions = "prompt", random } = options;
  if (isMinimal(removal)) expectForm(action, removal.minimal, MINIMAL);
  return { removal, positions, random };
}

/** The same of vectors, which are projected out where they stand: nothing of a latent's ways. */
export function vectorWay(action: string, options: RemovalOptions): VectorWay {
  const { positions, random } = latentWay(action, options);
  const meaningless = options.removal !== undefined
    ? "removal"
    : options.random?.keep !== undefined && "random.keep";
  if (!meaningless) return { positions, random };
  throw new RangeError(
    `Cannot ${action}: expected no ${meaningless}, since vectors are projected out where they stand, but ` +
      "found one: leave it out",
  );
}

/** Whether latents are brought to a target. */
export function isMinimal(removal: Removal): removal is { minimal: Minimal } {
  return typeof removal === "object" && "minimal" in removal;
}

function isRemoval(x: unknown): boolean {
  if (typeof x !== "object" || x === null) return SIMPLE.some((name) => name === x);
  const [name, ...more] = Object.keys(x);
  if (more.length > 0) return false;
  return name === "minimal" || (name === "site" && Number.isInteger((x as { site: unknown }).site));
}
