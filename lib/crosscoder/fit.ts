/**
 * A crosscoder in one call: from a model and token sequences to trained weights. The stages of a replication are put
 * together from the same parts in lib/diff/pipeline.ts; this is the short way for notebooks and first tries.
 *
 * @module
 */
import type { GptNeo } from "../model/gpt_neo.ts";
import { stream } from "../random.ts";
import type { LoggedStep } from "../tensor/training.ts";
import { residualSites } from "./activations.ts";
import type { Crosscoder } from "./coder.ts";
import { initialise } from "./initialise.ts";
import { siteScales } from "./scale.ts";
import { type CoderTraining, createPoolFeed, trainCrosscoder } from "./train.ts";

/** The recipe of preset small in fewer steps, with the whole penalty from the start; every field may be replaced. */
export const TINY: CoderTraining = {
  steps: 384,
  batch: 128,
  lr: 2e-3,
  lambda_S: 0.2,
  ramp: false,
  decay: 0.25,
  lambda_P: 3e-6,
  c: 4,
  eps: 2,
  clip: 1,
  poolSequences: 700,
};

/** `sites`: hook names, by default every residual stream. Metrics of a logged step: see `crosscoderLoss`. */
export type FitOptions = Partial<CoderTraining> & {
  name?: string;
  sites?: string[];
  d_sae?: number;
  seed?: number;
  onLog?: (name: string, steps: LoggedStep[]) => void;
  onStage?: (name: string, steps: number) => void;
};

/**
 * Trains a fresh crosscoder on a model's activations over `sequences` (ids of equal length). Returns it unfolded, as
 * `evaluateCoder` and `topContexts` take it; `fold` it to save it. Same seed, same weights.
 *
 * Throws where the sequences are of unequal length or hold fewer tokens than one batch.
 */
export async function fitCrosscoder(
  model: GptNeo,
  sequences: readonly Uint32Array[],
  options: FitOptions = {},
): Promise<Crosscoder> {
  const { gpu, config: { n_layers, d_model: d_in } } = model;
  const { name = "crosscoder", sites = residualSites(n_layers), d_sae = 4 * d_in, seed = 0 } =
    options;
  const settings = trainingOf(options);
  checkSequences(sequences, settings.batch);
  const random = stream(seed, "fit");
  const feed = createPoolFeed({ model, sequences }, {
    ...settings,
    sites,
    random: random.stream("feed"),
  });
  try {
    const scale = await siteScales(feed.pool, { n_sites: sites.length, d_in });
    const fresh = await initialise(gpu, { sites, d_in, d_sae, scale, folded: false }, {
      pool: feed.pool,
      random: random.stream("weights"),
    });
    options.onStage?.(name, settings.steps);
    const onLog = (steps: LoggedStep[]) => options.onLog?.(name, steps);
    return await trainCrosscoder(gpu, fresh, { name, settings, feed, onLog });
  } finally {
    feed.release();
  }
}

/** The metrics of a logged step in words: the whole loss, the squared error in it, the number of latents that fire. */
export function coderProgress([error, sparsity, preActivation, L0]: readonly number[]): string {
  const loss = error + sparsity + preActivation;
  return `loss ${loss.toFixed(2)}, squared error ${error.toFixed(2)}, L0 ${L0.toFixed(1)}`;
}

/** The fields of the recipe alone, each from the options or from TINY. */
function trainingOf(options: FitOptions): CoderTraining {
  const given = Object.entries(options).filter(([key, value]) =>
    key in TINY && value !== undefined
  );
  return { ...TINY, ...Object.fromEntries(given) };
}

function checkSequences(sequences: readonly Uint32Array[], batch: number): void {
  const lengths = new Set(sequences.map(({ length }) => length));
  const tokens = sequences.reduce((sum, { length }) => sum + length, 0);
  if (lengths.size === 1 && tokens >= batch) return;
  throw new RangeError(
    `Cannot fit a crosscoder: expected sequences of one length with at least ${batch} tokens in all ` +
      `but found ${sequences.length} of lengths ${[...lengths].slice(0, 5)}: ` +
      "cut them to one length, take more, or ask for a smaller batch",
  );
}
