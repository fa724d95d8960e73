/** What the measures of a run cost before it runs, in the order in which they are made. @module */
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, parameterCount, type Sized } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { CROSS } from "../stored/cross_model_results.ts";
import { contextPhases } from "../stages/coder_phases.ts";
import { PASS } from "./harvested.ts";
import { STREAMS } from "./measures/residuals.ts";
import { PATCHED } from "./measures/stages.ts";
import { modelOf } from "./model_of.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { STAGES } from "../stages/stages.ts";
import { VIEWED } from "./views.ts";

const FLOAT = 4;

/** Tokens of a prompt, as stories with a header of some fields have them, and of the answer. */
const PROMPT = 40, ANSWER = 4;

/** Reads that contexts take, however many sequences there are. */
const READ_CONTEXTS = 3;

/**
 * The language models' measures, each crosscoder's, contexts of each, those of the crosscoder of two
 * models, activations of single latents, the residual streams.
 */
export function planMeasures(settings: StagewiseSettings): PlannedWork[] {
  const { evaluated, examples, prompts, d_sae, ft1: { sequenceLength: pos } } = settings;
  const model = modelOf(settings);
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const N = sites.length * d_in, product = 2 * N * d_sae;
  const spoken = 3 * evaluated * pos + 3 * prompts * (PROMPT + ANSWER);
  const streams = 2 * Math.min(evaluated, STREAMS) * pos;
  const clean = Math.min(PATCHED, evaluated) * pos, reads = (n: number) => Math.ceil(n / PASS);
  return [
    passes("measures-models", {
      model,
      pos,
      spoken,
      waits: 3 * reads(evaluated) + 3 * reads(prompts) * ANSWER,
    }),
    ...STAGES.map((stage) =>
      passes(`measures-${stage}`, {
        model,
        pos,
        spoken: (1 + 2 * sites.length) * clean,
        silent: evaluated * pos,
        flops: (evaluated * pos + (1 + sites.length) * clean) * 2 * product,
        floats: evaluated * pos * (8 * N + 4 * d_sae),
        waits: 1 + reads(evaluated) + (1 + 2 * sites.length) * reads(clean / pos),
      })
    ),
    ...contextPhases(settings).map((name, i) =>
      passes(`contexts-${name}`, {
        model,
        pos,
        silent: i === 0 ? examples * pos : 0, // the others read what the first one sent through the model
        flops: examples * pos * product,
        floats: examples * pos * (4 * N + 4 * d_sae),
        held: examples * pos * N,
        waits: READ_CONTEXTS,
      })
    ),
    passes(`measures-${CROSS}`, {
      model,
      pos,
      silent: 2 * (evaluated + examples) * pos,
      flops: (2 * evaluated + examples) * pos * 2 * product,
      floats: (evaluated + examples) * pos * (16 * N + 4 * d_sae),
      waits: 1 + reads(evaluated) + READ_CONTEXTS,
    }),
    passes("views", {
      model,
      pos,
      silent: STAGES.length * VIEWED * pos,
      flops: STAGES.length * VIEWED * pos * product,
      waits: STAGES.length * reads(VIEWED),
    }),
    passes("residual", {
      model,
      pos,
      silent: streams,
      floats: 4 * streams * N,
      waits: reads(streams / pos),
    }),
  ];
}

/**
 * Forward passes over tokens that are `spoken`, up to their logits, and `silent`, up to the last
 * block; `flops` and `floats` moved beside them; `held`: floats that are kept; `waits`: reads.
 */
function passes(
  name: string,
  { model, pos, spoken = 0, silent = 0, flops = 0, floats = 0, held = 0, waits }: {
    model: Sized;
    pos: number;
    spoken?: number;
    silent?: number;
    flops?: number;
    floats?: number;
    held?: number;
    waits: number;
  },
): PlannedWork {
  const kept = (logits: boolean) => keptPerToken(model, { logits });
  const forward = (logits: boolean) => forwardFlops(model, pos, { logits });
  const times = (spoken + silent) / (PASS * pos), weights = parameterCount(model);
  return {
    name,
    steps: 1,
    flops: spoken * forward(true) + silent * forward(false) + flops,
    bytes: FLOAT * (times * weights + 2 * spoken * kept(true) + 2 * silent * kept(false) + floats),
    memory: FLOAT * (2 * weights + PASS * pos * kept(spoken > 0) + held),
    launches: Math.max(Math.ceil(times), waits) * (10 + 20 * model.config.n_layers),
    waits,
  };
}
