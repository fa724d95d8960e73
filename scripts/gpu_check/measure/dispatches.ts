/** Each dispatch of whole training steps beside the time model. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import type { SeenDispatch } from "../../../lib/gpu/stand_in.ts";
import { dispatchesOf, LISTED, type ListedStep } from "../../bench/dispatches.ts";
import type { Row } from "../results.ts";
import { factsOf, type Predictor, predictorOf, total } from "./predict.ts";
import { clockName, dispatchSeconds, runSeconds } from "./timing.ts";

/** Kernels of a step that readers are shown, those that take longest first. */
const SHOWN = 15;

/** Dispatches of one kernel over one grid. */
type Same = { count: number; predicted: number; measured: number };

/** Steps of training, so that something is there early. */
export const SHORTEST_FIRST: readonly ListedStep[] = [...LISTED].sort((a, b) =>
  (a.goal ?? Infinity) - (b.goal ?? Infinity)
);

export async function* dispatchRows(): AsyncGenerator<Row> {
  using gpu = await openGpu();
  const predictor = await predictorOf(gpu);
  yield { name: "times by", text: clockName(gpu) };
  yield { name: "predictions by", text: predictor.source };
  for (const step of SHORTEST_FIRST) {
    const seen = dispatchesOf(step, factsOf(gpu));
    yield* stepRows(gpu, { step, seen, predicted: total(seen, predictor), predictor });
  }
}

async function* stepRows(
  gpu: Gpu,
  { step, seen, predicted, predictor }: {
    step: ListedStep;
    seen: readonly SeenDispatch[];
    predicted: number;
    predictor: Predictor;
  },
): AsyncGenerator<Row> {
  using recorded = step.make(gpu);
  const { program } = recorded, group = step.name;
  const seconds = await runSeconds(program);
  const flops = recorded.flop / seconds;
  yield { group, name: "step", predicted, measured: seconds, unit: "s", note: rateText(flops) };
  const each = await dispatchSeconds(program);
  if (each.length !== seen.length) {
    throw new Error(
      `Cannot compare ${group}: expected ${seen.length} dispatches as the stand-in records them but found ` +
        `${each.length}: the stand-in takes another branch than this adapter`,
    );
  }
  const sum = each.reduce((all, one) => all + one, 0);
  yield {
    group,
    name: `${each.length} dispatches, each by itself`,
    predicted: predicted - seen.length * predictor.gap,
    measured: sum,
    unit: "s",
  };
  const kernels = new Map<string, Same>();
  for (const [i, dispatch] of seen.entries()) {
    const name = `${dispatch.kernel.label}, ${dispatch.grid.join(" x ")}`;
    const expected = predictor.dispatch(dispatch);
    const { count, predicted, measured } = kernels.get(name) ??
      { count: 0, predicted: 0, measured: 0 };
    kernels.set(name, {
      count: count + 1,
      predicted: predicted + expected,
      measured: measured + each[i],
    });
    yield {
      group,
      name: `${i}: ${name}`,
      predicted: expected,
      measured: each[i],
      unit: "s",
      detail: true,
    };
  }
  const longest = [...kernels].sort(([, a], [, b]) => b.measured - a.measured).slice(0, SHOWN);
  for (const [name, { count, predicted, measured }] of longest) {
    const share = (100 * measured / sum).toFixed(0);
    const note = `${share} % of the step`;
    yield { group, name: `${count} of ${name}`, predicted, measured, unit: "s", note };
  }
}

function rateText(flops: number): string {
  return `${(flops / 1e9).toFixed(0)} GFLOP/s`;
}
