/** Texts of others in HTML. @module */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A text between tags. */
export function between(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character]);
}

/** A text in an attribute, within double quotes. */
export function attribute(text: string): string {
  return between(text).replaceAll('"', "&quot;");
}
