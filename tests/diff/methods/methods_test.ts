// What all methods have in common: names, what they refuse, and that a seed is all they depend on.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { methodOf, METHODS } from "../../../lib/diff/methods/mod.ts";
import { methodSettings } from "../../../lib/diff/methods/settings.ts";
import { PRESETS } from "../../../lib/diff/run/presets.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { makePair, TINY } from "./pairs.ts";

Deno.test("methods have names of their own, and are found by them", () => {
  const names = METHODS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertEquals(methodOf(name).name, name);
  assertThrows(() => methodOf("svd\n"), RangeError, 'but found "svd\\n"');
});

Deno.test("every method takes the settings of every preset, refuses others, and unlike models", async () => {
  using gpu = await openGpu();
  const pair = makePair(gpu), wide = makePair(gpu, () => {}, { d_model: 12 });
  for (const method of METHODS) {
    const find = (given: typeof pair, settings = TINY) => method.find(given, { settings, seed: 0 });
    const named = `Cannot diff models by ${method.name}: `;
    await assertRejects(
      () => find(pair, { ...TINY, listed: 0 }),
      RangeError,
      `${named}expected settings.listed`,
    );
    await assertRejects(
      () => find(wide),
      RangeError,
      `${named}expected models of one kind and size but found d_model 8`,
    );
    const strange = { ...pair, text: { ...pair.text, base: [Uint32Array.of(99)] } };
    await assertRejects(() => find(strange), RangeError, "text.base");
  }
  for (const preset of PRESETS) assert(methodSettings(preset).listed > 0);
});
