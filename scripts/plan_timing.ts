/** What the times of a plan are by: rates of this adapter, measured now, or the model of a card. @module */
import type { Seconds } from "../lib/gpu/card_time.ts";
import type { Card } from "../lib/gpu/cards.ts";
import type { Gpu } from "../lib/gpu/gpu.ts";
import { cardSeconds } from "../lib/tensor/card_seconds.ts";
import { measureRates, type PlannedWork, predictSeconds } from "../lib/tensor/rates.ts";
import { ratesText, total } from "./plan_text.ts";

/** The line that says so, the heading of a column of times, and what is in it. */
export type Timing = { text: string; title: string; seconds: (work: PlannedWork) => Seconds };

/** Measures this adapter for some two seconds where no card is named. */
export async function timingOf(gpu: Gpu, card?: Card): Promise<Timing> {
  if (card) {
    return {
      text:
        `${card.name}: by a model that no card was compared with, from its best to its worst case`,
      title: card.name.replace("NVIDIA ", ""),
      seconds: (work) => cardSeconds(work, card),
    };
  }
  const rates = await measureRates(gpu);
  return {
    text: ratesText(gpu.key, rates),
    title: "time here",
    seconds(work) {
      const seconds = predictSeconds(work, rates);
      return { low: seconds, high: seconds };
    },
  };
}

/** The same for tasks, by their names: all that each is planned to do. */
export function taskSeconds(
  works: Iterable<readonly [string, readonly PlannedWork[]]>,
  { seconds }: Timing,
): Map<string, Seconds> {
  return new Map([...works].map(([name, own]) => [name, total(own.map(seconds))]));
}
