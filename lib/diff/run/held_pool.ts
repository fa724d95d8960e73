/**
 * The activations of one model on one kind of data, held for the crosscoders that learn from them one
 * after the other: they pass through the model once.
 * @module
 */
import { type OpenPool, openPool } from "../../crosscoder/harvest/feed.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites, type Site } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { holdModel } from "../../model/hold.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { CoderPhase } from "../stages/coder_phases.ts";
import type { StagewiseSettings } from "../settings/presets.ts";

/** The model, its sites, and the pool of its activations; given back together. */
export type HeldPool = Disposable & { model: LanguageModel; sites: Site[]; opened: OpenPool };

/** What a pool is filled from: the model's folder, its sequences of data, so many at a time. */
export type PoolSource = {
  folder: string;
  data: string;
  sequences: readonly ArrayLike<number>[];
  poolSequences: number;
};

/**
 * Holds one pool at a time. `take`: the pool of this source; `anew` where its rows have to lie as its
 * next feed wants.
 */
export type PoolKeeper = {
  take(source: PoolSource, options: { anew: boolean }): Promise<HeldPool>;
  release(): void;
};

/** `settings` say how a model is read. */
export function poolKeeper(
  gpu: Gpu,
  settings: Pick<StagewiseSettings, "process" | "sites">,
): PoolKeeper {
  let name: string | undefined, held: HeldPool | undefined;
  const release = () => {
    held?.[Symbol.dispose]();
    [name, held] = [undefined, undefined];
  };
  return {
    release,
    async take(source, { anew }) {
      const wanted = [source.folder, source.data, source.poolSequences].join();
      if (held && wanted === name && !anew) return held;
      release();
      held = await openHeld(gpu, settings, source);
      name = wanted;
      return held;
    },
  };
}

async function openHeld(
  gpu: Gpu,
  { process, sites: named }: Pick<StagewiseSettings, "process" | "sites">,
  { folder, sequences, poolSequences }: PoolSource,
): Promise<HeldPool> {
  using owned = new DisposableStack();
  const { model } = owned.use(await holdModel(gpu, folder, { process }));
  const models = { [ONE_MODEL]: model };
  const { sites } = resolveSites(models, named ?? residualSites(model.config.n_layers));
  const opened = openPool({ models, sequences }, { sites, poolSequences });
  owned.defer(opened.release);
  const kept = owned.move();
  return { model, sites, opened, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * The phases that find their activations in the pool of one before them: where all sequences fit, and
 * but for those that start from random weights, which measure on rows as their own feed lays them.
 */
export function findsItsPool(
  phases: readonly CoderPhase[],
  { sequences, S, fineTune }: Pick<StagewiseSettings, "sequences" | "S" | "fineTune">,
): Set<string> {
  const found = new Set<string>();
  const fits = S.poolSequences === fineTune.poolSequences && sequences <= S.poolSequences;
  for (const [i, { name, model, data, from }] of phases.entries()) {
    const before = phases[i - 1];
    if (fits && from && before?.model === model && before.data === data) found.add(name);
  }
  return found;
}
