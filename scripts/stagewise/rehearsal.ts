/**
 * `replicate stagewise --rehearse`: every phase at the run's own shapes for a few steps; what each
 * took, what the whole would take by that, and what the plan predicts.
 * @module
 */
import { join } from "node:path";
import { planStagewise } from "../../lib/diff/run/plan.ts";
import { rehearsalSettings } from "../../lib/diff/run/rehearsal_settings.ts";
import { rehearse } from "../../lib/diff/run/rehearse.ts";
import { chosenSettings, readSources } from "../../lib/diff/run/sources.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { withScratch } from "../../lib/io/scratch.ts";
import {
  measureRates,
  type PlannedWork,
  predictSeconds,
  type Rates,
} from "../../lib/tensor/rates.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { ratesText } from "../plan_text.ts";
import type { RehearsalOptions } from "../system.ts";
import { rehearsalInputs } from "./rehearsal_inputs.ts";
import { rehearsalTable } from "./rehearsal_table.ts";

/** Lines of text. What it writes lies in a folder of its own, which is gone afterwards. */
export async function rehearsal(gpu: Gpu, options: RehearsalOptions): Promise<string[]> {
  const { seed, cacheDir, progress, preset, choices, assumed } = options;
  const rates = await measureRates(gpu);
  await tune(gpu, { cacheDir, onDamaged: progress.onDamaged });
  const made = { kind: "rehearsal", inputs: { preset, seed } };
  return await withScratch(cacheDir, made, async (folder) => {
    const { sources, notes } = await rehearsalInputs(gpu, { ...options, folder });
    const { onNote, onProgress, ...followed } = progress;
    const asked = { ...choices, preset, seed, ...sources, onNote, onProgress };
    const { settings: whole, model } = await chosenSettings(asked);
    const planned = planStagewise(whole);
    const settings = rehearsalSettings(whole, (phase) => stepSeconds(planned, { phase, rates }));
    const begun = performance.now();
    const { corpus, data } = await readSources({ settings, model }, asked);
    const preparation = (performance.now() - begun) / 1000 / corpus.records.length * whole.records;
    const { onPhase, onLog, onDamaged } = followed;
    const run = {
      corpus,
      settings,
      model,
      seed,
      cacheDir: join(folder, "cache"),
      onPhase,
      onLog,
      onDamaged,
    };
    await Deno.mkdir(run.cacheDir);
    const phases = await rehearse(gpu, { run, data, whole });
    progress.finish();
    const both = meanRates(rates, await measureRates(gpu)); // a shared machine's speed changes
    return [
      ratesText(gpu.key, both),
      ...notes,
      ...rehearsalTable(phases, { planned, rates: both, assumed, preparation }),
    ];
  });
}

/** Rates under which work takes as long as in the mean of two. */
function meanRates(first: Rates, second: Rates): Rates {
  const mean = (key: keyof Rates) => 2 / (1 / first[key] + 1 / second[key]);
  return {
    flops: mean("flops"),
    bytes: mean("bytes"),
    launches: mean("launches"),
    waits: mean("waits"),
  };
}

/** What the plan thinks that one step of a phase takes here. */
function stepSeconds(
  planned: readonly PlannedWork[],
  { phase, rates }: { phase: string; rates: Rates },
): number {
  const work = planned.find(({ name }) => name === phase);
  return work ? predictSeconds(work, rates) / work.steps : 1;
}
