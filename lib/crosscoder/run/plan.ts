/** What a comparison of crosscoders costs before it runs, recipe by recipe. @module */
import { gptNeo } from "../../model/architectures/gpt_neo.ts";
import { planLanguageModel } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { planCoder } from "../plan.ts";
import { coderSpecs } from "./coders.ts";
import { COMPARED, type CrosscodersSettings } from "./presets.ts";

/**
 * The language model, each recipe and size on its activations, and each recipe on the planted task;
 * all seeds together.
 */
export function planCrosscoders(settings: CrosscodersSettings): PlannedWork[] {
  const { model, d_vocab, pretrain, training, seeds, planted } = settings;
  const n_sites = model.n_layers + 1, d_in = model.d_model;
  const specs = coderSpecs(settings), config = { ...model, d_vocab };
  const named = (spec: typeof specs[number]) => `${spec.recipe}, ${spec.d_sae} latents`;
  const coders = [...new Set(specs.map(named))].map((name) => {
    const alike = specs.filter((spec) => named(spec) === name);
    const size = { n_sites, d_in, d_sae: alike[0].d_sae };
    return planCoder(name, size, { ...training, trainings: alike.length });
  });
  const { task, d_sae } = planted;
  return [
    planLanguageModel("crosscoders", { architecture: gptNeo, config }, pretrain),
    ...coders,
    ...COMPARED.map((recipe) =>
      planCoder(`planted, ${recipe}`, { n_sites: task.n_sites, d_in: task.d_in, d_sae }, {
        ...planted.training,
        trainings: seeds,
      })
    ),
  ];
}
