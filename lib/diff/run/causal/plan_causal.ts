/** What the causal phase of a run costs before it runs, in the order in which its parts are made. @module */
import { resolveSites } from "../../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, parameterCount } from "../../../model/plan.ts";
import type { PlannedWork } from "../../../tensor/rates.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { modelOf } from "../model_of.ts";
import type { StagewiseSettings } from "../../settings/presets.ts";

const FLOAT = 4;

/** Tokens of a prompt with the payload, and of a pass. */
const PROMPT = 48, PASS = 4096;

/** The share of latents that fire somewhere in a prompt: others need no pass. Small preset: 94 of 512. */
const FIRING = 0.2;

/** Sets of a dictionary that are judged, and texts of each: payload, own story, true one three times. */
const SETS = 50, TEXTS = 5;

/** Steps of a greedy choice, and rows of the steering table. */
const STEPS = 10, ROWS = 40;

/** Truth of each dictionary, sets of DF and MF, the limits, the steering table; none where sites cannot be edited. */
export function planCausal(settings: StagewiseSettings): PlannedWork[] {
  if (causalRefusal(settings) !== undefined) return [];
  const { causal, d_sae } = settings, model = modelOf(settings);
  const { prompts, selection, judged, steered, story, candidates, draws } = causal;
  const patterns = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const weights = parameterCount(model), kept = keptPerToken(model, { logits: false });
  const passes = (name: string, tokens: number): PlannedWork => ({
    name,
    steps: 1,
    flops: tokens * forwardFlops(model, PROMPT, { logits: false }),
    bytes: FLOAT * (tokens / PASS * weights + tokens * (2 * kept + 4 * sites.length * d_in)),
    memory: FLOAT * (2 * weights + PASS * (kept + 2 * sites.length * d_in)),
    launches: Math.ceil(tokens / PASS) * (10 + 25 * model.config.n_layers),
  });
  const own = (name: string) => LABELLING.some((stage) => stage === name);
  const named = causalDictionaries(coderPhases(settings), settings.causal);
  const judging = TEXTS * judged * (PROMPT + story);
  return [
    ...named.map((name) =>
      passes(
        `causal-truth-${name}`,
        PROMPT * d_sae * (4 * FIRING * prompts + (own(name) ? 2 * steered : 0)),
      )
    ),
    ...LABELLING.map((name) =>
      passes(
        `causal-sets-${name}`,
        (SETS + draws) * judging + STEPS * 1.5 * candidates * 2 * selection * PROMPT,
      )
    ),
    passes("causal-limits", 2 * judging),
    passes("causal-steering", ROWS * judging),
  ];
}
