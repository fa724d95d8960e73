import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openGpu } from "../../../lib/gpu/open.ts";
import { readJson } from "../../../lib/io/files.ts";
import { trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { theoremName } from "../../../lib/proofs/run/groups.ts";
import { runProofs, type Trainer } from "../../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import type { ProofRow } from "../../../lib/proofs/run/results.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";

Deno.test("runProofs() goes on after a stop and ends with the bytes of an undisturbed run", async () => {
  const base = await Deno.makeTempDir();
  try {
    using gpu = await openGpu();
    const settings = {
      ...proofsSettings("smoke"),
      families: [{ K: 4, v: 5, seeds: 1 }, { K: 5, v: 4, seeds: 1 }],
      draws: { "sampled": 100, "sampled/N5": 100 },
      ablations: 50,
    };
    let calls = 0;
    const train: Trainer = async (config, { seeds, onLog }) => {
      if (++calls === 2) throw new Error("stopped");
      return await trainMaxOfK(gpu, config, { seeds, steps: 120, lr: 1e-2, onLog });
    };
    const task = (folder: string, cache: string) => ({
      ...{ settings, preset: "smoke", seed: 1, train },
      ...{ folder: join(base, folder), cacheDir: join(base, cache) },
    });
    await assertRejects(() => runProofs(gpu, task("a", "cache")), Error, "stopped");
    await runProofs(gpu, task("a", "cache"));
    assertEquals(calls, 3); // the first family was not trained again
    await runProofs(gpu, task("b", "other-cache"));
    const bytes = (folder: string) => Deno.readFile(join(base, folder, "proofs", "results.json"));
    assertEquals(await bytes("a"), await bytes("b"));
    const { models } = await readJson(join(base, "a", "proofs", "results.json"));
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
