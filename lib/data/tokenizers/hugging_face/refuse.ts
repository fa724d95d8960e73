/** What is said of a tokenizer that would not be computed as its makers compute it. @module */
import { show } from "../../../io/show.ts";

/** A part of tokenizer.json. */
export type Part = Readonly<Record<string, unknown>>;

/** `action` begins the sentence of an error. */
export type Reading = { action: string };

const ADVICE =
  "this tokenizer would give other ids than its makers': take a model with one that is " +
  "computed here";

/** Throws: `part` names the place in tokenizer.json, `found` what stands there. */
export function refusePart(
  { action }: Reading,
  { part, expected, found }: { part: string; expected: string; found: unknown },
): never {
  throw new Error(
    `Cannot ${action}: expected ${part} to be ${expected} but found ${show(found)}: ${ADVICE}`,
  );
}

/** Throws where a field has another value than one of `values`; missing and null are one. */
export function expectField(
  reading: Reading,
  part: Part,
  { place, name, values }: { place: string; name: string; values: readonly unknown[] },
): void {
  const found = part[name] ?? null;
  if (values.some((value) => (value ?? null) === found)) return;
  const words = values.map((value) => (value ?? null) === null ? "none" : show(value));
  const expected = words.join(" or ");
  refusePart(reading, { part: `${place}.${name}`, expected, found });
}
