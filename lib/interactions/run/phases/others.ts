/**
 * Phase `others`: two measures of other groups at this size, beside exact interactions: pair weights
 * of a quadratic decoder (PolySAE, arXiv 2602.01322), and trained against random weights (Jacobian
 * SAEs, arXiv 2502.18147, which compare the sparsity of Jacobians; here the exact excess).
 * @module
 */
import { evaluateCoder } from "../../../crosscoder/evaluate.ts";
import { fold } from "../../../crosscoder/coder.ts";
import { fitCrosscoder } from "../../../crosscoder/fit.ts";
import { having, list, number, oneOf, whole } from "../../../io/form.ts";
import { readingPoints } from "../../../model/hooks.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { stream } from "../../../numerics/random.ts";
import { releaseParameters } from "../../../tensor/parameters.ts";
import { pairWeights, trainQuadratic } from "../../others/quadratic_decoder.ts";
import { randomWeights } from "../../others/random_model.ts";
import {
  type CoOccurrence,
  coOccurrence,
  type WeightsAgreement,
  weightsAgreement,
} from "../../others/weights_agreement.ts";
import { type BlockInteraction, blockInteractions } from "../../penalty/block_interactions.ts";
import { activeText } from "../../players/active_text.ts";
import { readPairTable } from "../pair_tables.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import { pairs } from "./pairs.ts";

/** A short training of a dictionary on the MLP inputs of one model, and its interactions. */
export type Untrained = { weights: "trained" | "random"; FVU: number; blocks: BlockInteraction[] };

/** What the phase leaves; errors are shares of the variance of the rows that were learnt. */
export type Others = {
  quadratic: {
    rank: number;
    steps: number;
    pairs: number;
    error: { linear: number; quadratic: number };
    coOccurrence: CoOccurrence;
    layers: ({ layer: number } & WeightsAgreement)[];
  };
  weights: Untrained[];
};

const each = number();
const BLOCK = having({
  layer: whole(0),
  dominantShare: each,
  interactionShare: each,
  R: each,
  excess: each,
});

const LAYER = having({
  layer: whole(0),
  weights: each,
  added: each,
  acts: each,
  precision: each,
  chance: each,
});

/** Both measures. */
export const others: Phase<Others> = {
  name: "others",
  title: "other groups' measures",
  format: 1,
  needs: [pairs],
  models: ["ft1"],
  coders: ["mlp"],
  settings: ({ others, pairs, dictionary }) => ({ others, pairs, dictionary }),
  form: having({
    quadratic: having({
      rank: whole(1),
      steps: whole(1),
      pairs: whole(1),
      error: having({ linear: each, quadratic: each }),
      coOccurrence: having({ weights: each, covariance: each }),
      layers: list(LAYER, { least: 1 }),
    }),
    weights: list(
      having({
        weights: oneOf(["trained", "random"]),
        FVU: each,
        blocks: list(BLOCK, { least: 1 }),
      }),
      { least: 2 },
    ),
  }),
  async make(work) {
    return { quadratic: await quadratic(work), weights: await untrained(work) };
  },
};

async function quadratic({ sources, settings, of }: PhaseWork): Promise<Others["quadratic"]> {
  const { rank, steps, lr, top, poolSequences } = settings.others, { batch } = settings.dictionary;
  const model = await sources.model("ft1"), coder = await sources.coder("mlp");
  const sequences = sources.text("dictionary", poolSequences);
  const trained = (rank: number) =>
    trainQuadratic(model, coder, {
      sequences,
      rank,
      steps,
      batch,
      lr,
      random: stream(sources.seed, "quadratic decoder"),
    });
  const linear = await trained(0), { U, W_2, error } = await trained(rank);
  const { result, folder } = await of(pairs);
  const table = await readPairTable(folder, { coder: "mlp", number: 0 });
  const measured = result.tables.find(({ coder, number }) => coder === "mlp" && number === 0)!;
  const weights = pairWeights({ U: U!, W_2: W_2! }, table.pairs);
  const active = await activeText(model, coder, sources.text("metric", settings.pairs.sequences));
  return {
    rank,
    steps,
    pairs: weights.length,
    error: { linear: linear.error, quadratic: error },
    coOccurrence: coOccurrence({ weights, pairs: table.pairs, count: table.count }, active),
    layers: measured.layers.map((layer) => ({
      layer,
      ...weightsAgreement({
        weights,
        acts: table.value(layer, "acts_product", "S_co"),
        interaction: table.value(layer, "removal", "S_co"),
      }, { top }),
    })),
  };
}

async function untrained({ sources, settings }: PhaseWork): Promise<Untrained[]> {
  const model = await sources.model("ft1");
  const random = await randomWeights(model, stream(sources.seed, "random weights"));
  try {
    return [
      { weights: "trained", ...await shortDictionary(model, { sources, settings }) },
      { weights: "random", ...await shortDictionary(random, { sources, settings }) },
    ];
  } finally {
    releaseParameters(random.parameters);
  }
}

async function shortDictionary(
  model: LanguageModel,
  { sources, settings }: Pick<PhaseWork, "sources" | "settings">,
): Promise<Pick<Untrained, "FVU" | "blocks">> {
  const { dictionarySteps, poolSequences, textSequences } = settings.others;
  const { d_sae, k, batch, lr, dead_tokens } = settings.dictionary;
  const coder = fold(
    await fitCrosscoder(model, sources.text("dictionary", poolSequences), {
      recipe: "batchtopk",
      sites: readingPoints(model).mlp,
      d_sae,
      k,
      batch,
      lr,
      dead_tokens,
      poolSequences,
      steps: dictionarySteps,
      seed: sources.seed,
    }),
  );
  const text = sources.text("metric", textSequences);
  const { fvu } = await evaluateCoder(model, coder, text);
  return {
    FVU: fvu.reduce((a, b) => a + b, 0) / fvu.length,
    blocks: await blockInteractions(model, coder, text),
  };
}
