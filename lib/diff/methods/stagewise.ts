/**
 * Stage-wise diffing as a list: the less a latent is like itself on both ways, the higher it stands
 * (Anthropic 2024, "Stage-Wise Model Diffing").
 *
 *   x = cos(D, DF), y = cos(M, MF), of decoder rows over all sites in raw units
 *   both     1 − max(x, y): a latent stands as high as the less of its two turns lets it
 *   ranks    −log of the product of the latent's ranks by x and by y, the least cosine first
 *
 * The latents are DF's, or MF's: the same units on the same model and text, trained along two ways.
 * Those that never fire on the text are left out, as in the published figure.
 * @module
 */
import { averageRanks } from "../../numerics/rank_correlation.ts";
import { rotation } from "../stages/rotation.ts";
import { passCost, sizeOf, stagesCost, total } from "./cost.ts";
import { latentsBy } from "./directions.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, MethodStage } from "./method.ts";
import { firingOf, whereFiring } from "./firing.ts";
import { stageOf } from "./stages.ts";

type Cosines = { x: Float64Array; y: Float64Array };

export const stagewiseDF = byTwoTurns("stagewise-DF", "Stage-wise, DF", {
  stage: "DF",
  score: both,
});
export const stagewiseMF = byTwoTurns("stagewise-MF", "Stage-wise, MF", {
  stage: "MF",
  score: both,
});
export const ranksDF = byTwoTurns("stagewise-ranks-DF", "Stage-wise, product of ranks, DF", {
  stage: "DF",
  score: ranks,
});
export const ranksMF = byTwoTurns("stagewise-ranks-MF", "Stage-wise, product of ranks, MF", {
  stage: "MF",
  score: ranks,
});

/** 1 − max(x, y). */
export function both({ x, y }: Cosines): number[] {
  return Array.from(x, (cosine, i) => 1 - Math.max(cosine, y[i]));
}

/** −log(rank by x · rank by y), the least cosine having rank 1. */
export function ranks({ x, y }: Cosines): number[] {
  const [byX, byY] = [averageRanks(x), averageRanks(y)];
  return Array.from(byX, (rank, i) => -Math.log(rank * byY[i]));
}

function byTwoTurns(
  name: string,
  title: string,
  { stage, score }: { stage: "DF" | "MF"; score: (cosines: Cosines) => number[] },
): Method {
  const other = stage === "DF" ? "MF" : "DF";
  return makeMethod({
    trains: [{ kind: "stage", stage: other }, { kind: "stage", stage }],
    lists: "latents",
    name,
    title,
    source: "Anthropic 2024, Stage-Wise Model Diffing",
    needs: ["other text"],
    find: async (pair, options) => {
      const stages: MethodStage[] = ["D", "M", "DF", "MF"];
      const coders = [];
      for (const each of stages) coders.push(await stageOf(each, pair, options));
      const [D, M, DF, MF] = coders.map(({ arrays }) => arrays.W_dec);
      const coder = coders[stages.indexOf(stage)], { settings } = options;
      const text = pair.text.other.slice(0, settings.measured);
      const firing = await firingOf(pair.other, coder, text);
      const scores = score({ x: rotation(D, DF), y: rotation(M, MF) });
      return {
        coder,
        ...latentsBy(whereFiring(firing, scores)),
        cost: total([
          stagesCost(pair, settings, stages),
          passCost(pair, { sequences: text.length, encoded: sizeOf(pair, settings.d_sae) }),
        ]),
      };
    },
  });
}
