/**
 * Hooks: named points of a forward pass where tensors can be read (cached) or replaced (edited),
 * with the names of TransformerLens. Names may be globs: `blocks.*.hook_resid_post`.
 * @module
 */
import { anything, callback, everyField, expectForm, having, whole } from "../io/form.ts";
import { nearestNames } from "../io/nearest.ts";
import type { Edit, HookPoint, Hooks, Reader } from "./hook_points.ts";
import { listPoints, type Shaped } from "./list_points.ts";

/** Edits by hook: functions of an activation. */
export const EDITS = everyField(callback);

export type { Edit, HookPoint, Hooks } from "./hook_points.ts";

/** The points of a model, in the order of the computation. */
export function hookNames(model: Shaped): string[] {
  expectForm("name hooks", model, SHAPED, "pass a model");
  return listPoints(model).map(({ name }) => name);
}

/** Of a model: without both a list of hooks would be short and look whole. */
const SHAPED = having({ architecture: anything, config: having({ n_layers: whole(1) }) });

/**
 * Where attention and MLPs read, block by block: after the layer norm and before its weights
 * (`ln1.hook_normalized`, `ln2.hook_normalized`), or the stream itself in a model without. These
 * are sites for crosscoders whose features are to be followed through a nonlinearity.
 */
export function readingPoints(model: Shaped): Record<Reader, string[]> {
  const of = (reader: Reader) =>
    listPoints(model).filter(({ readBy }) => readBy === reader).map(({ name }) => name);
  return { attention: of("attention"), mlp: of("mlp") };
}

/** The point of that name; throws where the model has none. */
export function hookPoint(model: Shaped, name: string): HookPoint {
  const points = listPoints(model);
  const found = points.find((point) => point.name === name);
  if (found === undefined) throw unknownHook(name, points.map((point) => point.name));
  return found;
}

/**
 * Resolves names and globs; throws on a name that the model does not have or an edit that could
 * have no effect.
 */
export function makeHooks(
  model: Shaped,
  { wanted = [], edits = {} }: { wanted?: readonly string[]; edits?: Record<string, Edit> },
): Hooks {
  const all = hookNames(model);
  const resolved = new Map<string, Edit[]>();
  for (const [pattern, edit] of Object.entries(edits)) {
    for (const name of matching(pattern, all)) {
      if (hookPoint(model, name).readOnly) {
        throw new RangeError(
          `Cannot edit ${name}: expected a point that later layers read but found one that is only ` +
            "computed on demand: edit hook_resid_pre, hook_q, hook_k, hook_v, hook_z or an output",
        );
      }
      resolved.set(name, [...resolved.get(name) ?? [], edit]);
    }
  }
  return {
    cache: new Map(),
    wanted: new Set(wanted.flatMap((pattern) => matching(pattern, all))),
    edits: resolved,
  };
}

/**
 * The names that a name or glob stands for, in their order; throws where it stands for none. A star
 * is any text without dots.
 */
export function matching(pattern: string, names: string[]): string[] {
  const found = names.filter((name) => matches(pattern.split("."), name.split(".")));
  if (found.length > 0) return found;
  throw unknownHook(pattern, names);
}

function matches(pattern: string[], name: string[]): boolean {
  return pattern.length === name.length && pattern.every((part, i) => partMatches(part, name[i]));
}

/**
 * Each piece between stars is looked for behind the one before, so that many stars cost no more
 * than one; a regular expression would try every way to divide the name among them.
 */
function partMatches(pattern: string, name: string): boolean {
  const [first, ...pieces] = pattern.split("*"), last = pieces.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

function unknownHook(name: string, names: string[]): Error {
  const rule = name.includes("*") ? "a star stands for a part between dots, " : "";
  return new RangeError(
    `Cannot find hook: expected a point of the model but found "${name}": ` +
      `${rule}did you mean ${nearestNames(name, names).join(" or ")}?`,
  );
}
