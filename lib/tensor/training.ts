/**
 * Training on the GPU: optimiser, schedule, step counter and log live in buffers, so that a
 * recorded step is replayed without a word from the CPU (run_training.ts).
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { callback, exactly, expectForm, list, maybe, number, text, whole } from "../io/form.ts";
import { type Program, record } from "../gpu/program.ts";
import adamSource from "../../kernels/adam.wgsl" with { type: "text" };
import logSource from "../../kernels/log_step.wgsl" with { type: "text" };
import { slotOf } from "./contribute.ts";
import { launch } from "./launch.ts";
import { add } from "./ops/arithmetic.ts";
import { fillInto } from "./ops/elementwise.ts";
import { flatChunks } from "./ops/grid.ts";
import { rowSumsInto, sumParts } from "./ops/sum.ts";
import { gradsOf, type Parameters } from "./parameters.ts";
import { withGradients } from "./gradients.ts";
import { type Tensor, upload, zeros } from "./tensor.ts";

/**
 * Adam's constants; `weightDecay` is decoupled, as in AdamW. `clip` bounds the global gradient
 * norm.
 */
export type AdamOptions = {
  steps: number;
  rate: (step: number) => number;
  /** A second scheduled number that losses may read on the GPU, such as a penalty that grows. */
  ramp?: (step: number) => number;
  betas?: [number, number];
  eps?: number;
  weightDecay?: number;
  clip?: number;
};

/**
 * Metrics that a row of the log has room for, and its whole width; kernels/log_step.wgsl has the
 * same numbers.
 */
export const METRICS = 8, LOG_WIDTH = 12;

/** Rows of the log kept on the GPU: read before so many further steps are submitted. */
export const LOG_ROWS = 1024;

/**
 * One step as the log tells it: up to eight metrics by the names that `recordStep` got, the
 * gradient norm before clipping.
 */
export type LoggedStep = { step: number; metrics: Record<string, number>; gradNorm: number };

/** A recorded step, with the names of what it logs. */
export type TrainingStep = Program & { metrics: readonly string[] };

/** Optimiser state on the GPU. */
export type Training = {
  gpu: Gpu;
  parameters: Parameters;
  options: AdamOptions;
  m: Tensor;
  v: Tensor;
  norm2: Tensor;
  /**
   * [1 + steps, 4]: the step counter in the first value, then (rate, correction, decay, ramp) of
   * each step.
   */
  schedule: Tensor;
  /** [8, 4]: metrics of a step in the first column, where its losses are in several tensors. */
  metrics: Tensor;
  log: Tensor;
};

const share = number({ least: 0, below: 1 });

const ADAM = exactly({
  steps: whole(1),
  rate: callback,
  ramp: maybe(callback),
  betas: maybe(list(share, { length: 2 })),
  eps: maybe(number({ above: 0 })),
  weightDecay: maybe(number({ least: 0 })),
  clip: maybe(number({ above: 0 })),
});

/** Makes the state for `steps` steps over `parameters`. */
export function createTraining(gpu: Gpu, parameters: Parameters, options: AdamOptions): Training {
  const action = "prepare training";
  expectForm(action, options, ADAM);
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const table = new Float32Array(4 * (options.steps + 1));
  for (let step = 1; step <= options.steps; step++) {
    const rate = options.rate(step), ramp = options.ramp?.(step) ?? 0;
    expectForm(`${action}, step ${step}`, { rate, ramp }, SCHEDULED, "correct the schedule");
    table.set([
      rate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
      rate * (options.weightDecay ?? 0),
      ramp,
    ], 4 * step);
  }
  const { shape } = parameters.values;
  gradsOf(parameters);
  return {
    gpu,
    parameters,
    options,
    m: zeros(gpu, shape),
    v: zeros(gpu, shape),
    norm2: zeros(gpu, [1]),
    schedule: upload(gpu, { shape: [options.steps + 1, 4], data: table }),
    metrics: zeros(gpu, [METRICS, 4]),
    log: zeros(gpu, [LOG_ROWS, LOG_WIDTH]),
  };
}

const SCHEDULED = exactly({ rate: number({ least: 0 }), ramp: number() });

/**
 * Records one step: `loss` computes the losses under a tape and returns tensors whose rows, up to
 * eight in all, are summed into the log under the names `metrics`; then clipping, Adam and the log
 * follow, and what `after` appends. Under several losses the first value is the whole one. A list
 * of such functions computes the losses of the parts of a batch, one after the other in the memory
 * of one: gradients and metrics are added up.
 */
