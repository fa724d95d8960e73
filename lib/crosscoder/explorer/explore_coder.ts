/** A saved crosscoder and its model -> what the explorer shows of it: one stage. @module */
import { tokenText, type Vocabulary } from "../../data/vocabulary.ts";
import { anything, exactly, expectForm, having, list, maybe, text } from "../../io/form.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { cosine } from "../../numerics/cosine.ts";
import type { Column, ExplorerData } from "../../report/explorer/data.ts";
import { activationWindows } from "../activation_windows.ts";
import { type Crosscoder, fold } from "../coder.ts";
import { asModels, type Models } from "../harvest/models.ts";
import { topContexts } from "../latents.ts";
import { decoderRow, encoderRow } from "../rows.ts";
import { siteName } from "../sites.ts";
import { coderViews } from "./coder_views.ts";
import { topPlaces } from "./top_places.ts";
import { AROUND, stageColumns, viewParts } from "./view_parts.ts";

/** What a page about a coder is made of. */
export type ExploreCoderOptions = {
  /** Folded or not. */
  coder: Crosscoder;
  /** Of one length, in ids of the vocabulary. */
  sequences: readonly ArrayLike<number>[];
  vocabulary: Vocabulary;
  /** The page's heading. */
  title?: string;
  /** What more the page says of where it comes from. */
  about?: ExplorerData["about"];
};

const OPTIONS = exactly({
  coder: having({ config: anything, arrays: anything }),
  sequences: list(anything, { least: 1 }),
  vocabulary: having({ tokenIds: anything, compactIds: anything, tokenizer: anything }),
  title: maybe(text),
  about: maybe(list(exactly({ name: text, value: text }))),
});

/**
 * Contexts are collected on the sequences: where each latent fires most, and what it does around.
 * `model`: the one that the crosscoder reads, or several by the names in its sites. explorerPage
 * makes a page of what comes back:
 *
 *   const data = await exploreCoder(model, { coder, sequences, vocabulary });
 *   await Deno.writeTextFile("explorer.html", explorerPage(data));
 *
 * Throws where model, crosscoder and sequences do not fit.
 */
export async function exploreCoder(
  model: LanguageModel | Models,
  options: ExploreCoderOptions,
): Promise<ExplorerData> {
  expectForm("explore a crosscoder", options, OPTIONS);
  const { coder: given, sequences, vocabulary, about = [] } = options;
  const models = asModels(model), coder = given.config.folded ? given : fold(given);
  const { sites, d_sae, recipe, activation } = coder.config;
  const { n_tokens, fired, top } = await topContexts(models, coder, sequences);
  const places = topPlaces([top]);
  const windows = await activationWindows(models, coder, { sequences, places, ...AROUND });
  const views = await coderViews(models[sites.at(-1)!.model], coder);
  return {
    title: options.title ?? `Crosscoder of ${d_sae} latents`,
    about: [
      ...about,
      { name: "recipe, activation", value: `${recipe}, ${activation.kind}` },
      { name: "latents, sites", value: `${d_sae} at ${sites.map(siteName).join(", ")}` },
      { name: "texts", value: `${sequences.length} sequences, ${n_tokens} tokens` },
    ],
    size: d_sae,
    columns: [
      ...stageColumns("", { fired, n_tokens }, views.norms),
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
    stages: [{ name: "crosscoder", about: recipe }],
    stage: 0,
    path: [],
    contexts: {
      ...AROUND,
      ...places,
      sequences,
      activations: [windows],
      tokenText: (id) => tokenText(vocabulary, id),
    },
    density: { n_tokens: [n_tokens], fired: [fired] },
    ...viewParts([views], sites.map(siteName)),
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
function encoderColumn(coder: Crosscoder): Column {
  const values = Float64Array.from(
    { length: coder.config.d_sae },
    (_, i) => cosine(encoderRow(coder, i), decoderRow(coder, i)),
  );
  return {
    id: "encoder",
    title: "cos(W_enc, W_dec)",
    about: "cosine of encoder and decoder vector, all sites together",
    values,
    section: "Numbers",
  };
}
