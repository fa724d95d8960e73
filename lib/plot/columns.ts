/** Columns of numbers as the rows that charts and tables take. @module */

/** A list of one value a row, or one value for all rows. */
export type Column = ArrayLike<number> | readonly string[] | string | number;

/** The values of a column. */
export type ValueOf<C> = C extends ArrayLike<infer Value> ? C extends string ? C : Value : C;

/**
 * A row for each place of the lists, which are of one length:
 *
 *   rowsOf({ x: [1, 2], y: [3, 4], series: "loss" }) → [{ x: 1, y: 3, series: "loss" }, ...]
 */
export function rowsOf<Columns extends Record<string, Column>>(
  columns: Columns,
): { [Name in keyof Columns]: ValueOf<Columns[Name]> }[] {
  const entries = Object.entries(columns);
  const lists = entries.flatMap(([, column]) => typeof column === "object" ? [column] : []);
  const lengths = new Set(lists.map(({ length }) => length));
  if (lengths.size !== 1) {
    throw new RangeError(
      `Cannot make rows of columns: expected lists of one length but found ${
        [...lengths].join(", ") || "none"
      }: pass as many values in each`,
    );
  }
  const row = (at: number) =>
    entries.map(([name, column]) => [name, typeof column === "object" ? column[at] : column]);
  return Array.from(
    { length: lists[0].length },
    (_, at) => Object.fromEntries(row(at)) as { [Name in keyof Columns]: ValueOf<Columns[Name]> },
  );
}
