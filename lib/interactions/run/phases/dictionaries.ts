/**
 * Phase `dictionaries`: how well each model predicts, and how well each dictionary reconstructs what
 * it reads on held-out stories.
 * @module
 */
import { evaluateCoder } from "../../../crosscoder/evaluate.ts";
import { recordBatch } from "../../../data/batches.ts";
import { having, list, number, oneOf, whole } from "../../../io/form.ts";
import { languageModelLoss } from "../../../model/loss.ts";
import { stream } from "../../../numerics/random.ts";
import { schemeLosses } from "../../penalty/schemes.ts";
import { CODER_NAMES, type CoderName, LEARNT_FROM, MODEL_NAMES, type ModelName } from "../names.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import type { Sources } from "../sources.ts";

/** Cross-entropy in nats on held-out clean completions. */
export type ModelQuality = { model: ModelName; crossEntropy: number };

/**
 * A dictionary on one of the models that it learnt from: FVU by site; `dense` latents fire on more
 * than a tenth of the tokens. `loss`: cross-entropies on some of the completions, of the model, with
 * every MLP input replaced by its reconstruction, and by b_dec.
 */
export type DictionaryQuality = {
  coder: CoderName;
  number: number;
  model: ModelName;
  d_sae: number;
  sites: number;
  L0: number;
  FVU: number[];
  dead: number;
  dense: number;
  loss: { model: number; spliced: number; zero: number };
};

/** What the phase leaves. */
export type Dictionaries = { models: ModelQuality[]; coders: DictionaryQuality[] };

const MODEL = having({ model: oneOf(MODEL_NAMES), crossEntropy: number({ least: 0 }) });
const LOSS = number({ least: 0 });
const CODER = having({
  coder: oneOf(CODER_NAMES),
  number: whole(0),
  model: oneOf(MODEL_NAMES),
  d_sae: whole(1),
  sites: whole(1),
  L0: number({ least: 0 }),
  FVU: list(number({ least: 0 }), { least: 1 }),
  dead: whole(0),
  dense: whole(0),
  loss: having({ model: LOSS, spliced: LOSS, zero: LOSS }),
});

const DENSE = 0.1;

/** Completions that the losses of spliced models are taken on, at most. */
const SPLICED = 48;

/** Sequences of one batch. */
const BATCH = 16;

/** The dictionaries of one run by name; those of MLP inputs of ft1 have several seeds. */
export const dictionaries: Phase<Dictionaries> = {
  name: "dictionaries",
  title: "quality of models and dictionaries",
  format: 2,
  needs: [],
  models: MODEL_NAMES,
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "relu", "second", "both", "all"],
  settings: ({ heldOutSequences }) => ({ heldOutSequences }),
  form: having({ models: list(MODEL), coders: list(CODER) }),
  async make({ sources, settings }) {
    const models = [];
    for (const model of MODEL_NAMES) {
      models.push({ model, crossEntropy: await crossEntropyOf(model, sources, settings) });
    }
    const coders = [];
    for (const coder of CODER_NAMES) {
      const seeds = coder === "mlp" ? settings.seeds : 1;
      for (let number = 0; number < seeds; number++) {
        for (const model of LEARNT_FROM[coder]) {
          coders.push(await qualityOf({ coder, number, model }, sources, settings));
        }
      }
    }
    return { models, coders };
  },
};

type Counts = Pick<PhaseWork["settings"], "heldOutSequences">;

async function crossEntropyOf(
  name: ModelName,
  { model, data }: Sources,
  { heldOutSequences }: Counts,
): Promise<number> {
  const records = data.heldOut.clean.slice(0, heldOutSequences);
  const batches = Array.from(
    { length: Math.ceil(records.length / BATCH) },
    (_, i) => recordBatch(records.slice(i * BATCH, (i + 1) * BATCH)),
  );
  return await languageModelLoss(await model(name), batches);
}

async function qualityOf(
  of: { coder: CoderName; number: number; model: ModelName },
  sources: Sources,
  { heldOutSequences }: Counts,
): Promise<DictionaryQuality> {
  const coder = await sources.coder(of.coder, of.number), model = await sources.model(of.model);
  const sequences = sources.text("heldOut", heldOutSequences);
  const { L0, fvu: FVU, dead, density, d_sae } = await evaluateCoder(model, coder, sequences);
  const dense = density.filter((share) => share > DENSE).length;
  const records = sources.data.heldOut.clean.slice(0, Math.min(SPLICED, heldOutSequences));
  const random = stream(sources.seed, "spliced"), schemes = ["all", "zero"] as const;
  const { model: own, schemes: { all, zero } } = await schemeLosses(model, coder, records, {
    random,
    schemes,
  });
  const loss = { model: own, spliced: all, zero };
  return { ...of, d_sae, sites: coder.config.sites.length, L0: L0.mean, FVU, dead, dense, loss };
}
