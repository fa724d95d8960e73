/**
 * How long recorded work takes. On a GPU by the wall clock, and single dispatches by the device's
 * own; on a CPU adapter by the CPU time of all threads over the number of cores, the wall time of a
 * quiet machine: its own clock does not wait for the dispatch that it stamps.
 * @module
 */
import process from "node:process";
import { availableParallelism } from "node:os";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import type { Program } from "../../../lib/gpu/program.ts";
import type { Times } from "../../bench/measure.ts";

/** A card's clock needs some time to rise, and a wait is worth 10 ms. */
const LEAST_SECONDS = 0.2;

/** CPU time is exact: a dispatch needs no longer. */
const LEAST_CPU_SECONDS = 0.02, MOST_REPEATS = 64;

/** A query set has at most 4096 entries, two for each pass. */
const MOST_PASSES = 2048;

/** Which clock times are by, for readers. */
export function clockName({ isCpu }: Gpu): string {
  return isCpu
    ? `CPU time of all threads over ${availableParallelism()} cores`
    : "the wall clock; dispatches by the device's";
}

/** The one of two clocks that counts here. */
export function secondsIn({ isCpu }: Gpu, { wall, cpu }: Times): number {
  return isCpu ? cpu : wall;
}

/** Seconds of one run, over at least 200 ms, after a first that compiles. */
export async function runSeconds(program: Program): Promise<number> {
  const { gpu } = program;
  await secondsFor(gpu, () => program.run());
  for (let runs = 1;; runs *= 4) {
    const seconds = await secondsFor(gpu, () => program.run(runs));
    if (seconds >= LEAST_SECONDS) return seconds / runs;
  }
}

async function secondsFor(gpu: Gpu, submit: () => void): Promise<number> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  submit();
  await gpu.device.queue.onSubmittedWorkDone();
  gpu.check();
  if (!gpu.isCpu) return (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / availableParallelism();
}

/** Seconds of each dispatch of a program that has run before. */
export async function dispatchSeconds(program: Program): Promise<number[]> {
  return program.gpu.isCpu ? await oneByOne(program) : await byDevice(program);
}

/** Each alone, again and again in one pass. */
async function oneByOne({ gpu, recorder, size }: Program): Promise<number[]> {
  const found: number[] = [];
  const seconds = (only: number, times: number) =>
    secondsFor(gpu, () => {
      const encoder = gpu.device.createCommandEncoder();
      for (let i = 0; i < times; i++) recorder.encode(encoder, { only });
      gpu.device.queue.submit([encoder.finish()]);
    });
  for (let only = 0; only < size; only++) {
    const once = await seconds(only, 1);
    const times = Math.min(MOST_REPEATS, Math.ceil(LEAST_CPU_SECONDS / once));
    found.push(await seconds(only, times) / times);
  }
  return found;
}

/** Each in a pass of its own with a stamp before and behind it, the least of several rounds. */
async function byDevice(program: Program, { rounds = 3 } = {}): Promise<number[]> {
  const { gpu, recorder, size } = program;
  if (!gpu.device.features.has("timestamp-query")) {
    throw new Error(
      "Cannot time dispatches: expected an adapter with timestamp-query but found none: their times stay unknown",
    );
  }
  const tick = await secondsOfTick(program);
  const least = Array.from({ length: size }, () => Infinity);
  for (let round = 0; round < rounds; round++) {
    const ticks = await stamped(
      gpu,
      size,
      (encoder, only, timestampWrites) => recorder.encode(encoder, { only, timestampWrites }),
    );
    for (const [i, value] of ticks.entries()) least[i] = Math.min(least[i], tick * value);
  }
  return least;
}

/** Deno hands on what the driver counts: nanoseconds on NVIDIA, other steps elsewhere. */
async function secondsOfTick(program: Program): Promise<number> {
  const { gpu, recorder } = program;
  const runs = Math.min(MOST_PASSES, Math.ceil(LEAST_SECONDS / await runSeconds(program)));
  const start = performance.now();
  const ticks = await stamped(
    gpu,
    runs,
    (encoder, _, timestampWrites) => recorder.encode(encoder, { timestampWrites }),
  );
  const seconds = (performance.now() - start) / 1e3;
  const found = seconds / ticks.reduce((sum, value) => sum + value, 0);
  // Encoding and waiting are in it too.
  return Math.abs(found / 1e-9 - 1) < 0.25 ? 1e-9 : found;
}

/** Ticks between the two stamps of each of `count` passes, encoded and submitted at once. */
async function stamped(
  gpu: Gpu,
  count: number,
  encode: (encoder: GPUCommandEncoder, i: number, stamps: GPUComputePassTimestampWrites) => void,
): Promise<number[]> {
  const { device } = gpu;
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 * count });
  const size = 16 * count, { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const staging = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  try {
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < count; i++) {
      encode(encoder, i, {
        querySet,
        beginningOfPassWriteIndex: 2 * i,
        endOfPassWriteIndex: 2 * i + 1,
      });
    }
    encoder.resolveQuerySet(querySet, 0, 2 * count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
    gpu.check();
    return Array.from({ length: count }, (_, i) => Number(stamps[2 * i + 1] - stamps[2 * i]));
  } finally {
    for (const made of [querySet, resolved, staging]) made.destroy();
  }
}
