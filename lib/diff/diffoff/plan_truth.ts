/** What causal truth costs before it runs: edited passes, told apart by what is removed. @module */
import { forwardFlops, keptPerToken } from "../../model/plan.ts";
import type { PlannedWork } from "../../tensor/rates.ts";
import { drawsOf, SIZES } from "../causal/rules.ts";
import type { Method } from "../methods/method.ts";
import { scoringWaits } from "../run/causal/plan_causal.ts";
import { modelOf } from "../run/model_of.ts";
import { FILTERS } from "./decision.ts";
import { HEAD_DRAWS } from "./heads.ts";
import { backdoorNames, type PairName } from "./pairs.ts";
import type { DiffOffSettings } from "./presets.ts";

const FLOAT = 4;

/** Share of a dictionary's latents that fire in a prompt, and tokens of a prompt: of a trial. */
const FIRING = 0.18, PROMPT = 45;

/** Share of the lists that stop a backdoor, beside whose heads random ones stand: of ten seeds at smoke. */
const STOPPING = 0.25;

/** Edited sequences of one pair: of dictionaries, of vectors one by one, of heads of all lists. */
export type EditedSequences = { latents: number; vectors: number; heads: number };

/**
 * Latents run where they fire, once a dictionary whatever lists it; vectors run in every prompt of every
 * list; both with the trigger, without it, and with random rows. Heads are counted as if no two were the
 * same.
 */
export function editedSequences(
  { methods: { d_sae, listed }, prompts }: DiffOffSettings,
  { pair, methods }: { pair: PairName; methods: readonly Method[] },
): EditedSequences {
  const letters = backdoorNames(pair), questions = letters.length;
  const dictionaries = new Set(
    methods.filter(({ lists }) => lists === "latents")
      .map(({ trains }) => JSON.stringify(trains.at(-1))),
  );
  const vectors = methods.filter(({ lists }) => lists === "vectors").length;
  const joint = FILTERS.length * (SIZES.length - 1), texts = questions > 1 ? 3 : 2;
  return {
    latents: questions * dictionaries.size * prompts * FIRING * d_sae * (2 + drawsOf(d_sae)),
    vectors: questions * vectors * prompts * listed * (2 + drawsOf(listed)),
    heads: questions * methods.length * prompts * (joint * texts + STOPPING * HEAD_DRAWS),
  };
}

/** The phases of a pair's truth; nothing where it has no backdoor. */
export function planTruth(
  settings: DiffOffSettings,
  asked: { pair: PairName; methods: readonly Method[] },
): PlannedWork[] {
  const model = modelOf(settings.models), found = editedSequences(settings, asked);
  const kept = keptPerToken(model, { logits: false });
  return (["latents", "vectors", "heads"] as const).filter((what) => found[what] > 0)
    .map((what) => {
      const sequences = found[what], tokens = sequences * PROMPT;
      return {
        name: `truth of ${what}`,
        steps: Math.round(sequences),
        flops: tokens * forwardFlops(model, PROMPT, { logits: false }),
        bytes: FLOAT * tokens * kept,
        memory: FLOAT * 16 * PROMPT * keptPerToken(model),
        launches: Math.ceil(sequences / 16) * 60,
        waits: scoringWaits(tokens),
      };
    });
}
