/**
 * A program: operations recorded once and replayed, one compute pass and one submit a run, no GPU object created.
 * @module
 */
import type { Gpu } from "./device.ts";
import { Memory } from "./memory.ts";
import { Recorder } from "./recorder.ts";

/** Recorded dispatches with the buffers that they work in. Dispose it to give the memory back. */
export class Program {
  constructor(readonly recorder: Recorder, readonly memory: Memory) {}

  /** Number of dispatches of one run. */
  get size(): number {
    return this.recorder.size;
  }

  /** Submits the program `times` times, in order, after everything submitted before it. */
  run(times = 1): void {
    this.recorder.gpu.flush();
    this.recorder.run(times);
  }

  [Symbol.dispose](): void {
    this.recorder[Symbol.dispose]();
    this.memory[Symbol.dispose]();
  }
}

/**
 * Records what `body` does on `gpu` instead of doing it. Tensors made in `body` live as long as the program;
 * uploads in `body` happen at once and are constants of the program.
 */
export function record(gpu: Gpu, name: string, body: () => void): Program {
  if (gpu.recorder !== gpu.immediate) {
    throw new Error(
      `Cannot record "${name}": expected no other recording but found "${gpu.recorder.name}": ` +
        "record one program after the other",
    );
  }
  const outer = gpu.memory;
  const program = new Program(new Recorder(gpu, name), new Memory(gpu.device));
  gpu.recorder = program.recorder;
  gpu.memory = program.memory;
  try {
    body();
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
