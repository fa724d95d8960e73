/** The table of the interactions of runs side by side: a column a run. @module */
import { codersNamed, overCoders } from "../../lib/interactions/agreement/mod.ts";
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { spread } from "../../lib/numerics/statistics.ts";
import { penaltyRow } from "./lines/penalty.ts";
import { editWords, FEATURES, leastEdit, PAIRS } from "./lines/suppression.ts";

type Row = [name: string, cell: (run: InteractionsResults) => string];

const ROWS: Row[] = [
  ["share of variance left at the MLP inputs of ft1", fvu],
  ["share of the MLP's output that is interaction, ft1, blocks 0 to 3", excess],
  ["dominant bound over exact excess, ft1, blocks 0 to 3", tightness],
  ["neuron-tokens above a bound", ({ bounds }) => {
    return `${bounds.violated} of ${bounds.neuron_tokens.toLocaleString("en-US")}`;
  }],
  ["removal against ablation at its block: Spearman", (run) => agreement(run, "raw")],
  ["the same beyond co-activation and mean main effects", (run) => agreement(run, "A")],
  ["the same beyond main effects on the same tokens", (run) => agreement(run, "B")],
  ["the same for ablation at all blocks at once", joint],
  ["AUROC of backdoor latents: hub of change / best rival", diffing],
  ["least edit to 5 % payloads: features / pairs", suppression],
  ["KL of injected pairs: top potential / matched / random", injection],
  ["loss behind a splice: top potential / matched / random", splicing],
  ["interaction share: no penalty / dominance / excess", penalty],
];

/** The head, then a row a result. */
export function tableRows(runs: readonly InteractionsResults[]): string[][] {
  const heads = runs.map(({ preset, seed }) => `${preset}, seed ${seed}`);
  return [["", ...heads], ...ROWS.map(([name, cell]) => [name, ...runs.map(cell)])];
}

const minus = (text: string) => text.replaceAll("-", "−");

function fvu({ dictionaries: { coders } }: InteractionsResults): string {
  const means = coders.filter(({ coder }) => coder === "mlp").map(({ FVU }) =>
    FVU.reduce((sum, left) => sum + left, 0) / FVU.length
  );
  const { mean, sd } = spread(means);
  return `${mean.toFixed(3)} ± ${sd.toFixed(3)}`;
}

function ofFt1({ bounds: { blocks } }: InteractionsResults) {
  return blocks.filter(({ model }) => model === "ft1").map(({ whole }) => whole);
}

function excess(run: InteractionsResults): string {
  return ofFt1(run).map(({ excess_fraction }) => excess_fraction.toFixed(2)).join(" ");
}

function tightness(run: InteractionsResults): string {
  return ofFt1(run).map(({ over_excess }) => over_excess.dominant.toFixed(1)).join(" ");
}

function agreement({ agreement }: InteractionsResults, set: string): string {
  const coders = codersNamed(agreement, "mlp");
  return coders[0].cases.slice(0, -1).map(({ name }) => {
    const found = overCoders(coders, { case: name, truth: "GT2", metric: "removal" }, set);
    return found ? minus(found.mean.toFixed(2)) : "–";
  }).join(" ");
}

function joint({ agreement }: InteractionsResults): string {
  const coders = codersNamed(agreement, "mlp"), { name } = coders[0].cases.at(-1)!;
  const found = overCoders(coders, { case: name, truth: "GT2", metric: "removal" }, "B");
  return found ? minus(`${found.mean.toFixed(2)} ± ${found.sd.toFixed(2)}`) : "–";
}

function diffing({ diffing: { seeds } }: InteractionsResults): string {
  return seeds.map(({ hub, rival, rankings }) =>
    `${rankings[hub].auroc.toFixed(3)} / ${rankings[rival].auroc.toFixed(3)}`
  ).join(", ");
}

function suppression({ suppression }: InteractionsResults): string {
  return [FEATURES, PAIRS].map((methods) => {
    const edit = leastEdit(suppression, methods);
    return edit ? `${editWords(edit)}, KL ${edit.measures.KL.value.toFixed(2)}` : "none";
  }).join(" / ");
}

function injection({ adversarial: { injected } }: InteractionsResults): string {
  return injected.slice(0, 3).map(({ KL }) => KL.toFixed(3)).join(" / ");
}

function splicing({ adversarial: { spliced } }: InteractionsResults): string {
  return spliced.slice(0, 3).map(({ loss }) => loss.toFixed(2)).join(" / ");
}

/** The strongest weight of each penalty. */
function penalty({ penalty: { points } }: InteractionsResults): string {
  const rows = points.map(penaltyRow);
  return ["none", "dominance", "excess"].map((kind) => {
    const { interactionShare, FVU } = rows.filter((row) => row.kind === kind).at(-1)!;
    return `${interactionShare.toFixed(2)} (variance left ${FVU.toFixed(3)})`;
  }).join(" / ");
}
