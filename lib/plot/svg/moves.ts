/** Elements that are moved, and nothing else. @module */
import type { SvgElement } from "./tree.ts";

const MOVE = /^translate\((-?[\d.]+),(-?[\d.]+)\)$/;

/** Where an element is moved to; nothing of one that is not moved, or turned as well. */
export function moveOf({ attributes }: SvgElement): [number, number] | undefined {
  const found = MOVE.exec(attributes.transform ?? "");
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}
