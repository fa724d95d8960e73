/** How long the phases of a run take, and the most memory that each holds. @module */
import { cpuUsage } from "node:process";
import type { Gpu } from "../../gpu/gpu.ts";
import type { LoggedStep } from "../../tensor/training.ts";

/**
 * A phase as it was: seconds of wall clock and of all processors, the most bytes of buffers on the
 * device, and seconds of one step between the first and the last look at the log.
 */
export type TimedPhase = {
  name: string;
  steps: number;
  seconds: number;
  cpu: number;
  peak: number;
  perStep?: number;
};

/** Passes as `onPhase` and `onLog` of a run; `finish` ends the last phase and gives all of them. */
export function phaseClock(gpu: Gpu) {
  const phases: TimedPhase[] = [];
  let open: { name: string; steps: number; start: number; cpu: number } | undefined;
  let logs: { step: number; at: number }[] = [];
  const close = () => {
    if (!open) return;
    const { name, steps, start, cpu } = open, peak = gpu.takePeak();
    const seconds = now() - start;
    phases.push({ name, steps, seconds, cpu: cpuNow() - cpu, peak, perStep: perStep(logs) });
    [open, logs] = [undefined, []];
  };
  return {
    onPhase(name: string, steps: number) {
      close();
      gpu.takePeak();
      open = { name, steps, start: now(), cpu: cpuNow() };
    },
    onLog(_: string, rows: readonly LoggedStep[]) {
      logs.push({ step: rows.at(-1)!.step, at: now() });
    },
    finish(): TimedPhase[] {
      close();
      return phases;
    },
  };
}

/** The first step compiles its kernels: only what follows the first look counts. */
function perStep(logs: readonly { step: number; at: number }[]): number | undefined {
  const first = logs.at(0), last = logs.at(-1);
  if (!first || !last || last.step === first.step) return undefined;
  return (last.at - first.at) / (last.step - first.step);
}

function now(): number {
  return performance.now() / 1000;
}

function cpuNow(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}
