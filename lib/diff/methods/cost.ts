/** What lists cost: FLOPs of products and bytes moved, from the two models on. @module */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import type { CoderSize } from "../../crosscoder/plan.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken } from "../../model/plan.ts";
import { type CoderWork, planCoderWork } from "../run/plan_coder.ts";
import { sitesOf } from "./check_pair.ts";
import type { Cost, MethodSettings, MethodStage, ModelPair } from "./method.ts";
import { definitionOf } from "./stages.ts";

const FLOAT = 4;

/** Sites of one model and their width, with so many latents. */
export function sizeOf(pair: ModelPair, d_sae: number): CoderSize {
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: pair.base }, sitesOf(pair));
  return { n_sites: sites.length, d_in, d_sae };
}

/** Of all that is asked for, one after the other. */
export function total(costs: readonly Cost[]): Cost {
  return costs.reduce((sum, { flops, bytes }) => ({
    flops: sum.flops + flops,
    bytes: sum.bytes + bytes,
  }), { flops: 0, bytes: 0 });
}

/** Training these stages and all that they start from, each once. */
export function stagesCost(
  pair: ModelPair,
  { d_sae, S, fineTune, sequences }: MethodSettings,
  stages: readonly MethodStage[],
): Cost {
  const needed = new Set<MethodStage>();
  for (let stage: MethodStage | undefined, rest = [...stages]; (stage = rest.pop());) {
    needed.add(stage);
    const { from } = definitionOf(stage);
    if (from) rest = [...rest, from];
  }
  return total([...needed].map((stage) => {
    const { from, text } = definitionOf(stage);
    return coderCost(pair, {
      training: from ? fineTune : S,
      sequences: Math.min(sequences, pair.text[text].length),
      size: sizeOf(pair, d_sae),
    });
  }));
}

/** Training one dictionary on `models` models of the pair. */
export function coderCost(
  pair: ModelPair,
  work: Pick<CoderWork, "training" | "sequences" | "size" | "models">,
): Cost {
  const { flops, bytes } = planCoderWork("method", {
    model: pair.base,
    pos: pair.text.base[0].length,
    ...work,
  });
  return { flops, bytes };
}

/**
 * Reading `sequences` with `models` models; `encoded`: what encodes each token, with so many `products` of
 * its rows and its latents, one by default.
 */
export function passCost(
  pair: ModelPair,
  { sequences, models = 1, encoded, products = 1 }: {
    sequences: number;
    models?: number;
    encoded?: CoderSize;
    products?: number;
  },
): Cost {
  const pos = pair.text.base[0].length, tokens = sequences * pos, { base } = pair;
  const N = encoded ? encoded.n_sites * encoded.d_in : 0, H = encoded?.d_sae ?? 0;
  return {
    flops: tokens *
      (models * forwardFlops(base, pos, { logits: false }) + 2 * products * N * H),
    bytes: FLOAT * tokens * (models * keptPerToken(base, { logits: false }) + products * (N + H)),
  };
}
