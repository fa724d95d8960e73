/**
 * The system `diffoff`: which method of model diffing finds a planted backdoor, and are the stages
 * worth their cost?
 *
 * Every method of lib/diff/methods is put on nine pairs of models, five of which have nothing to find.
 * The truth is what removing each direction does: latents of every dictionary are ablated where they
 * fire, those of two models too, and vectors are projected out of all sites together. A list stops the
 * backdoor with k directions where removing its first k together leaves at most 5 % of the payloads and
 * costs at most 0.12 nats of KL on clean prompts. Where too few seeds have a k, lists are compared by
 * the share of the KL between answers with and without the trigger that their first 1 to 20 directions
 * close at that cost. Dictionaries of two models are trained with the FLOPs of S alone or fewer. The
 * rule of decision (lib/diff/diffoff/rule.ts) and the predictions (predictions.ts) were written down
 * before the first full run, after a look at seed 0. Parts of a run may share one cache on machines of
 * one adapter.
 *
 * @module
 */
import {
  type DiffOffResults,
  gatherDiffOff,
  readDiffOff,
  RESULTS_FILE,
  runDiffOff,
} from "../../lib/diff/diffoff/mod.ts";
import { tune } from "../../lib/tensor/tune.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { ANSWERS, HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";
import { taskOf, tasks } from "./tasks.ts";

export const diffoff: System<DiffOffResults> = {
  id: "diffoff",
  title: "The diff-off",
  writes: [RESULTS_FILE],
  corpus: "stories",
  sweeps: true,
  named: true,
  prepare({ folder, ...options }) {
    const task = taskOf(options), { cacheDir, onDamaged } = task;
    return Promise.resolve(async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runDiffOff(gpu, task);
      await gatherDiffOff(gpu, folder, task);
    });
  },
  tasks,
  read: readDiffOff,
  plan,
  about({ preset, seeds, adapter, settings, corpus }) {
    return { preset, seed: seeds[0], seeds, adapter, corpus, settings };
  },
  figures: FIGURES,
  section,
  tableRows,
  headlines: HEADLINES,
  answers: ANSWERS,
};
