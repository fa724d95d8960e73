/**
 * JSON.parse keeps the last of two equal keys in silence. This finds them.
 *
 * @module
 */

/** The first key that an object of a valid JSON text holds twice, else undefined. */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = []; // the keys of every object or list that is open, innermost last
  const token = /["{}[\]]/g, colon = /\s*:/y;
  for (let found; (found = token.exec(json)) !== null;) {
    const [text] = found;
    if (text === "{" || text === "[") open.push(new Set());
    else if (text === "}" || text === "]") open.pop();
    else {
      colon.lastIndex = token.lastIndex = textEnd(json, found.index);
      if (!colon.test(json)) continue;
      const key = JSON.parse(json.slice(found.index, token.lastIndex)) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

/**
 * Behind the text that begins at `at`. A pattern for all of it would overflow the stack at some
 * millions of characters.
 */
function textEnd(json: string, at: number): number {
  const special = /["\\]/g;
  for (special.lastIndex = at + 1; special.test(json);) {
    if (json[special.lastIndex - 1] === '"') return special.lastIndex;
    special.lastIndex++; // what a backslash stands before
  }
  return json.length;
}
