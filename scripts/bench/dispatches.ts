/**
 * Every dispatch of a training step, with what it moves and computes and how long it would take: on
 * cards by the model of lib/gpu/card_time.ts, here at the adapter's own limits. Nothing runs: a
 * stand-in records the steps as for such an adapter.
 * @module
 */
import { dispatchSeconds, gaps, middle, type Seconds } from "../../lib/gpu/card_time.ts";
import { type Card, CARDS } from "../../lib/gpu/cards.ts";
import type { DeviceFacts } from "../../lib/gpu/device.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { cardFacts, type SeenDispatch, standInGpu } from "../../lib/gpu/stand_in.ts";
import { workOf } from "../../lib/gpu/work.ts";
import { alignRows } from "../plan_text.ts";
import { recipeStep } from "./recipe_step.ts";
import {
  coderStep,
  modelStep,
  type RecordedStep,
  smallConfig,
  tinyStoriesConfig,
} from "./recorded_steps.ts";
import { measureCeiling, measureCopy } from "./limits.ts";
import type { Limits } from "./table.ts";

/** A step by its name; `goal`: seconds that it should take on an RTX 4090. */
export type ListedStep = { name: string; make: (gpu: Gpu) => RecordedStep; goal?: number };

const crosscoder = { n_sites: 5, d_in: 768, d_sae: 3072 };

export const LISTED: readonly ListedStep[] = [
  {
    name: "crosscoder 5 x 768 -> 3072, batch 256",
    make: (gpu) => coderStep(gpu, { ...crosscoder, batch: 256 }),
    goal: 1.8e-3,
  },
  {
    name: "crosscoder 5 x 768 -> 3072, batch 4096",
    make: (gpu) => coderStep(gpu, { ...crosscoder, batch: 4096 }),
    goal: 9e-3,
  },
  {
    name: "crosscoder 768 -> 6144, batch 4096",
    make: (gpu) => coderStep(gpu, { n_sites: 1, d_in: 768, d_sae: 6144, batch: 4096 }),
  },
  {
    name: "BatchTopK and AuxK 5 x 768 -> 3072, batch 256",
    make: (gpu) => recipeStep(gpu, "batchtopk", { ...crosscoder, batch: 256 }),
  },
  {
    name: "GPT-Neo d_model 64, 16 x 128 tokens",
    make: (gpu) => modelStep(gpu, { config: smallConfig(), batch: 16, pos: 128 }),
    goal: 0.7e-3,
  },
  {
    name: "TinyStories-33M, 16 x 128 tokens",
    make: (gpu) => modelStep(gpu, { config: tinyStoriesConfig(), batch: 16, pos: 128 }),
    goal: 18e-3,
  },
];

/** The dispatches of one run of a step, as an adapter with these facts would get them. */
export function dispatchesOf(step: ListedStep, facts: Partial<DeviceFacts>): SeenDispatch[] {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ facts, onDispatch: (dispatch) => seen.push(dispatch) });
  using recorded = step.make(gpu);
  gpu.flush();
  seen.length = 0; // what was uploaded and packed before is no part of a step
  recorded.program.run();
  return seen;
}

/** A column of seconds; `gap`: what lies between two dispatches. */
type Column = {
  title: string;
  seconds: (dispatch: SeenDispatch) => Seconds;
  gap: (count: number) => Seconds;
  /** Whether the steps' goals are for it. */
  goals: boolean;
};

function cardColumn(card: Card): Column {
  return {
    title: card.name.replace("NVIDIA ", ""),
    seconds: (dispatch) => dispatchSeconds(dispatch, card),
    gap: gaps,
    goals: card === CARDS.rtx4090,
  };
}

/** At the adapter's limits, each dispatch by itself: nothing can be faster. */
function limitColumn(limits: Pick<Limits, "flops" | "bytes">): Column {
  return {
    title: "at least, here",
    seconds: (dispatch) => {
      const { flop, bytes } = workOf(dispatch);
      const least = Math.max(flop / limits.flops, bytes / limits.bytes);
      return { low: least, high: least };
    },
    gap: () => ({ low: 0, high: 0 }),
    goals: false,
  };
}