export function recordStep(
  training: Training,
  name: string,
  loss: (() => Tensor[]) | readonly (() => Tensor[])[],
  options: { metrics?: readonly string[]; after?: () => void } = {},
): TrainingStep {
  const { gpu, parameters } = training;
  expectForm(`record ${name}`, options, STEP);
  const { metrics: names = ["loss"] } = options;
  const all = Object.values(parameters.tensors);
  const learning = all.filter(({ requiresGrad }) => requiresGrad);
  // Nothing in a step writes the gradient of a frozen parameter, which its norm counts.
  for (const tensor of all) if (!tensor.requiresGrad) fillInto(slotOf(tensor), 0);
  const program = record(gpu, name, () => {
    const parts = [loss].flat().map((part, i) =>
      withGradients(gpu, learning, (keep) => {
        const tensors = part();
        tensors.forEach(keep);
        return tensors;
      }, { add: i > 0 })
    );
    const metrics = parts.reduce((sum, part) => sum.map((tensor, i) => add(tensor, part[i])));
    checkNames(names, { name, metrics });
    appendUpdate(training, metrics);
    options.after?.();
  });
  return Object.assign(program, { metrics: names });
}

const STEP = exactly({ metrics: maybe(list(text, { least: 1 })), after: maybe(callback) });

function checkNames(
  names: readonly string[],
  { name, metrics }: { name: string; metrics: Tensor[] },
): void {
  const rows = metrics.reduce((sum, metric) => sum + metric.rows, 0);
  if (rows === names.length && rows <= METRICS && new Set(names).size === rows) return;
  throw new RangeError(
    `Cannot record ${name}: expected one name of its own for each of up to ${METRICS} rows of metrics ` +
      `but found ${names.length} (${names.join(", ")}) for ${rows}: pass the option metrics`,
  );
}

/** Appends the gradient's norm, the log of the rows of `metrics` and Adam to what is being recorded. */
export function appendUpdate(training: Training, metrics: readonly Tensor[] = []): void {
  const { gpu, parameters, options } = training;
  const grads = gradsOf(parameters);
  const { schedule, norm2, log } = training;
  const parts = sumParts(grads, { squares: true });
  const rows = metrics.reduce((sum, metric) => sum + metric.rows, 0);
  const seen = metrics.length === 1 ? metrics[0] : totals(training, metrics);
  launch(gpu, { name: "log_step", source: logSource, entry: "main" }, {
    tensors: { parts, metrics: seen, norm2, schedule, log },
    params: { rows: LOG_ROWS, parts4: parts.pitch / 4, n_metrics: rows, ld: seen.pitch / 4 },
    workgroups: 1,
  });
  parts.release();
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const pieces = learning(parameters).flatMap(([from, count]) =>
    flatChunks(gpu, count).map(([start, size]) => [from + start, size])
  );
  for (const [start, size] of pieces) {
    const part = (tensor: Tensor) => tensor.part(start, size);
    launch(gpu, { name: "adam", source: adamSource, entry: "main" }, {
      tensors: {
        schedule,
        norm2,
        log,
        grad: part(grads),
        value: part(parameters.values),
        m: part(training.m),
        v: part(training.v),
      },
      params: {
        count4: size / 4,
        beta1,
        beta2,
        eps: options.eps ?? 1e-8,
        clip: options.clip ?? 3e38,
        log_rows: LOG_ROWS,
      },
      invocations: size / 4,
    });
  }
}

/** The sums of the rows of several tensors, one below the other. */
function totals({ metrics: table }: Training, metrics: readonly Tensor[]): Tensor {
  let first = 0;
  for (const metric of metrics) {
    rowSumsInto(table, metric, { first });
    first += metric.rows;
  }
  return table;
}

/**
 * [start, count] of the values that learn, neighbours together: decay and momentum would move a
 * frozen parameter.
 */
function learning({ tensors, values }: Parameters): [number, number][] {
  const all = Object.values(tensors).sort((a, b) => a.offset - b.offset);
  const runs: [number, number][] = [];
  for (const [i, { offset, requiresGrad }] of all.entries()) {
    if (!requiresGrad) continue;
    const end = all[i + 1]?.offset ?? values.size, last = runs.at(-1);
    if (last && last[0] + last[1] === offset) last[1] = end - last[0];
    else runs.push([offset, end - offset]);
  }
  return runs;
}

/** Gives the memory of the optimiser back; the parameters stay. */
export function releaseTraining(training: Training): void {
  const { m, v, norm2, schedule, metrics, log } = training;
  for (const tensor of [m, v, norm2, schedule, metrics, log]) tensor.release();
}
