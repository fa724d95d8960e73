/**
 * Replaying recorded steps: one training, or several side by side that see the same data. The log
 * is read once every `every` steps, and a step that is not finite is named. With a checkpoint, a
 * killed training goes on where it wrote the last one, and ends with the same bytes.
 * @module
 */
import type { Checkpoint } from "../io/checkpoint.ts";
import {
  anything,
  callback,
  exactly,
  expectForm,
  having,
  maybe,
  number,
  text,
  whole,
} from "../io/form.ts";
import { metricWords } from "../io/metric_words.ts";
import {
  LOG_ROWS,
  LOG_WIDTH,
  type LoggedStep,
  METRICS,
  type Training,
  type TrainingStep,
} from "./training.ts";
import { encodeState, type Progress, restoreState, type Trained } from "./training_state.ts";

/**
 * Seconds between two checkpoints: what a killed run loses at most, and far more than writing one
 * takes.
 */
const SECONDS = 30;

/**
 * Receives the steps since the last call; `again` where they are those before the checkpoint of a
 * training that goes on.
 */
export type OnLog = (steps: LoggedStep[], again?: boolean) => void;

/** A training as it is run; `name` begins the lines of errors. */
export type TrainingRun = Trained & { onLog?: OnLog };

/**
 * `feed(step)` may upload a batch before each step, counted from 0; where a training goes on, the
 * first step is a later one, and what `feed` uploads may depend on the step alone. `checkpoint`:
 * from cached(), written every `checkpointSeconds`.
 */
export type RunOptions = CheckpointOptions & {
  feed?: (step: number) => void | Promise<void>;
};

/**
 * What any training takes that can go on after a kill; the log is read every `every` steps, 64 at
 * most.
 */
export type CheckpointOptions = {
  checkpoint?: Checkpoint;
  checkpointSeconds?: number;
  every?: number;
};

/** What these options have to be. */
export const CHECKPOINT = {
  checkpoint: maybe(having({ read: callback, write: callback, refuse: callback })),
  checkpointSeconds: maybe(number({ least: 0 })),
  every: maybe(whole(1)),
};
const OPTIONS = { ...CHECKPOINT, feed: maybe(callback) };
const ONE = exactly({ ...OPTIONS, name: text, onLog: maybe(callback), state: maybe(anything) });

/**
 * Replays `step` for all steps of the training. Throws, naming the step, when a loss, the gradient
 * or a parameter is no longer finite.
 */
export async function runTraining(
  training: Training,
  step: TrainingStep,
  options: RunOptions & Omit<TrainingRun, "training" | "step">,
): Promise<void> {
  const { name, onLog, state, ...rest } = expectForm("train", options, ONE) as typeof options;
  await runTrainings([{ training, step, name, onLog, state }], rest);
}

/** Replays several trainings of as many steps side by side, each as `runTraining` would alone. */
export async function runTrainings(
  runs: readonly TrainingRun[],
  options: RunOptions = {},
): Promise<void> {
  expectForm("train", options, exactly(OPTIONS));
  const { feed, checkpoint, checkpointSeconds = SECONDS } = options;
  const every = Math.min(options.every ?? LOG_ROWS, LOG_ROWS);
  const steps = commonSteps(runs);
  const { done: first, logged } = await resumed(runs, { checkpoint, every });
  let written = performance.now();
  for (let done = first; done < steps;) {
    const count = Math.min(every, steps - done);
    for (let i = 0; i < count; i++) {
      await feed?.(done + i);
      for (const { step, name } of runs) step.run(1, `${name}, step ${done + i + 1}`);
    }
    for (const [r, run] of runs.entries()) {
      const rows = await readLog(run, { done, count });
      if (checkpoint) logged[r].push(...rows);
      run.onLog?.(rows);
    }
    done += count;
    if (!checkpoint || done === steps) continue;
    if (performance.now() - written < 1000 * checkpointSeconds) continue;
    await checkpoint.write(await encodeState(runs, { done, logged }));
    written = performance.now();
  }
}

/** Goes back to the checkpoint where there is one of these trainings, and tells its log again. */
async function resumed(
  runs: readonly TrainingRun[],
  { checkpoint, every }: { checkpoint?: Checkpoint; every: number },
): Promise<Progress> {
  const start = { done: 0, logged: runs.map((): LoggedStep[] => []) };
  const bytes = await checkpoint?.read();
  if (bytes === undefined) return start;
  const found = restoreState(runs, bytes);
  if (typeof found === "string") {
    checkpoint!.refuse(found);
    return start;
  }
  for (const [r, { onLog }] of runs.entries()) {
    for (let done = 0; done < found.done; done += every) {
      onLog?.(found.logged[r].slice(done, done + every), true);
    }
  }
  return found;
}

function commonSteps(runs: readonly TrainingRun[]): number {
  const steps = runs.map(({ training }) => training.options.steps);
  if (steps.length > 0 && steps.every((some) => some === steps[0])) return steps[0];
  throw new RangeError(
    `Cannot train side by side: expected trainings of as many steps but found ` +
      `${steps.join(", ") || "none"}: give all the same number`,
  );
}

async function readLog(
  { training, step, name }: TrainingRun,
  { done, count }: { done: number; count: number },
): Promise<LoggedStep[]> {
  const rows = await training.log.read();
  const logged = Array.from({ length: count }, (_, i) => logRow(rows, done + i, step.metrics));
  logged.forEach((row, i) =>
    checkFinite(name, row, rows[LOG_WIDTH * ((done + i) % LOG_ROWS) + METRICS + 1])
  );
  return logged;
}

function logRow(rows: Float32Array, step: number, names: readonly string[]): LoggedStep {
  const at = LOG_WIDTH * (step % LOG_ROWS);
  const metrics = Object.fromEntries(names.map((name, i) => [name, rows[at + i]]));
  return { step: step + 1, metrics, gradNorm: rows[at + METRICS] };
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
