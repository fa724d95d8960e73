/** What the time model expects of work on this adapter, before it is measured. @module */
import { dispatchSeconds, gaps, middle } from "../../../lib/gpu/card_time.ts";
import { type Card, CARDS } from "../../../lib/gpu/cards.ts";
import type { DeviceFacts } from "../../../lib/gpu/device.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { type SeenDispatch, standInGpu } from "../../../lib/gpu/stand_in.ts";
import { workOf } from "../../../lib/gpu/work.ts";
import { measureCeiling, measureCopy } from "../../bench/limits.ts";
import { secondsIn } from "./timing.ts";

/** Seconds of one dispatch, and what lies between two; `source`: whose word it is. */
export type Predictor = {
  source: string;
  dispatch: (seen: SeenDispatch) => number;
  gap: number;
};

/** The card by its name; for an adapter that the model does not know, what its own limits allow. */
export async function predictorOf(gpu: Gpu): Promise<Predictor> {
  const card = cardOf(gpu.description);
  if (card !== undefined) {
    return {
      source: `the model of ${card.name}`,
      dispatch: (seen) => middle(dispatchSeconds(seen, card)),
      gap: middle(gaps(1)),
    };
  }
  const chains = await measureCeiling(gpu), copy = await measureCopy(gpu);
  const flops = chains.flop / secondsIn(gpu, chains), bytes = copy.bytes / secondsIn(gpu, copy);
  return {
    source: "the limits of this adapter, which nothing can beat",
    dispatch: (seen) => {
      const work = workOf(seen);
      return Math.max(work.flop / flops, work.bytes / bytes);
    },
    gap: 0,
  };
}

/** One after the other. */
export function total(seen: readonly SeenDispatch[], { dispatch, gap }: Predictor): number {
  return seen.reduce((sum, one) => sum + dispatch(one) + gap, 0);
}

/** The card that an adapter's description names. */
export function cardOf(description: string): Card | undefined {
  const words = description.toUpperCase().split(/[^A-Z0-9]+/);
  const named = (key: string) => words.includes(key.toUpperCase().replace("RTX", ""));
  const key = Object.keys(CARDS).find(named);
  return key === undefined ? undefined : CARDS[key];
}

/** What decides which kernels run: a stand-in with the same gets the same dispatches. */
export function factsOf({ isCpu, subgroupSize, maxBinding }: Gpu): Partial<DeviceFacts> {
  return { isCpu, subgroupSize, maxBinding };
}

/** What this adapter would be asked to run. */
export function dispatchesIn(gpu: Gpu, work: (standIn: Gpu) => void): SeenDispatch[] {
  const seen: SeenDispatch[] = [];
  using standIn = standInGpu({
    facts: factsOf(gpu),
    onDispatch: (dispatch) => seen.push(dispatch),
  });
  work(standIn);
  standIn.flush();
  return seen;
}
