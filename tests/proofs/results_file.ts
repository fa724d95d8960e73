/** results.json of a run of given models, made by hand: the least that readProofs() takes. @module */
import type { MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import { proofsSettings } from "../../lib/proofs/run/presets.ts";
import type { ModelResult, ProofsResults } from "../../lib/proofs/run/results.ts";

/** One model with half of its sequences right. */
function resultOf(id: string, { config }: MaxOfKModel): ModelResult {
  const { n_ctx: K, d_vocab: v } = config, right = v ** K / 2;
  return {
    ...{ id, K, v, seed: 0, loss: 0.5, singular: [2, 1], margins: null },
    accuracy: { value: 0.5, standardError: 0, right, undecided: 0 },
    rows: [
      { strategy: "brute-force", bound: 0.5, flops: 9, unexplained: 9 },
      {
        ...{ strategy: "N4", G: 32, certified: `${right / 2}`, bound: 0.25, atMost: 0.5 },
        ...{ flops: 8, unexplained: 8 },
      },
    ],
    sampled: (["sampled", "sampled/N5"] as const).map((method) => ({
      ...{ method, draws: 4, counted: 2, certain: "0", estimate: 0.5, standardError: 0.1 },
      ...{ atLeast: { "0.99": "1", "0.999999": "0" }, setFlops: 9, drawFlops: 8 },
    })),
    repairs: [],
    ablations: { draws: 4, right: new Array(32).fill(2) },
  };
}

/** A run of these models by id, in their order. */
export function resultsOf(models: Record<string, MaxOfKModel>): ProofsResults {
  const results = Object.entries(models).map(([id, model]) => resultOf(id, model));
  const families = [...new Set(results.map(({ K, v }) => `${K},${v}`))].map((name) => {
    const [K, v] = name.split(",").map(Number);
    return { K, v, seeds: results.filter((one) => one.K === K && one.v === v).length };
  });
  const settings = { ...proofsSettings("smoke"), families, tasks: [], larger: [] };
  return { preset: "smoke", seed: 0, adapter: "none", settings, models: results };
}
