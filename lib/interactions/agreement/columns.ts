/**
 * One number a pair under each name: scores, ground truths and controls of the same pairs.
 *
 * @module
 */
import { expectNumbers } from "../../numerics/numbers.ts";
import { show } from "../../io/show.ts";

/** By name one number a pair: [pairs] each. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** What is compared: scores with ground truths, with each set of controls held fixed. */
export type AgreementInput = {
  metrics: Columns;
  truths: Columns;
  /** By the set's name the controls in it, by theirs; a set without any gives Spearman itself. */
  controls: Readonly<Record<string, Columns>>;
};

/** The number of pairs. Throws unless every column has one finite number for each of them. */
export function expectColumns(action: string, input: AgreementInput): number {
  const columns = [input.metrics, input.truths, ...Object.values(input.controls)]
    .flatMap((some) => Object.entries(some));
  const pairs = Object.values(input.truths)[0]?.length ?? 0;
  for (const [name, values] of columns) {
    expectNumbers(`${action} of ${show(name)}`, values);
    if (values.length === pairs) continue;
    throw new RangeError(
      `Cannot ${action}: expected ${pairs} pairs but found ${values.length} in ${show(name)}: ` +
        "take every column from the same pairs",
    );
  }
  return pairs;
}

/** The columns of the given pairs alone, in their order, a pair as often as it is named. */
export function takePairs(columns: Columns, rows: ArrayLike<number>): Columns {
  return mapColumns(columns, (values) => {
    const taken = new Float64Array(rows.length);
    for (let at = 0; at < taken.length; at++) taken[at] = values[rows[at]];
    return taken;
  });
}

/** Another value for each column, by its name. */
export function mapColumns<Values extends ArrayLike<number>, T>(
  columns: Readonly<Record<string, Values>>,
  value: (values: Values, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, value(values, name)]),
  );
}

/** Whether some pair has another value than the first. */
export function differs(values: ArrayLike<number>): boolean {
  return Array.prototype.some.call(values, (value) => value !== values[0]);
}
