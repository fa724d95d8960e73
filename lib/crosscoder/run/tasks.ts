/**
 * A comparison of crosscoders as tasks for several processes: the language model, each crosscoder on
 * its activations, and each seed of the planted task.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { gptNeo } from "../../model/architectures/gpt_neo.ts";
import { planLanguageModel } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { planCoder } from "../plan.ts";
import { type CoderSpec, coderSpecs, measuredCoder } from "./coders.ts";
import type { SequenceData } from "./data.ts";
import { measurePlantedSeed } from "./planted.ts";
import { COMPARED, type CrosscodersSettings } from "./presets.ts";
import { languageModel, sharedActivations } from "./source.ts";
import { checkTask, type CrosscodersTask } from "./task.ts";

/** One task; `works`: what it is planned to do. */
export type CrosscodersPart = {
  name: string;
  needs: string[];
  works: PlannedWork[];
  make(gpu: Gpu, task: CrosscodersTask, data: SequenceData): Promise<unknown>;
};

const MODEL = "lm";

/** All tasks of a comparison, each after those that it needs. */
export function crosscodersTasks(settings: CrosscodersSettings): CrosscodersPart[] {
  const { model, d_vocab, pretrain, training, seeds, planted } = settings;
  const size = { n_sites: model.n_layers + 1, d_in: model.d_model };
  const sized = { architecture: gptNeo, config: { ...model, d_vocab } };
  return [
    {
      name: MODEL,
      needs: [],
      works: [planLanguageModel(MODEL, sized, pretrain)],
      make: languageModel,
    },
    ...coderSpecs(settings).map((spec) => {
      const name = [spec.recipe, spec.level, spec.d_sae, spec.seed].join("-");
      return {
        name,
        needs: [MODEL],
        works: [planCoder(name, { ...size, d_sae: spec.d_sae }, { ...training, trainings: 1 })],
        make: (gpu: Gpu, task: CrosscodersTask, data: SequenceData) =>
          makeOne(gpu, spec, { task, data }),
      };
    }),
    ...Array.from({ length: seeds }, (_, seed) => ({
      name: `planted-${seed}`,
      needs: [],
      works: COMPARED.map((recipe) =>
        planCoder(recipe, { ...planted.task, d_sae: planted.d_sae }, {
          ...planted.training,
          trainings: 1,
        })
      ),
      make: (gpu: Gpu, task: CrosscodersTask) => measurePlantedSeed(gpu, task, seed),
    })),
  ];
}

/** Makes one task, and what it needs as far as that is missing. Throws for a name that is none. */
export async function runCrosscodersTask(
  gpu: Gpu,
  name: string,
  { task, data }: { task: CrosscodersTask; data: SequenceData },
): Promise<void> {
  checkTask(task);
  const part = crosscodersTasks(task.settings).find((part) => part.name === name);
  if (part === undefined) {
    throw new RangeError(
      `Cannot run a task: expected one of a comparison of crosscoders but found ${
        JSON.stringify(name)
      }: list them with --plan`,
    );
  }
  await part.make(gpu, task, data);
}

async function makeOne(
  gpu: Gpu,
  spec: CoderSpec,
  { task, data }: { task: CrosscodersTask; data: SequenceData },
): Promise<void> {
  const model = await languageModel(gpu, task, data);
  using source = sharedActivations(gpu, task, { folder: model, sequences: data.sequences });
  const heldOut = data.heldOut.map(({ ids }) => ids);
  await measuredCoder(gpu, spec, { task, source, heldOut, model });
}
