import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { openGpu } from "../../lib/gpu/device.ts";
import { choicesOf } from "../../lib/gpu/tuning.ts";
import { variantOf } from "../../lib/tensor/ops/product_plan.ts";
import { tune } from "../../lib/tensor/tune.ts";

Deno.test("tune() chooses once for an adapter and reads its choice from the folder afterwards", async () => {
  const cacheDir = await Deno.makeTempDir();
  try {
    using first = await openGpu();
    await tune(first, { cacheDir });
    const choices = choicesOf(first);
    assertEquals(Object.keys(choices).length, first.isCpu ? 2 : 6);
    const [file] = Deno.readDirSync(cacheDir);
    const path = join(cacheDir, file.name);
    const stored = JSON.parse(Deno.readTextFileSync(path));
    assertEquals([stored.key, stored.choices], [first.key, choices]);

    // A choice that no run would make shows that the file is read and used.
    stored.choices["product NT large"] = "tiled64";
    Deno.writeTextFileSync(path, JSON.stringify(stored));
    using second = await openGpu();
    await tune(second, { cacheDir });
    assertEquals(variantOf(second, "NT", { m: 512, n: 512, k: 512 }), "tiled64");

    // Another adapter's file, or a damaged one, is not used.
    Deno.writeTextFileSync(path, JSON.stringify({ ...stored, key: "another" }));
    using third = await openGpu();
    await tune(third, { cacheDir });
    assertEquals(choicesOf(third)["product NT large"] === "tiled64", false);
    assertEquals(JSON.parse(Deno.readTextFileSync(path)).key, third.key);
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
});
