/** Objects that Deno's Jupyter kernel shows by themselves, at the end of a cell. @module */

/** What a notebook is given to show, by media type; front ends take the richest that they know. */
export type MimeBundle = Record<string, string | Record<string, unknown>>;

const DISPLAY = Symbol.for("Jupyter.display");

/**
 * The same object, which a notebook now shows as `bundle` makes it; nothing is made before it asks.
 * Copies by spreading, equality and JSON do not see it.
 */
export function displaying<T extends object>(
  object: T,
  bundle: () => MimeBundle | Promise<MimeBundle>,
): T {
  return Object.defineProperty(object, DISPLAY, { value: bundle, configurable: true });
}
