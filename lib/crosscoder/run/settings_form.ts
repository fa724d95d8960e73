/**
 * What the settings of a comparison of crosscoders have to be, before anything is trained and when
 * results are read.
 * @module
 */
import {
  everyField,
  exactly,
  expectForm,
  having,
  list,
  maybe,
  number,
  whole,
} from "../../io/form.ts";
import { LANGUAGE_MODEL_TRAINING } from "../../model/train.ts";
import { PLANTED_OPTIONS } from "../planted/task.ts";
import { COMPARED, type CrosscodersSettings, REFERENCE } from "./presets.ts";

const LEVEL = exactly({
  k: maybe(whole(1)),
  lambda_S: maybe(number({ least: 0 })),
  target_L0: maybe(number({ above: 0 })),
});
const STEPS = exactly({ steps: whole(1), batch: whole(1), lr: number({ above: 0 }) });

/** Of the fields alone. */
export const SETTINGS_FORM = exactly({
  records: whole(1),
  heldOut: whole(1),
  d_vocab: whole(1),
  model: having({ d_model: whole(1), n_layers: whole(1), n_ctx: whole(1) }),
  std: number({ least: 0 }),
  pretrain: exactly(LANGUAGE_MODEL_TRAINING),
  sequences: whole(1),
  evaluated: whole(1),
  seeds: whole(1),
  d_sae: whole(1),
  widths: list(whole(1)),
  training: STEPS,
  levels: everyField(list(LEVEL, { least: 1 })),
  planted: exactly({
    task: exactly(PLANTED_OPTIONS),
    d_sae: whole(1),
    training: STEPS,
    evaluated: whole(1),
    levels: everyField(LEVEL),
  }),
});

/**
 * Throws unless the settings have the form, and levels for exactly the recipes that are compared.
 */
export function checkSettings(action: string, found: unknown, todo?: string): CrosscodersSettings {
  const settings = expectForm(action, found, SETTINGS_FORM, todo) as CrosscodersSettings;
  const { levels, planted, widths, d_sae } = settings;
  for (const named of [levels, planted.levels]) {
    const names = Object.keys(named);
    if (names.length === COMPARED.length && COMPARED.every((name) => names.includes(name))) {
      continue;
    }
    throw new RangeError(
      `Cannot ${action}: expected levels of ${COMPARED.join(", ")} but found ${
        names.join(", ")
      }: ` +
        `${todo ?? "name each recipe once"}`,
    );
  }
  if (new Set([...widths, d_sae]).size === widths.length + 1) return settings;
  throw new RangeError(
    `Cannot ${action}: expected widths of ${REFERENCE} that differ from one another and from d_sae ` +
      `${d_sae} but found ${widths}: ${todo ?? "leave one out"}`,
  );
}
