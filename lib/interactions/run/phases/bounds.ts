/**
 * Phase `bounds`: how much of an MLP's output is interaction, what bounds it, how tightly, and
 * whether any bound is ever violated; with and without the dictionary's error node.
 * @module
 */
import { having, list, number, oneOf, whole } from "../../../io/form.ts";
import { stream } from "../../../numerics/random.ts";
import { upload } from "../../../tensor/tensor.ts";
import { type BoundTotals, boundTotals } from "../../pairs/bound_totals.ts";
import { type NeuronScores, neuronScores } from "../../pairs/neuron_scores.ts";
import { blocksOf } from "../../players/blocks.ts";
import { makePlayers } from "../../players/players.ts";
import { textParts } from "../../../crosscoder/text_parts.ts";
import { reconstruction } from "../../ranking/reconstruction.ts";
import { MODEL_NAMES, type ModelName } from "../names.ts";
import type { Phase } from "../phase.ts";
import type { Sources } from "../sources.ts";

/**
 * One block of one model: the error node inside the rest of the pre-activation, and `reconstruction`
 * with the MLP's input replaced by what the dictionary makes of it.
 */
export type BlockBounds = {
  model: ModelName;
  layer: number;
  whole: BoundTotals;
  reconstruction: BoundTotals;
};

/** What the phase leaves; `violated`: neuron-tokens above any valid bound, of all `neuron_tokens`. */
export type Bounds = { blocks: BlockBounds[]; neuron_tokens: number; violated: number };

const TOTALS = having({
  tokens: whole(1),
  neuron_tokens: whole(1),
  excess_fraction: number({ least: 0 }),
  singles_cosine: number({ least: -1, most: 1 }),
});

/** A model with the dictionary of its MLP inputs. */
const MEASURED = [{ model: "ft1", coder: "mlp" }, { model: "relu", coder: "relu" }] as const;

/** Excess and bounds of the two models with their own dictionaries. */
export const bounds: Phase<Bounds> = {
  name: "bounds",
  title: "excess and bounds of every neuron",
  format: 1,
  needs: [],
  models: MEASURED.map(({ model }) => model),
  coders: MEASURED.map(({ coder }) => coder),
  settings: ({ boundSequences }) => ({ boundSequences }),
  form: having({
    blocks: list(
      having({
        model: oneOf(MODEL_NAMES),
        layer: whole(0),
        whole: TOTALS,
        reconstruction: TOTALS,
      }),
      { least: 1 },
    ),
    neuron_tokens: whole(1),
    violated: whole(0),
  }) as unknown as Phase<Bounds>["form"],
  async make({ sources, settings, step }) {
    const blocks: BlockBounds[] = [];
    const there = MEASURED.filter(({ coder }) => sources.coders.includes(coder));
    for (const [done, measured] of there.entries()) {
      step(done, there.length);
      blocks.push(...await boundsOf(sources, { ...measured, sequences: settings.boundSequences }));
    }
    const all = blocks.flatMap(({ whole, reconstruction }) => [whole, reconstruction]);
    return {
      blocks,
      neuron_tokens: all.reduce((sum, totals) => sum + totals.neuron_tokens, 0),
      violated: all.reduce((sum, totals) => sum + violatedOf(totals), 0),
    };
  },
};

/** All counts but that of the kink gate, which is no bound of a smooth nonlinearity. */
function violatedOf({ violations: { kink_gate: _, ...bounds } }: BoundTotals): number {
  return Object.values(bounds).reduce((sum, count) => sum + count, 0);
}

async function boundsOf(
  sources: Sources,
  { model: name, coder: coderName, sequences }: {
    model: ModelName;
    coder: "mlp" | "relu";
    sequences: number;
  },
): Promise<BlockBounds[]> {
  const model = await sources.model(name), coder = await sources.coder(coderName);
  const blocks = await blocksOf(model, coder);
  const found = blocks.map(() =>
    ({ whole: [], reconstruction: [] }) as Record<
      "whole" | "reconstruction",
      NeuronScores[]
    >
  );
  const random = stream(sources.seed, `bounds of ${name}`);
  for await (const { active, x } of textParts(model, coder, sources.text("heldOut", sequences))) {
    for (const [b, { mlp, site }] of blocks.entries()) {
      const score = async (input: typeof x) => {
        const part = { active, x: input };
        using players = makePlayers(model.gpu, { mlp, coder, site, part });
        return await neuronScores(players, { random });
      };
      found[b].whole.push(await score(x));
      using made = upload(model.gpu, reconstruction(active, coder, site));
      found[b].reconstruction.push(await score(x.map((at, s) => s === site ? made : at)));
    }
  }
  return blocks.map(({ layer }, b) => ({
    model: name,
    layer,
    whole: boundTotals(found[b].whole),
    reconstruction: boundTotals(found[b].reconstruction),
  }));
}
