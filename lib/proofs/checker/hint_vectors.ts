/**
 * Checker: the directions that approximate scores and direct paths take as hints.
 * @module
 */
import { type Reader, reject, show } from "./reader.ts";
import { type HintVectors, SCORE_WAYS } from "./scores.ts";

/** The directions that this way to approximate scores and this direct path need. */
export function readVectors(reader: Reader, attention: string, direct: string): HintVectors {
  const { v, d } = reader;
  const way = SCORE_WAYS.indexOf(attention);
  const names: [string, number][] = [];
  if (way > 0) names.push(["query", v], ["size", v]);
  if (way > 4) names.push(["query2", v], ["size2", v], ["W_Q_U", d], ["W_K_U", d]);
  if (direct === "svd_query+max_diff") names.push(["direct", d]);
  return Object.fromEntries(names.map(([name, length]) => {
    const list = reader.list(name, length);
    // Any size will do: what overflows becomes an infinite error, and certifies nothing.
    const bad = list.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) reject(`hint ${name}[${bad}] is ${show(list[bad])}, not a finite number`);
    return [name, list as number[]];
  }));
}
