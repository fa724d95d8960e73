/** What the phase `truth` leaves. @module */
import { flag, type Form, having, list, number, oneOf, text, whole } from "../../../io/form.ts";
import { CODER_NAMES, MODEL_NAMES, type ModelName } from "../names.ts";
import { SAMPLES, type TruthOf } from "../truth_tables.ts";

/** One way of ablating: sites, towards what, and whether later tokens count. */
export type TruthMode = {
  name: string;
  sites: string[];
  ablation: "zero" | "mean";
  later: boolean;
  /** Medians over instances of what was measured, dloss by size. */
  median: Record<"GT2" | "KL" | "dloss" | "dlogits", number>;
};

/**
 * A sample of `pairs` pairs of `candidates`, `instances` in all; `short` pairs met at fewer tokens
 * than were asked for.
 */
export type TruthSample = TruthOf & {
  model: ModelName;
  candidates: number;
  pairs: number;
  tokens: number;
  instances: number;
  short: number;
  modes: TruthMode[];
};

/** What the phase leaves beside its arrays. */
export type Truth = { samples: TruthSample[] };

const MEDIANS = having({
  GT2: number({ least: 0 }),
  KL: number(),
  dloss: number({ least: 0 }),
  dlogits: number({ least: 0 }),
});
const SAMPLE = having({
  coder: oneOf(CODER_NAMES),
  number: whole(0),
  sample: oneOf(SAMPLES),
  model: oneOf(MODEL_NAMES),
  candidates: whole(1),
  pairs: whole(1),
  tokens: whole(1),
  instances: whole(1),
  short: whole(0),
  modes: list(
    having({
      name: text,
      sites: list(text),
      ablation: oneOf(["zero", "mean"]),
      later: flag,
      median: MEDIANS,
    }),
    { least: 1 },
  ),
});

/** The form of the result. */
export const TRUTH: Form<Truth> = having({ samples: list(SAMPLE, { least: 1 }) });
