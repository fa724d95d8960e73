/** The log of recorded steps: reading its rows, and refusing those that are not finite. @module */
import { metricWords } from "../io/metric_words.ts";
import { readTensors } from "./read.ts";
import { LOG_ROWS, LOG_WIDTH, type LoggedStep, METRICS } from "./training.ts";
import type { Trained } from "./training_state.ts";

/** Values of the log of each training, as they are once all that was submitted before is done. */
export type RawLogs = Float32Array[];

/** Copies the logs of trainings that go side by side, with one wait for all. */
export function readLogs(runs: readonly Trained[]): Promise<RawLogs> {
  return readTensors(runs.map(({ training: { log } }) => log));
}

/**
 * The rows of `count` steps after the first `done`. Throws, naming the step, where a metric, the
 * gradient or a parameter is no longer finite.
 */
export function rowsOf(
  { step: { metrics: names }, name }: Trained,
  values: Float32Array,
  { done, count }: { done: number; count: number },
): LoggedStep[] {
  return Array.from({ length: count }, (_, i) => {
    const at = LOG_WIDTH * ((done + i) % LOG_ROWS);
    const metrics = Object.fromEntries(names.map((name, m) => [name, values[at + m]]));
    const row = { step: done + i + 1, metrics, gradNorm: values[at + METRICS] };
    checkFinite(name, row, values[at + METRICS + 1]);
    return row;
  });
}

function checkFinite(name: string, { step, metrics, gradNorm }: LoggedStep, status: number): void {
  if ([...Object.values(metrics), gradNorm].every(Number.isFinite) && status === 0) return;
  const found = `${metricWords(metrics)}, gradient norm ${gradNorm.toPrecision(4)}${
    status === 0 ? "" : ", a parameter that is no longer finite"
  }`;
  throw new Error(
    `Cannot go on training ${name}: expected finite numbers but found ${found} at step ${step}: ` +
      "lower the learning rate or check the data; finished results are kept",
  );
}
