import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openGpu } from "../../../lib/gpu/open.ts";
import { readJson } from "../../../lib/io/files.ts";
import { trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { theoremName } from "../../../lib/proofs/run/groups.ts";
import { proofsPieces, runProofsPiece } from "../../../lib/proofs/run/pieces.ts";
import { runProofs } from "../../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import type { LargerResult, ProofRow, TaskResult } from "../../../lib/proofs/run/results.ts";
import type { Trainer } from "../../../lib/proofs/run/train_models.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { TASKS } from "../../../lib/proofs/tasks/mod.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";

Deno.test("runProofs() goes on after a stop and ends with the bytes of an undisturbed run", async () => {
  const base = await Deno.makeTempDir();
  try {
    using gpu = await openGpu();
    const settings = {
      ...proofsSettings("smoke"),
      families: [{ K: 4, v: 5, seeds: 1 }, { K: 5, v: 4, seeds: 1 }],
      draws: { "sampled": 100, "sampled/N5": 100 },
      tasks: [{ task: "second", K: 3, v: 4, seeds: 1 }],
      larger: [{ K: 4, v: 5, d_model: 12, seeds: 1 }],
      ablations: 50,
    };
    let calls = 0;
    const train: Trainer = async (config, { seeds, task, onLog }) => {
      if (++calls === 2) throw new Error("stopped");
      return await trainMaxOfK(gpu, config, { seeds, task, steps: 120, lr: 1e-2, onLog });
    };
    const task = (folder: string, cache: string) => ({
      ...{ settings, preset: "smoke", seed: 1, train },
      ...{ folder: join(base, folder), cacheDir: join(base, cache) },
    });
    await assertRejects(() => runProofs(gpu, task("a", "cache")), Error, "stopped");
    await runProofs(gpu, task("a", "cache"));
    assertEquals(calls, 5); // the first family was not trained again
    const other = { ...task("b", "other-cache"), cores: 1 }; // as several processes make it, and found by one
    for (const { name } of proofsPieces(settings)) await runProofsPiece(gpu, name, other);
    assertEquals(calls, 9);
    await runProofs(gpu, { ...other, onPhase: (name) => assertEquals(name, "nothing") });
    const bytes = (folder: string) => Deno.readFile(join(base, folder, "proofs", "results.json"));
    assertEquals(await bytes("a"), await bytes("b"));
    const { models, tasks, larger } = await readJson(join(base, "a", "proofs", "results.json"));
    assertEquals(tasks.map(({ id }: TaskResult) => id), ["second-K3-v4-seed1000"]);
    for (const { id, task, right, rows } of tasks as TaskResult[]) {
      const model = await loadMaxOfK(join(base, "a", "proofs", "models", id, "model.safetensors"));
      const { answer } = TASKS.find(({ name }) => name === task)!;
      assertEquals(bruteForceTiny(makeTables(model), answer).count, right);
      assertEquals(rows.map(({ strategy }) => strategy), ["N4", "N4-partition", "N5"]);
      for (const { bound, atMost = 1 } of rows) {
        assert(bound * 64 <= right && right <= atMost * 64);
      }
    }
    const [wide] = larger as LargerResult[];
    assertEquals([wide.id, wide.d_model], ["K4-v5-d12-seed1000", 12]);
    const path = join(base, "a", "proofs", "models", wide.id, "model.safetensors");
    const right = bruteForceTiny(makeTables(await loadMaxOfK(path))).count;
    assertEquals(wide.rows.map(({ strategy }) => strategy), ["cubic", "N4", "N5", "N5"]);
    for (const { certified, bytes } of wide.rows) {
      assert(Number(certified) <= right && bytes > 300);
    }
    assert(Math.abs(wide.accuracy.value - right / 625) <= 6 * wide.accuracy.standardError);
    assertEquals(models.map(({ id }: { id: string }) => id), ["K4-v5-seed1000", "K5-v4-seed1000"]);
    for (const { id, rows, accuracy } of models) {
      const inEvery = rows.filter((row: ProofRow) => row.everyFloat32);
      assertEquals(inEvery.map(theoremName), [
        ...["cubic", "N4-partition, G = 64", "N5, G = 32, g_max 4", "N5, G = 64, g_max 6"],
      ]);
      assertEquals(Object.keys(inEvery[0].everyFloat32).sort(), ["ieee", "tf32", "wgsl"]);
      const model = await loadMaxOfK(join(base, "a", "proofs", "models", id, "model.safetensors"));
      assertEquals(bruteForceTiny(makeTables(model)).count, accuracy.right);
      for (const { strategy, bound, certified, everyFloat32 = {} } of rows) {
        if (strategy.startsWith("published/")) continue;
        for (const n of Object.values(everyFloat32)) {
          assert(
            Number(n) <= accuracy.right && (strategy !== "cubic" || Number(n) <= Number(certified)),
          );
        }
        assert(bound <= accuracy.value, `${id} ${strategy}: ${bound} > ${accuracy.value}`);
      }
    }
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
