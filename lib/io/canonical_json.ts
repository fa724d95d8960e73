/** One text for equal values, to compare them or to hash them. @module */

/**
 * JSON with sorted keys, so that equal inputs give equal text. Throws on what JSON would change
 * silently: undefined, NaN, infinities, functions, class instances.
 */
export function canonicalJson(value: unknown, path = "result"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`)).join(",")}]`;
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
    const fields = entries.map(([key, item]) =>
      `${JSON.stringify(key)}:${canonicalJson(item, `${path}.${key}`)}`
    );
    return `{${fields.join(",")}}`;
  }
  throw new TypeError(
    `Cannot name a result: expected plain JSON at ${path} but found ${String(value)}: ` +
      `leave the field out, or give it a finite number, a text, a list or a plain object`,
  );
}
