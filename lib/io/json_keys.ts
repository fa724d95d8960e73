/**
 * JSON.parse keeps the last of two equal keys in silence. This finds them.
 *
 * @module
 */

/** The first key that an object of a valid JSON text holds twice, else undefined. */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = []; // the keys of every object or list that is open, innermost last
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const [text, colon] of json.matchAll(token)) {
    if (text === "{" || text === "[") open.push(new Set());
    else if (text === "}" || text === "]") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(text.slice(0, -colon.length)) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
