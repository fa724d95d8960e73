/** Threads that measure models side by side. @module */
import type { Measured, MeasureTask } from "./measure_model.ts";
import type { LargerMeasured, LargerMeasureTask } from "./larger_models.ts";
import type { TaskMeasured, TaskMeasureTask } from "./task_models.ts";

/** Measures tasks on `threads` threads; dispose it when done. */
export interface MeasureWorkers extends Disposable {
  /** How many models are measured at a time. */
  threads: number;
  /** Measures one model in a thread that is free. */
  measure(task: MeasureTask): Promise<Measured>;
  /** The same of a model of another task than "max". */
  measureTask(task: TaskMeasureTask): Promise<TaskMeasured>;
  /** The same of a larger model. */
  measureLarger(task: LargerMeasureTask): Promise<LargerMeasured>;
}

/** Threads at most: each holds the tables of a model. */
const MOST_THREADS = 8;

/** One thread for each of so many cores, eight at most. */
export function measureWorkers(cores: number = navigator.hardwareConcurrency): MeasureWorkers {
  const threads = Math.min(MOST_THREADS, cores);
  const idle: Worker[] = [], all: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const free = (worker: Worker) => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  const take = (): Worker | Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return worker;
    if (all.length < threads) {
      const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      all.push(made);
      return made;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const run = async <R>(task: WorkerTask): Promise<R> => {
    const worker = await take();
    try {
      return await ask<R>(worker, task);
    } finally {
      free(worker);
    }
  };
  return {
    threads,
    measure: (task) => run<Measured>(task),
    measureTask: (task) => run<TaskMeasured>(task),
    measureLarger: (task) => run<LargerMeasured>(task),
    [Symbol.dispose]() {
      for (const worker of all) worker.terminate();
    },
  };
}

/** What a thread is sent. */
type WorkerTask = MeasureTask | TaskMeasureTask | LargerMeasureTask;

function ask<R>(worker: Worker, task: WorkerTask): Promise<R> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) =>
      data.measured ? resolve(data.measured) : reject(new Error(data.error));
    worker.onerror = (event) => {
      event.preventDefault();
      const found = `expected an answer but found ${event.message}`;
      reject(new Error(`Cannot measure a model: ${found}: run again, finished models are kept`));
    };
    worker.postMessage(task);
  });
}

/** Runs `work` on every item, at most `n` at a time; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  n: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, n) }, run));
  return results;
}
