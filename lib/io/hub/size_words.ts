/**
 * Sizes of files in words.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sizeWords } from "./size_words.ts";
 * assertEquals([999, 290_000_000].map(sizeWords), ["999 bytes", "290.0 MB"]);
 * ```
 * @module
 */
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** Bytes in words, with decimal units as on the hub's pages. */
export function sizeWords(bytes: number): string {
  const power = Math.floor(Math.log10(Math.max(bytes, 1)) / 3 + 1e-9);
  const unit = Math.min(UNITS.length - 1, power);
  return `${(bytes / 1000 ** unit).toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}
