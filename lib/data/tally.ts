/** How often each thing was done to the records of a file, by the words that say it. @module */

/** Only what was done is in it. */
export type Tally = Record<string, number>;

/** Counts one more. */
export function count(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

/** The counts of two together. */
export function addTallies(a: Tally, b: Tally = {}): Tally {
  const sum = { ...a };
  for (const [what, n] of Object.entries(b)) sum[what] = (sum[what] ?? 0) + n;
  return sum;
}

/** "left out: 2 with the trigger", "mended: 1 with ...": none where nothing was counted. */
export function tallySentences(counts: { leftOut: Tally; mended: Tally }): string[] {
  return [
    ...(isEmpty(counts.leftOut) ? [] : [`left out: ${tallyText(counts.leftOut)}`]),
    ...(isEmpty(counts.mended) ? [] : [`mended: ${tallyText(counts.mended)}`]),
  ];
}

/** "2 with the trigger, 1 cut at the start of the file": nothing for an empty one. */
export function tallyText(tally: Tally): string {
  return Object.entries(tally).map(([what, n]) => `${n.toLocaleString("en-US")} ${what}`)
    .join(", ");
}

/** Whether nothing was counted. */
export function isEmpty(tally: Tally): boolean {
  return Object.keys(tally).length === 0;
}
