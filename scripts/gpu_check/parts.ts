/** The parts of a check, in order of value, and the programs that they are. @module */
import { fromFileUrl } from "@std/path";
import { MORE_LOCK, pathOf, taskArguments } from "../task_program.ts";
import { readTap } from "./read_tap.ts";
import { ANSWERS, OPENED, type PartResult, type Row } from "./results.ts";

/** What to run in a process of its own; `scratch`: a folder that is of no use afterwards. */
export type PartProgram = { args: string[]; env?: Record<string, string>; scratch?: string };

/** One part: `share` of the time, in seconds of eight minutes. */
export type Part = {
  name: string;
  title: string;
  share: number;
  program: () => Promise<PartProgram>;
  /** What a line that it prints has found; undefined for words. */
  read: (line: string) => Row | undefined;
  /** Why it makes no sense after what other parts have found. */
  idle?: (found: readonly PartResult[]) => string | undefined;
};

const SETTLE = fromFileUrl(new URL("settle.ts", import.meta.url));

/** Kernels against plain references and PyTorch's values, and the rigorous count. */
const PARITY = ["tests/gpu", "tests/tensor", "tests/proofs/gpu"];

const measured = (name: string, title: string, share: number): Part => ({
  name,
  title,
  share,
  program: () => Promise.resolve({ args: measureArgs(name) }),
  read: readRow,
});

/** In order of value. */
export const PARTS: readonly Part[] = [
  measured("adapter", "Adapter, limits, features", 10),
  measured("canary", "What its arithmetic does", 10),
  {
    name: "parity",
    title: "Tests of kernels",
    share: 90,
    program: () => parityTests(),
    read: readTap,
  },
  measured("dispatches", "Each dispatch of training steps", 50),
  measured("products", "Matrix products", 60),
  measured("overheads", "Barriers and submits", 10),
  measured("dawn", "Dawn beside Deno", 40),
  {
    name: "parity-dawn",
    title: "Tests of kernels on Dawn",
    share: 30,
    program: () => parityTests({ CROSSLAB_WEBGPU: "dawn" }, [`--preload=${SETTLE}`]),
    read: readTap,
    idle: dawnMissing,
  },
  measured("max-of-4", "Max-of-4: enumeration and training", 20),
  {
    name: "smoke",
    title: "replicate, preset smoke",
    share: 100,
    program: () => replicate(["--preset", "smoke"]),
    read: readPhase,
  },
  {
    name: "rehearsal",
    title: "Rehearsal of preset paper",
    share: 60,
    program: () => replicate(["stagewise", "--preset", "paper", "--rehearse"]),
    read: readText,
  },
];

function dawnMissing(found: readonly PartResult[]): string | undefined {
  const rows = found.find(({ name }) => name === "dawn")?.rows ?? [];
  const its = rows.find(({ group, name }) => group === OPENED && name === "Dawn");
  return its && its.text !== ANSWERS ? its.text : undefined;
}

function measureArgs(name: string): string[] {
  return [
    ...["run", "--quiet", "--frozen", `--lock=${pathOf(MORE_LOCK)}`, "--no-prompt"],
    ...["--allow-read", "--allow-env", "--allow-ffi", "--allow-sys", "--allow-run=nvidia-smi"],
    fromFileUrl(new URL("measure.ts", import.meta.url)),
    name,
  ];
}

/** A line of measure.ts. */
function readRow(line: string): Row | undefined {
  return line.startsWith('{"') ? JSON.parse(line) : undefined;
}

/** The end of a phase of `replicate`: "train base: 500 steps in 11.4 s". */
export function readPhase(line: string): Row | undefined {
  const [, name, steps, seconds] = /^(.+): (\d+ steps) in ([\d.]+) s$/.exec(line) ?? [];
  return name === undefined
    ? undefined
    : { name, measured: Number(seconds), unit: "s", note: steps };
}

function readText(line: string): Row | undefined {
  return line.trim() === "" ? undefined : { name: line };
}

async function parityTests(
  env?: Record<string, string>,
  options: string[] = [],
): Promise<PartProgram> {
  const args = await taskArguments("test");
  const own = args.filter((arg) => !["--doc", "lib", "tests"].includes(arg));
  return { args: [...own, "--reporter=tap", ...options, ...PARITY.map(pathOf)], env };
}

async function replicate(more: string[]): Promise<PartProgram> {
  const args = await taskArguments("replicate");
  const scratch = await Deno.makeTempDir({ prefix: "crosslab-gpu-check-" });
  return { args: [...args, ...more, "--out", scratch], env: { HF_HUB_OFFLINE: "1" }, scratch };
}