/** A line a dispatch, a further one for each kernel that runs beside the first in it, and one for all. */
export function dispatchTable(seen: readonly SeenDispatch[], columns: readonly Column[]): string[] {
  const header = [
    "dispatch",
    "grid",
    "threads",
    "MB",
    "MFLOP",
    ...columns.map(({ title }) => title),
  ];
  const rows = seen.flatMap((dispatch) => {
    const { kernel, grid, workgroup } = dispatch, { flop, bytes, declared } = workOf(dispatch);
    const [first, ...beside] = kernelNames(kernel.label);
    const numbers = [
      grid.join(" x "),
      String(workgroup),
      (bytes / 1e6).toFixed(2),
      declared ? (flop / 1e6).toFixed(1) : "?",
      ...columns.map(({ seconds }) => microseconds(seconds(dispatch))),
    ];
    return [
      [first, ...numbers],
      ...beside.map((name) => [`  + ${name}`, ...numbers.map(() => "")]),
    ];
  });
  const works = seen.map(workOf),
    sum = (of: (work: typeof works[number]) => number) =>
      works.reduce((total, work) => total + of(work), 0);
  const all = [
    `${seen.length} dispatches and what lies between them`,
    "",
    "",
    (sum(({ bytes }) => bytes) / 1e6).toFixed(1),
    (sum(({ flop }) => flop) / 1e6).toFixed(0),
    ...columns.map((column) => microseconds(totalOf(seen, column))),
  ];
  return alignRows([header, ...rows, all]);
}

/** The kernels of a dispatch, each with its form and the constants that are not 0. */
function kernelNames(label: string): string[] {
  const buffers = / \([\d,; ]+\)\.main$/; // which of them are shared
  return label.replace(buffers, "").split(" + ").map((kernel) =>
    kernel.replace(/ ?(?!FORM)\b\w+=0\b/g, "").replace("[ ", "[").replace(" []", "")
  );
}

/** The whole step. */
function totalOf(seen: readonly SeenDispatch[], { seconds, gap }: Column): Seconds {
  return seen.map(seconds).reduce(
    (sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }),
    gap(seen.length),
  );
}

/** "low .. high us", or one number where both are the same. */
function microseconds({ low, high }: Seconds): string {
  const text = (seconds: number) => (1e6 * seconds).toFixed(seconds < 1e-5 ? 1 : 0);
  return low === high ? `${text(low)} us` : `${text(low)} .. ${text(high)} us`;
}

/** All steps on cards, or at the limits of this adapter, which are measured first. */
export async function dispatchLines(
  cards?: readonly Card[],
  steps = LISTED,
): Promise<string[]> {
  const { facts, columns, words } = cards ? onCards(cards) : await here();
  return steps.flatMap((step) => {
    const seen = dispatchesOf(step, facts);
    const totals = columns.map((column) => {
      const text = goalLine(totalOf(seen, column), column.goals ? step.goal : undefined);
      return `${column.title}: ${text}`;
    });
    return ["", step.name, ...dispatchTable(seen, columns), ...totals];
  }).concat("", words);
}

function onCards(cards: readonly Card[]) {
  return {
    facts: cardFacts(cards[0]),
    columns: cards.map(cardColumn),
    words: [
      "A model, not a measurement: it was never compared with a card. The first number has the latency " +
      "of the second level of cache and",
      "80 % of all issue slots for arithmetic, the second that of memory and 40 %. Peaks are those of data sheets: ",
      ...cards.map(({ name, source }) => `  ${name}: ${source}`),
    ],
  };
}

async function here() {
  using gpu = await openGpu();
  const { key, isCpu, subgroupSize, maxBinding } = gpu;
  const [chains, copy] = [await measureCeiling(gpu), await measureCopy(gpu)];
  const limits = { flops: chains.flop / chains.cpu, bytes: copy.bytes / copy.cpu };
  return {
    facts: { isCpu, subgroupSize, maxBinding },
    columns: [limitColumn(limits)],
    words: [
      `${key}: at least what operations take at ${
        (limits.flops / 1e9).toFixed(0)
      } GFLOP/s or bytes at ` +
      `${(limits.bytes / 1e9).toFixed(1)} GB/s, both measured now by CPU time.`,
    ],
  };
}

/** The step's goal beside the middle of the model's range. */
function goalLine(seconds: Seconds, goal?: number): string {
  const ms = (value: number) => `${(1e3 * value).toPrecision(3)} ms`;
  if (seconds.low === seconds.high) return ms(seconds.low);
  const found = `middle ${ms(middle(seconds))} (${ms(seconds.low)} .. ${ms(seconds.high)})`;
  if (goal === undefined) return found;
  return `${found}, goal ${ms(goal)}${middle(seconds) <= goal ? "" : ": MISSED"}`;
}
