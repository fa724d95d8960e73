/**
 * Phase `agreement`: which metric orders pairs as exact ablation does, with co-activation and main
 * effects held fixed; every dictionary of MLP inputs that was ablated.
 * @module
 */
import { textMeans } from "../../agreement/baselines/text_baselines.ts";
import {
  type AblationCase,
  compareMetrics,
  type Comparison,
  type ComparisonOptions,
  sumOver,
} from "../../agreement/compare.ts";
import { pairMeans } from "../../agreement/measured.ts";
import { AGREEMENT, type Agreement, type CoderAgreement } from "../../agreement/result.ts";
import type { PairMetric } from "../../pairs/metrics.ts";
import { TWINS } from "../../ranking/overlap.ts";
import { pairColumns } from "../agreement_columns.ts";
import { readPairTable } from "../pair_tables.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import { readTruthTable, type SampleName, type TruthTable } from "../truth_tables.ts";
import { type MeasuredPairs, pairs as pairsPhase } from "./pairs.ts";
import { truth as truthPhase } from "./truth.ts";
import type { TruthSample } from "./truth_form.ts";

/** Metrics that get intervals, where a dictionary has them. */
const WITH_INTERVALS = [
  "removal",
  "insertion",
  "shapley_taylor",
  "integrated_hessian",
  "dominant_bound",
  "removal S_max",
  "dominant_bound S_max",
  "B5c",
];

/** Metrics whose gain beyond the controls is told, where a dictionary has them. */
const ADDED: readonly PairMetric[] = ["removal", "insertion", "dominant_bound"];

/** Pairs in the head of a list, and the share of all pairs that they are at most. */
const HEAD = 100, HEAD_SHARE = 1 / 4;

/** Samples of ablation that metrics are held against: at the MLP inputs, or in the residual stream. */
const COMPARED: readonly SampleName[] = ["whole", "stream"];

/** Every dictionary that was ablated over one of these samples. */
export const agreement: Phase<Agreement> = {
  name: "agreement",
  title: "metrics against ablation",
  format: 2,
  needs: [pairsPhase, truthPhase],
  models: ["ft1", "relu", "second"],
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "relu", "second", "all"],
  settings: ({ agreement }) => ({ agreement }),
  form: AGREEMENT,
  async make(work) {
    const { result: { samples } } = await work.of(truthPhase);
    const { result: { tables } } = await work.of(pairsPhase);
    const coders: CoderAgreement[] = [];
    for (const [done, table] of tables.entries()) {
      work.step(done, tables.length);
      const sample = samples.find(({ coder, number, sample }) =>
        coder === table.coder && number === table.number && COMPARED.includes(sample)
      );
      if (sample) coders.push(await compareCoder(work, table, sample));
    }
    return { coders };
  },
};

async function compareCoder(
  { sources, settings, of }: PhaseWork,
  { coder: name, number, model: modelName, tokens, metrics, layers }: MeasuredPairs,
  sample: TruthSample,
): Promise<CoderAgreement> {
  const table = await readPairTable((await of(pairsPhase)).folder, { coder: name, number });
  const truth = await readTruthTable((await of(truthPhase)).folder, sample);
  const coder = await sources.coder(name, number), model = await sources.model(modelName);
  const pos = sources.text("metric", 1)[0].length, text = sources.text("metric", tokens / pos);
  const means = await textMeans(model, coder, text);
  const from = { table, metrics, means, coder, text };
  const columns = pairColumns(from, truth.pairs, { seed: sources.seed });
  const cases = sample.modes.map(({ name, sites }) => caseOf(truth, { name, sites, layers }));
  const pairs = truth.pairs.i.length, head = Math.min(HEAD, Math.floor(HEAD_SHARE * pairs));
  const given: Comparison = { ...columns, cases };
  const { insertion: { count }, mlp: { W_out: { shape: [d_mlp, d_model] } } } = means.blocks[0];
  return {
    coder: name,
    number,
    sample: sample.sample,
    pairs,
    twins: columns.overlap.filter((overlap) => overlap > TWINS).length,
    instances: truth.pair.length,
    documents: new Set(truth.document).size,
    head,
    d_mlp,
    d_model,
    active: count.reduce((sum, tokens) => sum + tokens, 0) /
      means.parts.reduce((sum, { tokens }) => sum + tokens, 0),
    cases: compareMetrics(given, {
      ...optionsFor(name, columns.blocks[0]),
      k: head,
      seed: sources.seed,
      resamples: settings.agreement.resamples,
    }),
    points: cases.slice(-2).map((one) => pointsOf(given, one)),
  };
}

/** By the metrics that a dictionary has; claims rest on those of ft1, which get intervals. */
function optionsFor(
  name: CoderAgreement["coder"],
  columns: Comparison["blocks"][number],
): Omit<ComparisonOptions, "k" | "seed" | "resamples"> {
  return {
    twins: TWINS,
    orders: ["GT2", "KL"],
    apart: ["raw", "A", "B"],
    intervals: {
      metrics: name === "mlp" ? WITH_INTERVALS.filter((metric) => metric in columns) : [],
      truths: ["GT2", "KL"],
      against: "removal",
    },
    added: ADDED.filter((metric) => metric in columns),
  };
}

/** One mode of ablation, "block 2" or "joint", as a case: it is held against the sum of its blocks. */
function caseOf(
  truth: TruthTable,
  { name, sites, layers }: { name: string; sites: readonly string[]; layers: readonly number[] },
): AblationCase {
  const layersOf = new Set(sites.map((site) => Number(/^blocks\.(\d+)\./.exec(site)?.[1])));
  const blocks = Array.from(layersOf, (layer) => layers.indexOf(layer));
  const { GT2, KL, dloss, dlogits, single_i, single_j } = truth.measures(name);
  const { pair, document } = truth, values = { GT2, KL, dloss: dloss.map(Math.abs), dlogits };
  return {
    name,
    blocks,
    measured: { pairs: truth.pairs.i.length, pair, document, values },
    effects: single_i.map((effect, n) => Math.sqrt(effect * single_j[n])),
  };
}

function pointsOf(
  { blocks }: Comparison,
  { name, blocks: ablated, measured }: AblationCase,
): CoderAgreement["points"][number] {
  const { removal, B5c } = sumOver(blocks, ablated);
  const { GT2 } = pairMeans({ ...measured, values: { GT2: measured.values.GT2 } });
  return { case: name, removal: Array.from(removal), B5c: Array.from(B5c), GT2: Array.from(GT2) };
}
