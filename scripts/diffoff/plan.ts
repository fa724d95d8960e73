/** `replicate diffoff --plan`: what a seed costs, a cell, and the part of the work that is named. @module */
import {
  cellsOf,
  diffOffSettings,
  partOf,
  planDiffOff,
  planPairs,
  presetSeeds,
} from "../../lib/diff/diffoff/mod.ts";
import { METHODS } from "../../lib/diff/methods/list.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { Seconds } from "../../lib/gpu/card_time.ts";
import { planTable, range, total } from "../plan_text.ts";
import { type Timing, timingOf } from "../plan_timing.ts";
import type { PlanOptions } from "../system.ts";
import { countText } from "./words.ts";

/** Lines of text, with times of this adapter, which is measured for some two seconds, or of a card. */
export async function plan(
  gpu: Gpu,
  { preset, corpus, sweep, assumed, card }: PlanOptions,
): Promise<string[]> {
  const settings = diffOffSettings(preset, { grammar: corpus === undefined });
  const seeds = sweep.seeds ?? presetSeeds(preset);
  const phases = planDiffOff(settings, { methods: METHODS }), timing = await timingOf(gpu, card);
  const { low, high } = total(phases.map(timing.seconds)), { length } = seeds;
  const whole = { settings, seeds, methods: METHODS }, cells = cellsOf(whole);
  const own = partOf({ ...whole, shard: sweep.shard });
  return [
    timing.text,
    ...planTable(phases, { ...timing, assumed }),
    `The table is one seed's. ${cells.length} cells of ${countText(seeds.length, "seed")}, ${
      range({ low: low * length, high: high * length })
    } in all` +
    (sweep.shard
      ? `; part ${sweep.shard.index} of ${sweep.shard.of} is ${own.length} cells, ${
        range(partSeconds(own, { settings, timing }))
      }.`
      : "."),
  ];
}

/** Of the pairs whose cells these are; what pairs of a seed share counts with the first of all. */
function partSeconds(
  own: readonly { pair: string; seed: number }[],
  { settings, timing }: { settings: ReturnType<typeof diffOffSettings>; timing: Timing },
): Seconds {
  const pairs = planPairs(settings, { methods: METHODS });
  const keys = [...new Set(own.map(({ pair, seed }) => `${pair} ${seed}`))];
  return total(keys.flatMap((key) => {
    const { works } = pairs.find(({ pair }) => key.startsWith(`${pair} `))!;
    return works.map(timing.seconds);
  }));
}
