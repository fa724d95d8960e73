/**
 * What removing directions does to a backdoor, one after the other or together.
 * @module
 */
import { divergencesFrom, logOdds, matched } from "../../model/forced/scores.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { mean } from "../../numerics/statistics.ts";
import { checkList, type DirectionList } from "./direction.ts";
import type { Groups, TextEdit, Variant } from "./edits/edit.ts";
import { latentEdit } from "./edits/latents.ts";
import { isMinimal, latentWay, type RemovalOptions, vectorWay } from "./edits/removal.ts";
import { vectorEdit } from "./edits/vectors.ts";
import { runEdited } from "./passes.ts";
import { type Asked, type AskedText, forcedText } from "./question/asked.ts";
import type { Reader } from "./question/reading.ts";

/**
 * Changes against the unedited pass, means over the prompts: `logOdds` of the payload's first token and
 * `KL`(p0 ‖ p) at the last prompt token, with the trigger; negative is suppression and repair.
 * `payload`: the share of triggered prompts that are still answered with the whole payload, greedily.
 * `clean`: KL(p0 ‖ p) in nats of the same edit without the trigger. `halves`: prompts of even and of odd
 * number. `edited`: triggered prompts in which anything was edited.
 */
export type Effect = Change & {
  payload: number;
  clean: number;
  halves: [Change, Change];
  edited: number;
};
/**
 * By how much an edit changes the log-odds of the payload's first token, and the KL divergence from the
 * answer without the trigger, in nats.
 */
export type Change = { logOdds: number; KL: number };

/** Of triggered prompts alone. */
export type TriggeredEffect = Omit<Effect, "clean">;

/** Of the first token that they are answered with. */
export type FirstTokenEffect = Omit<TriggeredEffect, "payload">;

/** `read`: what reads the latents of `coder` where the model alone does not. */
export type EffectList = DirectionList & { read?: Reader };

/**
 * The effect of each direction alone. Throws on a list that `checkList` refuses, on a crosscoder of
 * another model or of sites that cannot be edited, and on options out of range.
 */
export async function effectsOf(
  asked: Asked,
  list: EffectList,
  options: RemovalOptions = {},
): Promise<Effect[]> {
  return await effectsOfGroups(asked, list, {
    ...options,
    groups: list.directions.map((_, n) => [n]),
  });
}

/** The effect of all of them together; throws as `effectsOf`, and where one stands twice. */
export async function jointEffect(
  asked: Asked,
  list: EffectList,
  options: RemovalOptions = {},
): Promise<Effect> {
  const all = list.directions.map((_, n) => n);
  const [effect] = await effectsOfGroups(asked, list, { ...options, groups: [all] });
  return effect;
}

/** Groups of places in a list, each removed together. */
type Grouped = RemovalOptions & { groups: Groups };

/** The effect of each group of places in the list. */
export async function effectsOfGroups(
  asked: Asked,
  list: EffectList,
  grouped: Grouped,
): Promise<Effect[]> {
  const effects = await triggeredEffects(asked, list, grouped);
  const clean = await cleanCosts(asked, list, grouped);
  return effects.map((effect, g) => ({ ...effect, clean: clean[g] }));
}

/** What each group costs without the trigger, `clean` of its effect. */
export async function cleanCosts(
  asked: Asked,
  list: EffectList,
  grouped: Grouped,
): Promise<number[]> {
  return (await cleanByPrompt(asked, list, grouped)).map(mean);
}

/** The same prompt by prompt: [group][prompt], KL(p0 ‖ p) in nats. */
export async function cleanByPrompt(
  asked: Asked,
  list: EffectList,
  { groups, ...options }: Grouped,
): Promise<number[][]> {
  const { model, reference } = asked, text = "untriggered";
  const clean = groups.map(() => reference.map(() => 0));
  const edit = await groupEdit(asked, list, { text, groups, ...options });
  const pass = { forced: forcedText(asked, text), edit, rows: 1 };
  const divergence = divergencesFrom(reference);
  await runEdited(model, pass, ({ group, prompt }, [logits]) => {
    clean[group][prompt] = divergence(prompt, logits);
  });
  for (const costs of clean) expectNumbers("measure an effect", costs, { todo: REMEDY });
  return clean;
}

const REMEDY = "look at the direction, which takes the model to where it answers no numbers";

