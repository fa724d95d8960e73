/** A saved crosscoder and its model -> what the explorer shows of it: one stage. @module */
import { activationWindows } from "../../crosscoder/activation_windows.ts";
import { type Crosscoder, fold } from "../../crosscoder/coder.ts";
import { topContexts } from "../../crosscoder/latents.ts";
import { asModels, type Models } from "../../crosscoder/harvest/models.ts";
import { siteName } from "../../crosscoder/sites.ts";
import { decodeCompact, type Vocabulary } from "../../data/vocabulary.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Column, ExplorerData } from "../../report/explorer/data.ts";
import { cosine } from "../stages/rotation.ts";
import { describeDictionary } from "./dictionary.ts";
import { stagePlaces } from "./places.ts";
import { AROUND, dictionaryParts, stageColumns } from "./dictionary_parts.ts";

export type ExploreCoderOptions = {
  coder: Crosscoder;
  /** Of one length, in ids of the vocabulary. */
  sequences: readonly ArrayLike<number>[];
  vocabulary: Vocabulary;
  title: string;
  about: ExplorerData["about"];
};

/**
 * Contexts are collected on the sequences: where each latent fires most, and what it does around.
 * `model`: the one that the crosscoder reads, or several by name. Throws where they do not fit.
 */
export async function exploreCoder(
  model: LanguageModel | Models,
  { coder: given, sequences, vocabulary, title, about }: ExploreCoderOptions,
): Promise<ExplorerData> {
  const models = asModels(model), coder = given.config.folded ? given : fold(given);
  const { sites, d_sae, recipe, activation } = coder.config;
  const { n_tokens, fired, top } = await topContexts(models, coder, sequences);
  const places = stagePlaces([top]);
  const windows = await activationWindows(models, coder, { sequences, places, ...AROUND });
  const dictionary = await describeDictionary(models[sites.at(-1)!.model], coder);
  return {
    title,
    about: [
      ...about,
      { name: "recipe, activation", value: `${recipe}, ${activation.kind}` },
      { name: "latents, sites", value: `${d_sae} at ${sites.map(siteName).join(", ")}` },
      { name: "texts", value: `${sequences.length} sequences, ${n_tokens} tokens` },
    ],
    size: d_sae,
    columns: [
      ...stageColumns("", { fired, n_tokens }, dictionary.norms),
      largestColumn(top.map(([first]) => first?.activation ?? 0)),
      encoderColumn(coder),
    ],
    flags: [{
      id: "dead",
      title: "dead",
      about: "never fires on these texts",
      values: fired.map((count) => count === 0 ? 1 : 0),
      hide: true,
    }],
    axes: {
      x: "density-",
      y: "norm-",
      about: "A point is a latent: how often it fires, and how long its decoder vector is.",
    },
    stages: [{ name: "dictionary", about: recipe }],
    stage: 0,
    path: [],
    contexts: {
      ...{ sequences, ...AROUND, ...places, activations: [windows] },
      tokenText: (id) => decodeCompact(vocabulary, [id], { inside: true }),
    },
    density: { n_tokens: [n_tokens], fired: [fired] },
    ...dictionaryParts([dictionary], sites.map(siteName)),
  };
}

function largestColumn(values: number[]): Column {
  return {
    id: "largest",
    title: "largest activation",
    about: "largest activation on these texts",
    values,
    section: "Numbers",
    table: true,
  };
}

/** Latents whose two vectors disagree read one thing and write another. */
function encoderColumn({ arrays: { W_enc, W_dec }, config: { d_sae } }: Crosscoder): Column {
  const width = W_dec.data.length / d_sae;
  const values = Float64Array.from({ length: d_sae }, (_, i) => {
    const encoder = Float32Array.from({ length: width }, (_, j) => W_enc.data[j * d_sae + i]);
    return cosine(encoder, W_dec.data.subarray(i * width, (i + 1) * width));
  });
  return {
    id: "encoder",
    title: "cos(W_enc, W_dec)",
    about: "cosine of encoder and decoder vector, all sites together",
    values,
    section: "Numbers",
  };
}
