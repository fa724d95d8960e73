/**
 * Wall and CPU time of recorded work: machines are shared, so the least of several rounds counts,
 * for each on its own.
 * @module
 */
import process from "node:process";
import { availableParallelism } from "node:os";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { type Program, record } from "../../lib/gpu/program.ts";
import { smallest } from "../../lib/numerics/numbers.ts";

/**
 * Seconds of one run; `cpu` is that of all threads divided by the number of cores: the wall time on
 * a quiet machine.
 */
export type Times = { wall: number; cpu: number };

/** Seconds that a round of runs should take: a wait costs up to 10 ms. */
const ROUND = 0.25;

/** Times one call of `run`, which submits work; `wait` ends when it is done. */
export async function timed(
  run: () => unknown,
  wait: () => Promise<unknown>,
  { rounds = 5 } = {},
): Promise<Times> {
  const round = async (runs: number): Promise<Times> => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < runs; i++) run();
    await wait();
    const { user, system } = process.cpuUsage(before);
    return {
      wall: (performance.now() - start) / 1e3 / runs,
      cpu: (user + system) / 1e6 / availableParallelism() / runs,
    };
  };
  await round(1);
  const { wall, cpu } = await round(1);
  const runs = Math.max(1, Math.min(1000, Math.round(ROUND / Math.min(wall, Math.max(cpu, 1e-4)))));
  const found = [{ wall, cpu }];
  // What takes long varies little, and is not repeated.
  for (let i = 0; i < (cpu > 1 ? 0 : rounds); i++) found.push(await round(runs));
  return best(found);
}

/** Times one run of a program. */
export function timedProgram(program: Program, options: { rounds?: number } = {}): Promise<Times> {
  const { gpu } = program;
  return timed(() => program.run(), () => gpu.device.queue.onSubmittedWorkDone(), options);
}

/** Records what `body` does and times one run of it. */
export async function timedBody(
  gpu: Gpu,
  name: string,
  { body, rounds }: { body: () => void; rounds?: number },
): Promise<Times> {
  using program = record(gpu, name, body);
  return await timedProgram(program, { rounds });
}

/** Times a computation on this thread: its CPU time is not spread over the cores. */
export function timedThread(run: () => unknown, { rounds = 2 } = {}): Times {
  const found: Times[] = [];
  // What takes long varies little, and is not repeated.
  do found.push(threadTimes(run)); while (found.length < rounds && found[0].cpu < 2);
  return best(found);
}

/** The least of several, wall and CPU time each on its own. */
export function best(found: Times[]): Times {
  return {
    wall: smallest(found.map((times) => times.wall)),
    cpu: smallest(found.map((times) => times.cpu)),
  };
}

function threadTimes(run: () => unknown): Times {
  const [start, before] = [performance.now(), process.cpuUsage()];
  run();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1e3, cpu: (user + system) / 1e6 };
}
