/** Which linear modules of a model adapters are put to, by PEFT's rules. @module */
import { show } from "../../io/show.ts";
import type { Module } from "../architecture.ts";

/** Longest regular expression: more is not written by hand. */
const LONGEST = 1000;

/**
 * The modules that `targets` means, in the model's order: a list has whole names or their last
 * parts ("q_proj", "attn.c_proj"), a text is a regular expression for the whole name, or
 * "all-linear" for every one of them. Throws, naming what the modules end in, where `each` of the
 * list has to match something and one does not, and where none does.
 */
export function targetModules(
  action: string,
  modules: readonly Module[],
  targets: readonly string[] | string,
  { each = true }: { each?: boolean } = {},
): Module[] {
  const matches = matcher(action, targets);
  const found = modules.filter(({ name }) => matches(name));
  const idle = typeof targets === "string" || !each
    ? targets
    : targets.find((target) => !modules.some(({ name }) => endsIn(name, target)));
  if (idle === undefined || (idle === targets && found.length > 0)) return found;
  const ends = new Set(modules.map(({ name }) => name.slice(name.lastIndexOf(".") + 1)));
  throw new RangeError(
    `Cannot ${action}: expected targets that match linear modules of the model but found ` +
      `${show(idle)}, which matches none: name some of ${[...ends].join(", ")}, ` +
      `or whole names such as ${modules[0]?.name}`,
  );
}

function matcher(
  action: string,
  targets: readonly string[] | string,
): (name: string) => boolean {
  if (typeof targets !== "string") return (name) => targets.some((end) => endsIn(name, end));
  if (targets.toLowerCase() === "all-linear") return () => true;
  try {
    if (targets.length > LONGEST) throw new SyntaxError(`one of ${targets.length} characters`);
    const whole = new RegExp(`^(?:${targets})$`);
    return (name) => whole.test(name);
  } catch (error) {
    throw new RangeError(
      `Cannot ${action}: expected targets to be a regular expression but found ` +
        `${show((error as Error).message)}: correct it, or give a list of names`,
    );
  }
}

function endsIn(name: string, end: string): boolean {
  return name === end || name.endsWith(`.${end}`);
}
