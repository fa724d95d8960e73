/**
 * Replaying recorded steps: one training, or several side by side that see the same data. The log
 * is read about twice a second, while the next steps are submitted already, and a step that is not
 * finite is named. With a checkpoint, a killed training goes on where it wrote the last one, and
 * ends with the same bytes. A signal stops it between two looks at the log.
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
  where,
  whole,
} from "../io/form.ts";
import { createPace } from "./pace.ts";
import type { LoggedStep, Training, TrainingStep } from "./training.ts";
import { type RawLogs, readLogs, rowsOf } from "./training_log.ts";
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
 * What any training takes that can be stopped and go on. The log is told every half second, or after
 * every `every` steps, 512 at most, and then before any further one is submitted. Once `signal` is
 * aborted the steps under way are told, a checkpoint is written, and the signal's reason is thrown.
 */
export type CheckpointOptions = {
  checkpoint?: Checkpoint;
  checkpointSeconds?: number;
  every?: number;
  signal?: AbortSignal;
};

/** What these options have to be. */
export const CHECKPOINT = {
  checkpoint: maybe(having({ read: callback, write: callback, refuse: callback })),
  checkpointSeconds: maybe(number({ least: 0 })),
  every: maybe(whole(1)),
  signal: maybe(where<AbortSignal>("an AbortSignal", (x) => x instanceof AbortSignal)),
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
  const { feed, checkpoint, checkpointSeconds = SECONDS, signal } = options;
  signal?.throwIfAborted();
  const steps = commonSteps(runs), pace = createPace(options.every);
  const { done: first, logged } = await resumed(runs, checkpoint);
  const tell = async ({ logs, ...some }: Submitted) => {
    const found = await logs;
    pace.done(some.count);
    for (const [r, run] of runs.entries()) {
      const rows = rowsOf(run, found[r], some);
      if (checkpoint) logged[r].push(...rows);
      run.onLog?.(rows);
    }
  };
  let written = performance.now(), before: Submitted | undefined;
  const stopped = () => signal?.aborted;
  const due = () =>
    checkpoint && (stopped() || performance.now() - written >= 1000 * checkpointSeconds);
  for (let done = first; done < steps;) {
    const some = { done, count: Math.min(pace.next(), steps - done) };
    try {
      await submit(runs, { ...some, feed });
    } finally {
      if (before) await tell(before);
    }
    before = submitted(runs, some);
    done += some.count;
    if (done < steps && options.every === undefined && !due() && !stopped()) continue;
    await tell(before);
    before = undefined;
    if (done === steps) continue;
    if (due()) {
      await checkpoint!.write(await encodeState(runs, { done, logged }));
      written = performance.now();
    }
    signal?.throwIfAborted();
  }
}

/** `count` steps after the first `done`, on their way, and the log as it will be after them. */
type Submitted = { done: number; count: number; logs: Promise<RawLogs> };

/** Submits steps, waiting for no result. */
async function submit(
  runs: readonly TrainingRun[],
  { done, count, feed }: { done: number; count: number; feed: RunOptions["feed"] },
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await feed?.(done + i);
    for (const { step, name } of runs) step.run(1, `${name}, step ${done + i + 1}`);
  }
}

function submitted(
  runs: readonly TrainingRun[],
  some: { done: number; count: number },
): Submitted {
  const logs = readLogs(runs);
  logs.catch(() => {}); // whoever awaits it hears of it
  return { ...some, logs };
}

/** Goes back to the checkpoint where there is one of these trainings, and tells its log again. */
async function resumed(
  runs: readonly TrainingRun[],
  checkpoint?: Checkpoint,
): Promise<Progress> {
  const start = { done: 0, logged: runs.map((): LoggedStep[] => []) };
  const bytes = await checkpoint?.read();
  if (bytes === undefined) return start;
  const found = restoreState(runs, bytes);
  if (typeof found === "string") {
    checkpoint!.refuse(found);
    return start;
  }
  for (const [r, { onLog }] of runs.entries()) onLog?.(found.logged[r], true);
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
