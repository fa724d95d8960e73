/** The declarations of a WGSL module, and which of them an entry point needs. @module */

/** A const, fn, struct or var of a module, with the attributes before it. */
export type ModuleItem = { kind: string; name: string; text: string };

/** The declarations of an expanded text, in their order, without comments. */
export function itemsOf(text: string): ModuleItem[] {
  const code = text.replace(/\/\/.*$/gm, ""), items: ModuleItem[] = [];
  let start = 0, depth = 0;
  for (let i = 0; i < code.length; i++) {
    if (code[i] === "{") depth++;
    if (code[i] === "}") depth--;
    if (depth > 0 || (code[i] !== "}" && code[i] !== ";")) continue;
    const item = code.slice(start, i + 1).trim();
    start = i + 1;
    const found = /^(?:@\w+(?:\([^)]*\))?\s*)*(const|override|fn|struct|var)\b(?:<[^>]*>)?\s*(\w+)/
      .exec(item);
    if (found) items.push({ kind: found[1], name: found[2], text: item });
  }
  return items;
}

/** Those that an entry point uses, itself among them, through the others that it names. */
export function reachable(items: readonly ModuleItem[], entry: string): ModuleItem[] {
  const byName = new Map(items.map((item) => [item.name, item]));
  const seen = new Set<string>();
  const visit = (name: string) => {
    const item = byName.get(name);
    if (!item || seen.has(name)) return;
    seen.add(name);
    for (const [word] of item.text.matchAll(/(?<![.\w])[A-Za-z_]\w*/g)) visit(word);
  };
  visit(entry);
  return items.filter(({ name }) => seen.has(name));
}
