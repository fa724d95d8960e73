/** What the causal phase of a run costs before it runs, in the order in which its parts are made. @module */
import { resolveSites } from "../../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, parameterCount } from "../../../model/plan.ts";
import type { PlannedWork } from "../../../tensor/rates.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { modelOf } from "../model_of.ts";
import type { CausalSettings } from "../../settings/causal.ts";
import type { StagewiseSettings } from "../../settings/presets.ts";

const FLOAT = 4;

/** Tokens of a prompt with the payload, and of a pass. */
const PROMPT = 48, PASS = 4096;

/** The share of latents that fire somewhere in a prompt: others need no pass. Small preset: 94 of 512. */
const FIRING = 0.2;

/** Texts of an evaluation: payload, own story, the true one twice, prompts without an answer. */
const TEXTS = 5;

/** Sets of a dictionary in their orders: four, and two random ones, in six sizes. */
const SETS = 36;

/** Sets that are judged with what the model says token by token; rows of the steering table. */
const WHOLE = 7, ROWS = 40;

/** Steps of a greedy choice, each of some 1.5 times the candidates; pieces of TEXTS that one reads. */
const STEPS = 10, PIECES = 2;

/**
 * Evaluations of the judge on its own prompts: sets of a dictionary `plain` by teacher forcing, the greedy
 * choice among them, and `whole` with answers token by token; rows of the steering table.
 */
export function causalEvaluations(
  { candidates, selection, judged, story, draws }: CausalSettings,
  { sites }: { sites: number },
): { plain: number; whole: number; rows: number } {
  const choice = PIECES * PROMPT / (TEXTS * (PROMPT + story)) * selection / judged;
  const plain = SETS + draws + sites + STEPS * 1.5 * candidates * choice;
  return { plain: Math.ceil(plain), whole: WHOLE, rows: ROWS };
}

/** Truth of each dictionary, sets of DF and MF, the limits, the steering table; none where sites cannot be edited. */
export function planCausal(settings: StagewiseSettings): PlannedWork[] {
  if (causalRefusal(settings) !== undefined) return [];
  const { causal, d_sae } = settings, model = modelOf(settings);
  const { prompts, judged, steered, story } = causal;
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
  const evaluations = causalEvaluations(causal, { sites: sites.length });
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
        (evaluations.plain + evaluations.whole) * judging,
      )
    ),
    passes("causal-limits", 2 * judging),
    passes("causal-steering", evaluations.rows * judging),
  ];
}
