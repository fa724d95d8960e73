/**
 * Phase `penalty`: the main dictionary trained on under a penalty on interactions, and what that
 * costs: reconstruction, and what neurons lose that hear fewer of their latents.
 * @module
 */
import { everyField, having, list, number, oneOf, whole } from "../../../io/form.ts";
import { stream } from "../../../numerics/random.ts";
import { PENALTY_KINDS } from "../../penalty/penalty.ts";
import {
  measurePenalised,
  type Penalised,
  type PenaltyPoint,
  trainPenalised,
} from "../../penalty/sweep.ts";
import type { Phase } from "../phase.ts";

/** What the phase leaves: a dictionary for each weight of each penalty, "none" first. */
export type Penalty = { steps: number; points: (PenaltyPoint & Penalised)[] };

const LOSSES = having({ model: number(), schemes: everyField(number()) });
const POINT = having({
  kind: oneOf(["none", ...PENALTY_KINDS]),
  lambda: number({ least: 0 }),
  L0: number({ least: 0 }),
  FVU: list(number({ least: 0 }), { least: 1 }),
  blocks: list(having({
    layer: whole(0),
    dominantShare: number(),
    interactionShare: number(),
    R: number(),
    excess: number(),
  })),
  all: LOSSES,
  middle: LOSSES,
});

/** Dictionaries under penalties, all trained on the same batches. */
export const penalty: Phase<Penalty> = {
  name: "penalty",
  title: "dictionaries under a penalty on interactions",
  format: 1,
  needs: [],
  models: ["ft1"],
  coders: ["mlp"],
  settings: ({ penalty, dictionary: { k, batch, dead_tokens, poolSequences } }) => ({
    penalty,
    dictionary: { k, batch, dead_tokens, poolSequences },
  }),
  form: having({ steps: whole(1), points: list(POINT, { least: 1 }) }),
  async make({ sources, settings, step }) {
    const { steps, lr, rows, points, sequences, textSequences } = settings.penalty;
    const { k, batch, dead_tokens, poolSequences } = settings.dictionary;
    const model = await sources.model("ft1"), initial = await sources.coder("mlp");
    const coders = await trainPenalised(model, initial, {
      sequences: sources.text("dictionary", Math.min(poolSequences, POOL)),
      points,
      training: { steps, batch, lr, rows, k, dead_tokens },
      random: stream(sources.seed, "penalty"),
    });
    const text = sources.text("metric", textSequences);
    const records = sources.data.heldOut.clean.slice(0, sequences);
    const measured = [];
    for (const [p, coder] of coders.entries()) {
      const found = await measurePenalised(model, coder, { text, records, seed: sources.seed });
      measured.push({ ...points[p], ...found });
      step(p + 1, coders.length);
    }
    return { steps, points: measured };
  },
};

/** A short training sees no more sequences than this. */
const POOL = 500;