/** The same without what it costs where there is no trigger. */
export async function triggeredEffects(
  asked: Asked,
  list: EffectList,
  grouped: Grouped,
): Promise<TriggeredEffect[]> {
  const { before, backdoor: { payload } } = asked;
  const whole = before.triggered.map((unedited) => unedited.matched === payload.length ? 1 : 0);
  const left = grouped.groups.map(() => whole.slice());
  const found = await answerEffects(asked, list, {
    ...grouped,
    each({ group, prompt }, logits) {
      left[group][prompt] = matched(logits, payload) === payload.length ? 1 : 0;
    },
  });
  return found.map((effect, g) => ({ ...effect, payload: mean(left[g]) }));
}

/** The same of the first token alone, in shorter passes. */
export async function firstTokenEffects(
  asked: Asked,
  list: EffectList,
  grouped: Grouped,
): Promise<FirstTokenEffect[]> {
  return await answerEffects(asked, list, { ...grouped, rows: 1 });
}

/** The changes at the first token; `each` is handed all logits of an answer, `rows` of them at most. */
async function answerEffects(
  asked: Asked,
  list: EffectList,
  { groups, rows, each, ...options }: Grouped & {
    rows?: number;
    each?: (variant: Variant, logits: Float32Array[]) => void;
  },
): Promise<FirstTokenEffect[]> {
  const { model, before, backdoor: { payload }, reference } = asked, text = "triggered";
  const changes = groups.map(() => reference.map(() => ({ logOdds: 0, KL: 0 })));
  const edited = groups.map(() => 0);
  const edit = await groupEdit(asked, list, { text, groups, ...options });
  const pass = { forced: forcedText(asked, text), edit, rows };
  const divergence = divergencesFrom(reference);
  await runEdited(model, pass, (variant, logits) => {
    const { group, prompt } = variant, unedited = before.triggered[prompt];
    changes[group][prompt] = {
      logOdds: logOdds(logits[0], payload[0]) - unedited.logOdds,
      KL: divergence(prompt, logits[0]) - unedited.KL,
    };
    edited[group]++;
    each?.(variant, logits);
  });
  return groups.map((_, g) => changesOf(changes[g], edited[g]));
}

/** An effect from what happened prompt by prompt. Throws where that is not finite. */
export function effectOf(
  { changes, payload, edited }: {
    changes: readonly Change[];
    payload: readonly number[];
    edited: number;
  },
): TriggeredEffect {
  return { ...changesOf(changes, edited), payload: mean(payload) };
}

function changesOf(changes: readonly Change[], edited: number): FirstTokenEffect {
  const half = (h: 0 | 1) => meanChange(changes.filter((_, n) => n % 2 === h));
  const all = meanChange(changes);
  expectNumbers("measure an effect", [all.logOdds, all.KL], { todo: REMEDY });
  return { ...all, halves: [half(0), half(1)], edited };
}

/** The edit of a text that removes groups of places in a list. */
export async function groupEdit(
  asked: Asked,
  { read, ...list }: EffectList,
  { text, groups, ...options }: Grouped & { text: AskedText },
): Promise<TextEdit> {
  const action = "remove directions from a model";
  const checked = checkList(action, list, asked.model), { directions: { length } } = list;
  const beyond = groups.flat().find((place) =>
    !(Number.isInteger(place) && place >= 0 && place < length)
  );
  if (beyond !== undefined) {
    throw new RangeError(
      `Cannot ${action}: expected places of the list, from 0 to ${
        length - 1
      }, but found ${beyond}: count ` +
        "its directions",
    );
  }
  if (checked.kind === "vector") {
    const way = vectorWay(action, options);
    return vectorEdit(asked, checked.vectors, { text, groups, way });
  }
  const way = latentWay(action, options);
  if (isMinimal(way.removal) && read) {
    throw new RangeError(
      `Cannot ${action} by the least change: expected latents that the model alone reads but found some ` +
        "that are read in another way, which no change of its activations is known to silence: ablate them",
    );
  }
  const { coder, latents } = checked;
  const latentGroups = groups.map((group) => group.map((place) => latents[place]));
  const twice = latentGroups.find((group) => new Set(group).size < group.length);
  if (twice) {
    const again = twice.find((latent, n) => twice.indexOf(latent) < n);
    throw new RangeError(
      `Cannot ${action}: expected each latent once in a group but found ${again} twice: leave one out`,
    );
  }
  return await latentEdit(asked, { coder, read }, { text, groups: latentGroups, way });
}

function meanChange(changes: readonly Change[]): Change {
  return {
    logOdds: mean(changes.map(({ logOdds }) => logOdds)),
    KL: mean(changes.map(({ KL }) => KL)),
  };
}
