/**
 * A program: operations recorded once and replayed, one compute pass and one submit a run, no GPU
 * object created.
 * @module
 */
import { callback, exactly, expectForm, whole } from "../io/form.ts";
import type { Gpu } from "./gpu.ts";
import { Memory } from "./memory.ts";
import { Recorder } from "./recorder.ts";

const BODY = exactly({ body: callback });
const RUN = exactly({ times: whole(0) });

/**
 * Recorded dispatches with the buffers that they work in. Dispose it to give the memory back.
 * Tensors from outside that it uses are held by it as well: whoever made them may release them
 * before.
 */
export class Program {
  /** Recorded dispatches with the memory that they write; `record` makes one. */
  constructor(
    readonly gpu: Gpu,
    readonly recorder: Recorder,
    readonly memory: Memory,
  ) {}

  /** Number of dispatches of one run. */
  get size(): number {
    return this.recorder.size;
  }

  /**
   * Submits the program `times` times, in order, after everything before it. An error is reported
   * as one of `doing`.
   */
  run(times = 1, doing?: string): void {
    if (this.memory.closed) {
      throw new Error(
        `Cannot run "${this.recorder.name}": expected a program that is still held but found one that was ` +
          "disposed of: run it before that, or record it again",
      );
    }
    expectForm(`run "${this.recorder.name}"`, { times }, RUN);
    this.gpu.flush();
    this.recorder.run(times, doing);
  }

  /** Releases what was recorded and the memory that it writes. */
  [Symbol.dispose](): void {
    this.recorder[Symbol.dispose]();
    this.memory[Symbol.dispose]();
  }
}

/**
 * Records what `body` does on `gpu` instead of doing it. Tensors made in `body` live as long as the
 * program; uploads in `body` happen at once and are constants of the program.
 */
export function record(gpu: Gpu, name: string, body: () => void): Program {
  if (gpu.recorder !== gpu.immediate) {
    throw new Error(
      `Cannot record "${name}": expected no other recording but found "${gpu.recorder.name}": ` +
        "record one program after the other",
    );
  }
  expectForm(`record "${name}"`, { body }, BODY, "pass what is to be recorded");
  const outer = gpu.memory;
  const memory = new Memory(gpu, gpu.immediate, name);
  const program = new Program(gpu, new Recorder(gpu, name, { memory }), memory);
  gpu.recorder = program.recorder;
  gpu.memory = program.memory;
  try {
    const result: unknown = body();
    if (typeof (result as { then?: unknown } | undefined)?.then === "function") {
      (result as Promise<unknown>).then(undefined, () => {});
      throw new TypeError(
        `Cannot record "${name}": expected a function that is done when it returns but found an async one: ` +
          "what it does after its first await would not be recorded",
      );
    }
  } catch (error) {
    program[Symbol.dispose]();
    throw error;
  } finally {
    gpu.recorder = gpu.immediate;
    gpu.memory = outer;
  }
  program.recorder.seal();
  return program;
}
