/**
 * A crosscoder in one call: from a model and token sequences to trained weights. The stages of a replication are put
 * together from the same parts in lib/diff/pipeline.ts; this is the short way for notebooks and first tries.
 *
 * @module
 */
import {
  callback,
  exactly,
  expectForm,
  having,
  integer,
  list,
  maybe,
  number,
  partly,
  text,
  whole,
} from "../io/form.ts";
import type { GptNeo } from "../model/gpt_neo.ts";
import { stream } from "../numerics/random.ts";
import type { LoggedStep } from "../tensor/training.ts";
import type { Crosscoder } from "./coder.ts";
import { checkCoderSize, initialise } from "./initialise.ts";
import { CODER_METRICS } from "./loss.ts";
import { siteScales } from "./scale.ts";
import { createPoolFeed } from "./harvest/feed.ts";
import { asModels, commonOf, type Models } from "./harvest/models.ts";
import { resolveSites } from "./harvest/resolve_sites.ts";
import { residualSites, type Site, siteForm, type SiteLike, siteName } from "./sites.ts";
import { CODER_TRAINING, type CoderTraining, trainCrosscoder } from "./train.ts";

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

/** `sites`: by hook or { model, hook }, globs allowed, by default every residual stream. Metrics of a logged step: `CODER_METRICS`. */
export type FitOptions = Partial<CoderTraining> & {
  name?: string;
  sites?: readonly SiteLike[];
  d_sae?: number;
  seed?: number;
  onLog?: (name: string, steps: LoggedStep[]) => void;
  onPhase?: (name: string, steps: number) => void;
};

/**
 * Trains a fresh crosscoder on the activations of a model, or of several models by name, over `sequences` (ids of equal length), by default with four latents
 * for each number of a site. Returns it unfolded; `fold` it to save it. Same seed, same weights.
 *
 * Throws on unknown or impossible options, on hooks that have no width or unlike ones, on what `checkSequences` refuses,
 * and where the pool holds fewer tokens than one batch.
 */
export async function fitCrosscoder(
  model: GptNeo | Models,
  sequences: readonly ArrayLike<number>[],
  options: FitOptions = {},
): Promise<Crosscoder> {
  const action = "fit a crosscoder";
  expectForm(action, options, FIT);
  const models = asModels(model), { gpu } = commonOf(action, models);
  const { name = "crosscoder", seed = 0 } = options;
  const { sites: found, d_in } = resolveSites(models, options.sites ?? everyResidual(models));
  const sites = found.map(siteName);
  const { d_sae = 4 * d_in } = options;
  checkCoderSize(gpu, { n_sites: sites.length, d_in, d_sae });
  const settings = trainingOf(options);
  const random = stream(seed, "fit");
  const feed = createPoolFeed({ models, sequences }, {
    batch: settings.batch,
    poolSequences: settings.poolSequences,
    sites,
    random: random.stream("feed"),
  });
  try {
    const scale = await siteScales(feed.pool, { n_sites: sites.length, d_in });
    const fresh = await initialise(gpu, { sites, d_in, d_sae, scale, folded: false }, {
      pool: feed.pool,
      random: random.stream("weights"),
    });
    options.onPhase?.(name, settings.steps);
    const onLog = (steps: LoggedStep[]) => options.onLog?.(name, steps);
    return await trainCrosscoder(gpu, fresh, { name, settings, feed, onLog });
  } finally {
    feed.release();
  }
}

const FIT = exactly({
  ...partly(CODER_TRAINING),
  name: maybe(text),
  sites: maybe(list(siteForm, { least: 1 })),
  d_sae: maybe(whole(1)),
  seed: maybe(integer),
  onLog: maybe(callback),
  onPhase: maybe(callback),
});

/** The metrics of a logged step in words: the whole loss, the squared error in it, the number of latents that fire. */
export function coderProgress(metrics: Readonly<Record<string, number>>): string {
  expectForm("tell a crosscoder's progress", metrics, METRICS, "pass the metrics of a logged step");
  const { squared_error, sparsity, pre_activation, L0 } = metrics;
  const loss = squared_error + sparsity + pre_activation;
  return `loss ${loss.toFixed(2)}, squared error ${squared_error.toFixed(2)}, L0 ${L0.toFixed(1)}`;
}

const METRICS = having(Object.fromEntries(CODER_METRICS.map((name) => [name, number()])));

function everyResidual(models: Models): Site[] {
  return Object.entries(models).flatMap(([model, { config }]) =>
    residualSites(config.n_layers).map((hook) => ({ model, hook }))
  );
}

/** The fields of the recipe alone, each from the options or from TINY. */
function trainingOf(options: FitOptions): CoderTraining {
  const given = Object.entries(options).filter(([key, value]) =>
    key in TINY && value !== undefined
  );
  return { ...TINY, ...Object.fromEntries(given) };
}
