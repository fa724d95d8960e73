/** `replicate diffoff --plan`: what a seed costs, a cell, and the part of the work that is named. @module */
import {
  cellsOf,
  diffOffSettings,
  planDiffOff,
  presetSeeds,
  shardOf,
} from "../../lib/diff/diffoff/mod.ts";
import { METHODS } from "../../lib/diff/methods/list.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { measureRates, predictSeconds } from "../../lib/tensor/rates.ts";
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
  const cells = cellsOf({ seeds, methods: METHODS });
  const own = sweep.shard ? shardOf(cells, sweep.shard) : cells;
  const each = seconds * seeds.length / cells.length;
  return [
    ratesText(gpu.key, rates),
    ...planTable(phases, { rates, assumed }),
    `The table is one seed's. ${cells.length} cells of ${countText(seeds.length, "seed")}, ${
      duration(each)
    } a cell on average, ${duration(seconds * seeds.length)} in all` +
    (sweep.shard
      ? `; part ${sweep.shard.index} of ${sweep.shard.of} is ${own.length} cells, ${
        duration(each * own.length)
      }.`
      : "."),
  ];
}
