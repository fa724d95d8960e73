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
import { measureRates, predictSeconds, type Rates } from "../../lib/tensor/rates.ts";
import { duration, planTable, ratesText } from "../plan_text.ts";
import type { PlanOptions } from "../system.ts";
import { countText } from "./words.ts";

/** Measures this adapter for some two seconds; lines of text. */
export async function plan(
  gpu: Gpu,
  { preset, corpus, sweep, assumed }: PlanOptions,
): Promise<string[]> {
  const settings = diffOffSettings(preset, { grammar: corpus === undefined });
  const seeds = sweep.seeds ?? presetSeeds(preset);
  const phases = planDiffOff(settings, { methods: METHODS }), rates = await measureRates(gpu);
  const seconds = phases.reduce((sum, phase) => sum + predictSeconds(phase, rates), 0);
  const whole = { settings, seeds, methods: METHODS }, cells = cellsOf(whole);
  const own = partOf({ ...whole, shard: sweep.shard });
  return [
    ratesText(gpu.key, rates),
    ...planTable(phases, { rates, assumed }),
    `The table is one seed's. ${cells.length} cells of ${countText(seeds.length, "seed")}, ${
      duration(seconds * seeds.length)
    } in all` +
    (sweep.shard
      ? `; part ${sweep.shard.index} of ${sweep.shard.of} is ${own.length} cells, ${
        duration(partSeconds(own, { settings, rates }))
      }.`
      : "."),
  ];
}

/** Of the pairs whose cells these are; what pairs of a seed share counts with the first of all. */
function partSeconds(
  cells: readonly { pair: string; seed: number }[],
  { settings, rates }: { settings: ReturnType<typeof diffOffSettings>; rates: Rates },
): number {
  const own = new Set(cells.map(({ pair, seed }) => `${pair} ${seed}`));
  const pairs = planPairs(settings, { methods: METHODS });
  return [...own].reduce((sum, key) => {
    const { works } = pairs.find(({ pair }) => key.startsWith(`${pair} `))!;
    return works.reduce((sum, work) => sum + predictSeconds(work, rates), sum);
  }, 0);
}
