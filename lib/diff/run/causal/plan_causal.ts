/**
 * What the causal phase of a run costs before it runs, in the order in which its parts are made: passes
 * of edited texts are counted, those that an edit leaves alone are not made.
 * @module
 */
import { resolveSites } from "../../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../../crosscoder/sites.ts";
import { forwardFlops, keptPerToken, parameterCount } from "../../../model/plan.ts";
import type { PlannedWork } from "../../../tensor/rates.ts";
import { causalDictionaries, causalRefusal } from "./asked_dictionaries.ts";
import { ANSWER } from "../../causal/judge/generated.ts";
import { coderPhases, LABELLING } from "../../stages/coder_phases.ts";
import { modelOf } from "../model_of.ts";
import type { CausalSettings } from "../../settings/causal.ts";
import type { StagewiseSettings } from "../../settings/presets.ts";

const FLOAT = 4;

/** Tokens of a prompt with the trigger and without it, of the payload, and of an answer that is generated. */
const TRIGGERED = 40, UNTRIGGERED = 34, PAYLOAD = 4;

/** Tokens of a pass, whose length is a multiple of STEP. */
const PASS = 4096, STEP = 8;

/**
 * Reads of a set that is judged by teacher forcing, in each pass, and with answers token by token; of
 * opening a judge, and of the ceiling: each reads what a small pass of its own left. Smoke.
 */
const JUDGED = 4, SPOKEN = 16, OPENING = 27, CEILING = 33;

/** What passes over so many tokens wait for: their answers are scored before the next one is recorded. */
export function scoringWaits(tokens: number): number {
  return Math.ceil(tokens / PASS);
}

/**
 * Latents that fire in a prompt, and in any of some: others need no pass. Those of smoke, 51 and 139 of 192,
 * in round numbers; at small it was 94 and 404 of 512.
 */
const ACTIVE = 50, FIRING = 120;

/** Latents of a dictionary that are necessary: random vectors are put into the place of each. */
const NECESSARY = 6;

/** Random vectors of a floor, and in a latent's own place: a third of them costed as well. */
const FLOOR = 200, OWN = 12 * 4 / 3;

/**
 * Sets of a dictionary that are judged: four orders and two random ones in six sizes, some alike, and
 * random vectors by five edits.
 */
const SETS = 35;

/** Sets that are judged with what the model says token by token. */
const WHOLE = 7;

/** Steps of a greedy choice until nothing gains any more, each of some 1.5 times the candidates. */
const STEPS = 3, UNION = 1.5;

/** Rows of steering and of clamping in the table; latents of both null dictionaries that these are chosen from. */
const STEERED = 32, CLAMPED = 10, READERS = 40;

/**
 * Texts that opening a judge takes as long as, since it asks for answers token by token; those that the
 * ceiling reads, and how many passes hiding the keys of one costs, whose patterns are read back. Smoke.
 */
const OPENED = 16, HIDDEN_TEXTS = 3, HIDING = 10;

/** Tokens of a pass over texts of so many. */
function filled(tokens: number): number {
  return STEP * Math.ceil(tokens / STEP);
}

/** Tokens of passes that judging one set takes, by teacher forcing, and with answers token by token. */
function tokensOf({ judged, story }: CausalSettings): { plain: number; whole: number } {
  const behind = PAYLOAD + ANSWER + story; // the prompt before them is read once
  const clean = filled(UNTRIGGERED + story);
  const plain = filled(TRIGGERED) + behind + clean;
  return {
    plain: judged * plain,
    whole: judged * (plain + clean + filled(TRIGGERED) + ANSWER),
  };
}

/**
 * Evaluations of the judge on its own prompts: sets of a dictionary `plain` by teacher forcing, the greedy
 * choice among them, and `whole` with answers token by token; the steering table as so many whole ones.
 */
export function causalEvaluations(
  settings: CausalSettings,
  { sites }: { sites: number },
): { plain: number; whole: number; rows: number } {
  const { candidates, selection, judged, steered, story, draws } = settings;
  const tokens = tokensOf(settings);
  const choice = filled(TRIGGERED + PAYLOAD) + filled(UNTRIGGERED);
  const greedy = STEPS * UNION * candidates * selection * choice / tokens.plain;
  const row = judged * (2 * filled(UNTRIGGERED) + ANSWER + story);
  const nulls = READERS * steered * filled(UNTRIGGERED + PAYLOAD);
  return {
    plain: Math.ceil(SETS + draws + sites + greedy),
    whole: WHOLE,
    rows: Math.ceil(CLAMPED + (STEERED * row + nulls) / tokens.whole),
  };
}

/**
 * Passes of one prompt in which a latent of a dictionary is removed or steered with, one after the other:
 * as many as take as long, since not all are read up to the payload.
 */
export function truthPasses(
  { prompts, steered }: CausalSettings,
  { d_sae, own }: { d_sae: number; own: boolean },
): number {
  const active = Math.min(ACTIVE, d_sae), firing = Math.min(FIRING, d_sae);
  const one = filled(TRIGGERED + PAYLOAD);
  const removed = active * one +
    Math.ceil(FLOOR / d_sae) * active * filled(TRIGGERED) +
    NECESSARY * (1 + OWN) * filled(TRIGGERED);
  const tokens = own ? 2 * firing * steered * filled(UNTRIGGERED + PAYLOAD) : 0;
  return (prompts * removed + tokens) / one;
}

/** Truth of each dictionary, sets of DF and MF, the limits, the steering table; none where sites cannot be edited. */
export function planCausal(settings: StagewiseSettings): PlannedWork[] {
  if (causalRefusal(settings) !== undefined) return [];
  const { causal, d_sae } = settings, model = modelOf(settings), { n_layers } = model.config;
  const patterns = settings.sites ?? residualSites(n_layers);
  const { sites, d_in } = resolveSites({ [ONE_MODEL]: model }, patterns);
  const weights = parameterCount(model), kept = keptPerToken(model, { logits: false });
  const passes = (name: string, tokens: number, waits: number): PlannedWork => ({
    name,
    steps: 1,
    flops: tokens * forwardFlops(model, TRIGGERED, { logits: false }),
    bytes: FLOAT * (tokens / PASS * weights + tokens * (3 * kept + 6 * sites.length * d_in)),
    memory: FLOAT * (2 * weights + PASS * (kept + 2 * sites.length * d_in)),
    launches: Math.max(Math.ceil(tokens / PASS), waits) * (10 + 25 * n_layers),
    waits,
  });
  const named = causalDictionaries(coderPhases(settings), causal);
  const evaluations = causalEvaluations(causal, { sites: sites.length });
  const { plain, whole } = tokensOf(causal),
    text = causal.judged * filled(TRIGGERED + causal.story);
  const opening = OPENED * text, judging = Math.ceil(plain / PASS);
  return [
    ...named.map((name) => {
      const own = LABELLING.some((stage) => stage === name);
      const tokens = truthPasses(causal, { d_sae, own }) * filled(TRIGGERED + PAYLOAD);
      return passes(`causal-truth-${name}`, tokens, scoringWaits(tokens));
    }),
    ...LABELLING.map((name) =>
      passes(
        `causal-sets-${name}`,
        opening + evaluations.plain * plain + evaluations.whole * whole,
        OPENING + judging * (JUDGED * evaluations.plain + SPOKEN * evaluations.whole),
      )
    ),
    passes("causal-limits", opening + HIDDEN_TEXTS * HIDING * text, OPENING + CEILING),
    passes(
      "causal-steering",
      opening + evaluations.rows * whole,
      OPENING + judging * SPOKEN * evaluations.rows,
    ),
  ];
}
