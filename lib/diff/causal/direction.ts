/**
 * What may be removed from a model: a latent of a crosscoder, or a direction at one hook or several.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { unitVector } from "./direction.ts";
 * const { at } = unitVector(new Map([["blocks.0.hook_resid_post", Float32Array.of(3, 0, 4, 0)]]));
 * assertEquals([...at.get("blocks.0.hook_resid_post")!], [...Float32Array.of(0.6, 0, 0.8, 0)]);
 * ```
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { show, showName } from "../../io/show.ts";
import { hookPoint } from "../../model/hooks.ts";
import type { LanguageModel } from "../../model/language_model.ts";

/**
 * `latent`: a number below d_sae of the crosscoder that goes with the list. `at`: by hook, [width] in
 * raw units, of norm 1 over all its hooks together.
 */
export type Direction =
  | { kind: "latent"; latent: number }
  | { kind: "vector"; at: ReadonlyMap<string, Float32Array> };

/** Directions in the order of a list; `coder` where they are latents, folded or not. */
export type DirectionList = { coder?: Crosscoder; directions: readonly Direction[] };

/** Scales a vector to norm 1 over all its hooks. Throws where it is nothing, or not finite. */
export function unitVector(
  at: ReadonlyMap<string, Float32Array>,
): Extract<Direction, { kind: "vector" }> {
  const norm = normOf(at);
  if (!(norm > 0 && norm < Infinity)) {
    throw new RangeError(
      `Cannot make a direction: expected finite numbers that are not all 0 but found a norm of ${norm}: ` +
        "leave it out",
    );
  }
  return {
    kind: "vector",
    at: new Map([...at].map(([hook, values]) => [hook, values.map((value) => value / norm)])),
  };
}

function normOf(at: ReadonlyMap<string, Float32Array>): number {
  let sum = 0;
  for (const values of at.values()) for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** How far from 1 the norm of a float32 direction may be. */
const ROUNDING = 1e-3;

/** The numbers of latents, or the vectors, of a list that is all of one kind. */
export type CheckedList =
  | { kind: "latent"; coder: Crosscoder; latents: number[] }
  | { kind: "vector"; vectors: ReadonlyMap<string, Float32Array>[] };

/**
 * Throws `Cannot ${action}: ...` on an empty list, on latents beside vectors, on latents without a
 * crosscoder or beyond its d_sae, on hooks that the model does not have or of another width, on vectors
 * that are not finite or not of norm 1.
 */
export function checkList(
  action: string,
  { coder, directions }: DirectionList,
  model: LanguageModel,
): CheckedList {
  const refuse = (expected: string, found: string, todo: string): never => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  if (!Array.isArray(directions) || directions.length === 0) {
    refuse("a list of directions", show(directions), "name one at least");
  }
  const kinds = new Set(directions.map(({ kind }) => kind));
  if (kinds.size > 1) refuse("latents or vectors", "both", "ask for them one after the other");
  if (!kinds.has("latent")) {
    const vectors = directions.map((direction) => direction.kind === "vector" && direction.at);
    return {
      kind: "vector",
      vectors: vectors.map((at, n) => checkVector(at || undefined, { n, model, refuse })),
    };
  }
  if (coder === undefined) refuse("the crosscoder of the latents", "none", "pass coder");
  const { d_sae } = coder!.config;
  const latents = directions.map((direction) => (direction as { latent: number }).latent);
  const other = latents.find((i) => !(Number.isInteger(i) && i >= 0 && i < d_sae));
  if (other !== undefined) {
    refuse(`latents from 0 to ${d_sae - 1}`, show(other), "count them from 0, below d_sae");
  }
  return { kind: "latent", coder: coder!, latents };
}

type Refuse = (expected: string, found: string, todo: string) => never;

function checkVector(
  at: ReadonlyMap<string, Float32Array> | undefined,
  { n, model, refuse }: { n: number; model: LanguageModel; refuse: Refuse },
): ReadonlyMap<string, Float32Array> {
  if (!(at instanceof Map) || at.size === 0) {
    return refuse(`a vector at some hook in place ${n}`, show(at), "make it with unitVector()");
  }
  for (const [hook, values] of at) {
    const { axis, width, readOnly, final } = hookPoint(model, hook);
    if (axis !== "width" || readOnly || final) {
      refuse("hooks that blocks read", showName(hook), "take a point of the residual stream");
    }
    if (!(values instanceof Float32Array) || values.length !== width) {
      refuse(`${width} numbers at ${showName(hook)}`, `${values?.length}`, "count its width");
    }
  }
  const norm = normOf(at);
  if (!(Math.abs(norm - 1) < ROUNDING)) {
    refuse(`a vector of norm 1 in place ${n}`, `${norm}`, "make it with unitVector()");
  }
  return at;
}
