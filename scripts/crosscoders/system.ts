/**
 * The system `crosscoders`: every recipe on a language model's activations and on planted features.
 * @module
 */
import { runCrosscoders } from "../../lib/crosscoder/run/pipeline.ts";
import { type CrosscodersResults, readCrosscoders } from "../../lib/crosscoder/run/results.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";
import { openTask, tasks } from "./tasks.ts";

export const crosscoders: System<CrosscodersResults> = {
  id: "crosscoders",
  title: "Crosscoders by recipe",
  writes: ["crosscoders/results.json", "crosscoders/models/batchtopk/config.json"],
  async prepare(options) {
    const { task, data } = await openTask(options), { cacheDir, onDamaged } = task;
    return async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runCrosscoders(gpu, task, data);
    };
  },
  tasks,
  read: readCrosscoders,
  plan,
  about({ preset, seed, adapter, settings }) {
    return { preset, seed, adapter, settings };
  },
  figures: FIGURES,
  section,
  tableRows,
  headlines: HEADLINES,
};
