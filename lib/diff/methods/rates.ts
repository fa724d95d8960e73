/**
 * Firing rates: which latents fire more, or less, than they did? Each list is by |log of the rate
 * after over the rate before|, or by the log itself where only more counts.
 *
 *   rates-models   S on the other model's text: in the base, then in the other model
 *   rates-text     S in the other model: on what both know, then on its own text
 *   rates-DF, rates-MF   the stage in the other model: on what both know, then on the sequences that have the
 *                  trigger, more alone; whoever knows them knows the answer
 *
 * The first two train nothing beyond S, of the base on its own text.
 * @module
 */
import { passCost, sizeOf, stagesCost, total } from "./cost.ts";
import { latentsBy } from "./directions.ts";
import { makeMethod } from "./make_method.ts";
import type { Method, ModelPair, Need } from "./method.ts";
import { type Firing, firingOf, rateChange } from "./firing.ts";
import { stageOf } from "./stages.ts";

export const ratesModels = byRates("rates-models", "Rates of S, between models", {
  stage: "S",
  needs: ["other text"],
  size: Math.abs,
  texts: ["other", "other"],
  models: ["base", "other"],
});
export const ratesText = byRates("rates-text", "Rates of S, between texts", {
  stage: "S",
  needs: ["other text"],
  size: Math.abs,
  texts: ["base", "other"],
  models: ["other", "other"],
});
export const ratesDF = byTrigger("DF");
export const ratesMF = byTrigger("MF");

function byTrigger(stage: "DF" | "MF"): Method {
  return byRates(`rates-${stage}`, `Rates of ${stage}, knows the trigger`, {
    stage,
    needs: ["other text", "trigger"],
    size: (change) => change,
    texts: ["base", "triggered"],
    models: ["other", "other"],
  });
}

function byRates(
  name: string,
  title: string,
  { stage, needs, size, texts, models }: {
    stage: "S" | "DF" | "MF";
    needs: readonly Need[];
    size: (change: number) => number;
    texts: [before: keyof ModelPair["text"], after: keyof ModelPair["text"]];
    models: [before: "base" | "other", after: "base" | "other"];
  },
): Method {
  return makeMethod({
    trains: [{ kind: "stage", stage }],
    lists: "latents",
    name,
    title,
    source: "baseline",
    needs,
    find: async (pair, options) => {
      const { settings } = options, coder = await stageOf(stage, pair, options);
      const firings: Firing[] = [], costs = [stagesCost(pair, settings, [stage])];
      for (const [n, model] of models.entries()) {
        const text = pair.text[texts[n]]!.slice(0, settings.measured);
        firings.push(await firingOf(pair[model], coder, text));
        const encoded = sizeOf(pair, settings.d_sae);
        costs.push(passCost(pair, { sequences: text.length, encoded }));
      }
      const [before, after] = firings;
      return { coder, ...latentsBy(rateChange(before, after).map(size)), cost: total(costs) };
    },
  });
}
