/**
 * The state of a training between two steps, as bytes: parameters, Adam's moments, the step, and
 * the log so far. What a step sees is a function of its number, so no data and no random state
 * belong to it.
 * @module
 */
import { encodeSafetensors, parseSafetensors } from "../io/safetensors.ts";
import { readTensors } from "./read.ts";
import type { Tensor } from "./tensor.ts";
import { rowSlice } from "./views.ts";
import type { LoggedStep, Training, TrainingStep } from "./training.ts";

/**
 * A training with its recorded step; `state` names f32 tensors that the step changes beside the
 * parameters.
 */
export type Trained = {
  training: Training;
  step: TrainingStep;
  name: string;
  state?: Readonly<Record<string, Tensor>>;
};

/** How far trainings came, and what each of them logged. */
export type Progress = { done: number; logged: LoggedStep[][] };

/** The state of trainings that go side by side. */
export async function encodeState(
  runs: readonly Trained[],
  { done, logged }: Progress,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = stateTensors(runs), names = Object.keys(tensors);
  const values = await readTensors(names.map((name) => tensors[name]));
  const arrays = names.map((name, i) => [name, { shape: [values[i].length], data: values[i] }]);
  const logs = runs.map(({ step }, r) => {
    const rows = logged[r].flatMap((row) => [...Object.values(row.metrics), row.gradNorm]);
    const shape = [done, step.metrics.length + 1];
    return [`${r}.log`, { shape, data: Float32Array.from(rows) }];
  });
  return encodeSafetensors(Object.fromEntries([...arrays, ...logs]), describe(runs, done));
}

/**
 * Takes trainings to where `bytes` were written, or says in words for "but found ..." why they are
 * not theirs; nothing is changed then.
 */
export function restoreState(runs: readonly Trained[], bytes: Uint8Array): Progress | string {
  const { tensors: found, metadata } = parseSafetensors(bytes, { file: "checkpoint" });
  const done = Number(metadata.step), { training } = runs[0];
  if (metadata.runs !== describe(runs, done).runs) return "one of another training";
  if (!(Number.isInteger(done) && done > 0 && done < training.options.steps)) {
    return `step ${metadata.step} of ${training.options.steps}`;
  }
  const tensors = stateTensors(runs);
  const sizes: [string, number][] = [
    ...Object.entries(tensors).map(([name, t]): [string, number] => [name, t.rows * t.columns]),
    ...runs.map(({ step }, r): [string, number] => [`${r}.log`, done * (step.metrics.length + 1)]),
  ];
  const other = sizes.find(([name, size]) => found.get(name)?.data.length !== size);
  if (other) return `${found.get(other[0])?.data.length ?? "no"} values of ${other.join(", not ")}`;
  for (const [name, tensor] of Object.entries(tensors)) tensor.write(found.get(name)!.data);
  for (const { training } of runs) rowSlice(training.schedule, 0, 1).write([done, 0, 0, 0]);
  const logged = runs.map(({ step }, r) => {
    const { data } = found.get(`${r}.log`)!, width = step.metrics.length + 1;
    return Array.from(
      { length: done },
      (_, s) => toldRow(data.subarray(s * width, (s + 1) * width), s + 1, step.metrics),
    );
  });
  return { done, logged };
}

function toldRow(row: Float32Array, step: number, names: readonly string[]): LoggedStep {
  const metrics = Object.fromEntries(names.map((name, i) => [name, row[i]]));
  return { step, metrics, gradNorm: row[names.length] };
}

function describe(runs: readonly Trained[], done: number): { step: string; runs: string } {
  const each = runs.map(({ name, step, training }) => [name, training.options.steps, step.metrics]);
  return { step: `${done}`, runs: JSON.stringify(each) };
}

function stateTensors(runs: readonly Trained[]): Record<string, Tensor> {
  const entries = runs.flatMap(({ training, state = {} }, r) => {
    const { parameters: { values }, m, v } = training;
    return Object.entries({ values, m, v, ...state }).map(([name, t]) => [`${r}.${name}`, t]);
  });
  return Object.fromEntries(entries);
}
