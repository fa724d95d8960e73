// Sizes of next to nothing: what counts is that every part runs, is found again, and gives the same bytes.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { loadCrosscoder } from "../../../lib/crosscoder/coder.ts";
import { prepareSequences } from "../../../lib/crosscoder/run/data.ts";
import { runCrosscoders } from "../../../lib/crosscoder/run/pipeline.ts";
import {
  COMPARED,
  type CrosscodersSettings,
  crosscodersSettings,
} from "../../../lib/crosscoder/run/presets.ts";
import { readCrosscoders } from "../../../lib/crosscoder/run/results.ts";
import { crosscodersTasks, runCrosscodersTask } from "../../../lib/crosscoder/run/tasks.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { openGpu } from "../../../lib/gpu/open.ts";

const { d_vocab: _, ...SIZES } = gptNeoConfig({
  d_vocab: 1,
  d_model: 8,
  n_layers: 1,
  n_heads: 2,
  n_ctx: 32,
});

function tiny(): CrosscodersSettings {
  const settings = crosscodersSettings("smoke");
  const one = Object.entries(settings.levels).map(([recipe, levels]) => [recipe, [levels[0]]]);
  return {
    ...settings,
    records: 300,
    heldOut: 20,
    d_vocab: 300,
    model: { ...settings.model, ...SIZES },
    pretrain: { steps: 2, batch: 2, sequenceLength: 32, lr: 1e-3 },
    sequences: 16,
    evaluated: 4,
    seeds: 1,
    d_sae: 16,
    widths: [8],
    training: { steps: 4, batch: 32, lr: 1e-2 },
    levels: Object.fromEntries(one) as CrosscodersSettings["levels"],
    planted: {
      ...settings.planted,
      task: { ...settings.planted.task, n_features: 16 },
      d_sae: 16,
      training: { steps: 4, batch: 32, lr: 1e-2 },
      evaluated: 64,
    },
  };
}

Deno.test("runCrosscoders() trains every recipe once, and leaves the same bytes again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-crosscoders-" });
  try {
    using gpu = await openGpu();
    const settings = tiny(), phases: string[] = [];
    const onPhase = (name: string) => phases.push(name);
    const common = { settings, preset: "smoke", seed: 0, cacheDir: join(folder, "cache"), onPhase };
    await Deno.mkdir(common.cacheDir);
    const first = join(folder, "first"), again = join(folder, "again");
    const task = { ...common, folder: first }, data = await prepareSequences(settings, { seed: 0 });
    for (const { name } of crosscodersTasks(settings)) { // as several processes make it
      const before = phases.length;
      await runCrosscodersTask(gpu, name, { task, data });
      assertEquals(phases.length - before, name.startsWith("planted") ? COMPARED.length : 1, name);
    }
    assertEquals(phases.length, 1 + COMPARED.length + 1 + COMPARED.length);
    assertEquals(new Set(phases).size, phases.length, "two trainings with one name");
    await runCrosscoders(gpu, { ...common, folder: first });
    assertEquals(phases.length, 1 + COMPARED.length + 1 + COMPARED.length);
    const results = await readCrosscoders(first);
    assertEquals(results.coders.length, COMPARED.length + 1);
    const [{ flops }] = results.coders; // 128 rows of 16 numbers, 16 latents, five products
    assertEquals(flops, 128 * 10 * 16 * 16);
    assertEquals(results.planted.map(({ recipe }) => recipe), [...COMPARED, "random"]);
    for (const recipe of COMPARED) {
      const { config } = await loadCrosscoder(join(first, "crosscoders", "models", recipe));
      assertEquals([config.recipe, config.folded], [recipe, true]);
    }
    phases.length = 0;
    await runCrosscoders(gpu, { ...common, folder: again });
    assertEquals(phases, []);
    const text = (folder: string) => Deno.readTextFile(join(folder, "crosscoders", "results.json"));
    assertEquals(await text(again), await text(first));
    await assertRejects(
      () =>
        runCrosscoders(gpu, { ...common, folder: first, settings: { ...settings, widths: [16] } }),
      RangeError,
      "that differ from one another and from d_sae",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
