/** Logged numbers as words, for progress and errors. @module */

/** Each number behind its name: `squared error 3.210, L0 7.000`. */
export function metricWords(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value.toPrecision(4)}`).join(", ");
}
