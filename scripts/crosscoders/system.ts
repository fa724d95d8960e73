/**
 * The system `crosscoders`: every recipe on a language model's activations and on planted features.
 * @module
 */
import { prepareSequences } from "../../lib/crosscoder/run/data.ts";
import { runCrosscoders } from "../../lib/crosscoder/run/pipeline.ts";
import { crosscodersSettings } from "../../lib/crosscoder/run/presets.ts";
import { type CrosscodersResults, readCrosscoders } from "../../lib/crosscoder/run/results.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const crosscoders: System<CrosscodersResults> = {
  id: "crosscoders",
  title: "Crosscoders by recipe",
  writes: ["crosscoders/results.json", "crosscoders/models/batchtopk/config.json"],
  async prepare({ preset, seed, folder, cacheDir, progress }) {
    const settings = crosscodersSettings(preset);
    const data = await prepareSequences(settings, { seed });
    const { onPhase, onLog, onDamaged } = progress;
    const task = { settings, preset, seed, folder, cacheDir, onPhase, onLog, onDamaged };
    return async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runCrosscoders(gpu, task, data);
    };
  },
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
