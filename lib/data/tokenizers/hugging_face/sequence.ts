/** A part of tokenizer.json that is one of several kinds, or a Sequence of such parts. @module */
import { type Part, type Reading, refusePart } from "./refuse.ts";

/** What to make of a part of one kind; `place` tells where it stands. */
export type Make<Step> = (part: Part, reading: Reading, place: string) => Step[];

/**
 * The steps of a part in order: `list` is the field of a Sequence that holds its parts. Throws on a
 * kind that `makers` does not have.
 */
export function stepsOf<Step>(
  reading: Reading,
  part: Part,
  { place, list, makers }: { place: string; list: string; makers: Record<string, Make<Step>> },
): Step[] {
  const { type, [list]: parts } = part;
  if (type === "Sequence" && Array.isArray(parts)) {
    return parts.flatMap((step, i) =>
      stepsOf(reading, step, { place: `${place}.${i}`, list, makers })
    );
  }
  if (typeof type === "string" && Object.hasOwn(makers, type)) {
    return makers[type](part, reading, `${place} ${type}`);
  }
  return refusePart(reading, {
    part: place,
    expected: `one of ${Object.keys(makers).join(", ")}, or a Sequence of them`,
    found: type ?? null,
  });
}
