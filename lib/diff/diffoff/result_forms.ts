/**
 * What results.json of a diff-off holds, for readDiffOff: all that figures, scores and sentences read.
 * @module
 */
import {
  everyField,
  exactly,
  flag,
  having,
  integer,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  pair,
  text,
  whole,
} from "../../io/form.ts";
import { METHOD_SETTINGS } from "../methods/make_method.ts";
import { PRESETS } from "../settings/presets.ts";
import { SETTINGS } from "../settings/settings_form.ts";
import { DETECTORS } from "./detectors.ts";
import { PAIRS } from "./pairs.ts";

const SHARE = number({ least: 0, most: 1 }), NATS = number(), COUNT = whole(0), PLACE = whole(0);
const COUNTED = exactly({ count: COUNT, of: COUNT });
const CHANGE = having({ logOdds: NATS, KL: NATS });
const COST = exactly({ flops: number({ least: 0 }), bytes: number({ least: 0 }) });

const FILTERED = exactly({
  most: orNull(number({ least: 0 })),
  left: COUNT,
  k: orNull(whole(1)),
  curve: list(having({
    size: whole(1),
    effect: having({ logOdds: NATS, KL: NATS, payload: SHARE, clean: NATS }),
  })),
  closed: orNull(number()),
  onset: orNull(SHARE),
  body: orNull(SHARE),
  kept: orNull(SHARE),
});

const TRUTH = exactly({
  kind: oneOf(["latent", "vector"]),
  universe: COUNT,
  AP: orNull(SHARE),
  precisionAt10: SHARE,
  found: COUNT,
  positives: COUNT,
  causal: list(PLACE),
  necessary: list(PLACE),
  floor: orNull(exactly({ halves: pair(CHANGE, CHANGE) })),
  gap: NATS,
  filters: list(FILTERED, { least: 1 }),
  trigger: orNull(SHARE),
});

const CELL_ID = { pair: oneOf(PAIRS), method: text, seed: integer };

const CELL = exactly({
  ...CELL_ID,
  list: exactly({
    latents: maybe(list(whole(0))),
    scores: list(number()),
    d_sae: maybe(whole(1)),
  }),
  cost: COST,
  filtering: COST,
  truths: exactly({ A: maybe(TRUTH), B: maybe(TRUTH) }),
  untold: maybe(exactly({ A: maybe(text), B: maybe(text) })),
});

const ANSWERED = exactly({ triggered: COUNTED, untriggered: COUNTED });
const OVERLAP = exactly({ seed: integer, a: text, b: text, share: orNull(SHARE) });
const DETECTOR = having({ latent: whole(0), precision: SHARE, recall: SHARE, F1: SHARE });
const HITS = exactly({ precision: COUNTED, recall: COUNTED });

/** Fields of results.json; it may hold more. */
export const RESULTS = having({
  preset: oneOf(PRESETS),
  seeds: list(integer, { least: 1 }),
  adapter: text,
  corpus: having({ name: text }),
  settings: exactly({ models: SETTINGS, methods: METHOD_SETTINGS, prompts: whole(1) }),
  methods: list(having({ name: text, title: text, source: text })),
  pairs: list(exactly({
    pair: oneOf(PAIRS),
    seed: integer,
    behaviour: exactly({ A: ANSWERED, B: ANSWERED, crossEntropy: NATS }),
    fault: text,
  })),
  cells: list(CELL),
  floors: list(exactly({
    ...CELL_ID,
    backdoor: oneOf(["A", "B"]),
    size: whole(1),
    draws: list(exactly({ payload: SHARE, KL: NATS }), { least: 1 }),
  })),
  again: list(OVERLAP),
  between: list(OVERLAP),
  detectors: list(having({
    seed: integer,
    name: oneOf(DETECTORS),
    percentile: DETECTOR,
    orEqual: DETECTOR,
    reached: DETECTOR,
    AP: SHARE,
    prompts: exactly({ triggered: COUNT, of: whole(1) }),
  })),
  calibration: list(having({
    name: text,
    flagged: COUNTED,
    heldOut: COUNTED,
    seedsWithFlags: COUNTED,
    falseShare: maybe(exactly({ value: number(), low: number(), high: number() })),
    others: everyField(COUNTED),
    labelled: HITS,
    causal: maybe(HITS),
    calibrated: maybe(flag),
    power: maybe(flag),
  })),
  missing: list(having(CELL_ID)),
});
