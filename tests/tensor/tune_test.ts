import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openGpu } from "../../lib/gpu/open.ts";
import { choicesOf, fastest, loadChoices } from "../../lib/gpu/tuning.ts";
import { having, oneOf } from "../../lib/io/form.ts";
import { planOf, VARIANTS } from "../../lib/tensor/ops/matmul/plan.ts";
import { tune } from "../../lib/tensor/tune.ts";

Deno.test("tune() chooses once for an adapter and reads its choice from the folder afterwards", async () => {
  const cacheDir = await Deno.makeTempDir();
  try {
    using first = await openGpu();
    await tune(first, { cacheDir });
    const choices = choicesOf(first);
    assertEquals(Object.keys(choices).length, first.isCpu ? 1 : 14);
    const [file] = Deno.readDirSync(cacheDir);
    const path = join(cacheDir, file.name);
    const stored = JSON.parse(Deno.readTextFileSync(path));
    assertEquals([stored.key, stored.choices], [first.key, choices]);

    // A choice that no run would make shows that the file is read and used.
    const [name] = Object.keys(choices);
    stored.choices[name] = "tiled64x64";
    Deno.writeTextFileSync(path, JSON.stringify(stored));
    using second = await openGpu();
    await tune(second, { cacheDir });
    assertEquals(planOf(second, "NT", { m: 256, n: 512, k: 1024 }).variant, "tiled64x64");

    // Another adapter's file, or a damaged one, is not used, and that is said.
    const said: string[] = [];
    const damages = [
      JSON.stringify({ ...stored, key: "another" }),
      JSON.stringify(stored).slice(0, -9),
      ...[null, {}, "panels", { [name]: "panel" }]
        .map((choices) => JSON.stringify({ ...stored, choices })),
    ];
    using third = await openGpu();
    const load = () => loadChoices(third, cacheDir, { form, onDamaged: (text) => said.push(text) });
    const form = having({ [name]: oneOf(VARIANTS) });
    for (const text of damages) {
      Deno.writeTextFileSync(path, text);
      assertEquals([await load(), choicesOf(third)], [false, {}], text);
    }
    assertEquals(said.length, damages.length);
    assertStringIncludes(said[0], `Cannot use ${path}: expected the kernels that were chosen for`);
    await tune(third, { cacheDir, onDamaged: (text) => said.push(text) });
    assertEquals(said.length, damages.length + 1);
    assertEquals(choicesOf(third)[name] === "tiled64x64", false);
    assertEquals(JSON.parse(Deno.readTextFileSync(path)).choices, choicesOf(third));

    // Choices that an older version wrote are no damage.
    Deno.writeTextFileSync(path, JSON.stringify({ ...stored, version: 0 }));
    assertEquals([await load(), said.length], [false, damages.length + 1]);
    Deno.removeSync(path);
    assertEquals([await load(), said.length], [false, damages.length + 1]);
  } finally {
    await Deno.remove(cacheDir, { recursive: true });
  }
});

Deno.test("fastest() keeps the first of several candidates unless another is surely faster", () => {
  assertEquals(fastest([[1, 1.2], [0.9, 1.1]]), 0, "within the noise");
  assertEquals(fastest([[1, 1.2], [0.8, 0.9], [0.7, 0.8], [0.1, 2]]), 2);
  assertEquals(fastest([[]]), 0, "a single candidate is not run");
});
