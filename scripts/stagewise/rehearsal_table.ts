/** What a rehearsal found, as lines of text. @module */
import { resourceUsage } from "node:process";
import type { RehearsedPhase } from "../../lib/diff/run/rehearsed_phase.ts";
import { type PlannedWork, predictSeconds, type Rates } from "../../lib/tensor/rates.ts";
import { alignRows, duration } from "../plan_text.ts";

type Beside = {
  planned: readonly PlannedWork[];
  rates: Rates;
  /** Operations a second of another device. */
  assumed?: number;
  /** Seconds that reading and tokenising all records would take. */
  preparation: number;
};

/** A row a phase and one for the whole, then what stands beside them. */
export function rehearsalTable(
  phases: readonly RehearsedPhase[],
  { planned, rates, assumed, preparation }: Beside,
): string[] {
  const header = [
    "phase",
    "rehearsed",
    "took",
    "CPU",
    "whole",
    "plan",
    "whole / plan",
    "GPU MB",
    "whole MB",
    "plan MB",
    ...(assumed ? ["assumed"] : []),
  ];
  const rows = phases.map((phase) => row(phase, planned.find(({ name }) => name === phase.name)));
  const seconds = sum(phases.map((phase) => phase.seconds));
  const predicted = sum(planned.map((work) => predictSeconds(work, rates)));
  const last = [
    "together",
    "",
    duration(sum(phases.map(({ took }) => took))),
    duration(sum(phases.map(({ cpu }) => cpu))),
    duration(seconds),
    duration(predicted),
    (seconds / predicted).toFixed(2),
    megabytes(Math.max(...phases.map(({ peak }) => peak))),
    megabytes(Math.max(...phases.map(({ memory }) => memory))),
    megabytes(Math.max(...planned.map(({ memory }) => memory))),
    ...(assumed ? [duration(sum(planned.map(({ flops }) => flops)) / assumed)] : []),
  ];
  return [
    ...alignRows([header, ...rows, last]),
    `Reading and tokenising come on top: ${
      duration(preparation)
    } for all records, a download aside.`,
    `Most memory of this process so far: ${megabytes(1024 * resourceUsage().maxRSS)} MB.`,
  ];

  function row(phase: RehearsedPhase, work?: PlannedWork): string[] {
    const { name, as, unit, done, whole, took, cpu, seconds, peak, memory } = phase;
    const plan = work && predictSeconds(work, rates);
    return [
      name,
      as ? `as ${as}` : `${done} of ${whole} ${unit}`,
      as ? "" : duration(took),
      as ? "" : duration(cpu),
      duration(seconds),
      plan === undefined ? "" : duration(plan),
      plan === undefined ? "" : (seconds / plan).toFixed(2),
      megabytes(peak),
      megabytes(memory),
      work ? megabytes(work.memory) : "",
      ...(assumed ? [work ? duration(work.flops / assumed) : ""] : []),
    ];
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
