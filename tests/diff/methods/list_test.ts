// What all methods have in common: names, what they refuse, and that a seed is all they depend on.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { scratchKeep } from "../../../lib/diff/methods/keep.ts";
import { methodOf, METHODS } from "../../../lib/diff/methods/list.ts";
import { methodSettings } from "../../../lib/diff/methods/settings.ts";
import { PRESETS } from "../../../lib/diff/settings/presets.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

Deno.test("methods have names of their own, and are found by them", () => {
  const names = METHODS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertEquals(methodOf(name).name, name);
  assertThrows(() => methodOf("svd\n"), RangeError, 'but found "svd\\n"');
});

Deno.test("every method takes the settings of every preset, refuses others, and unlike models", async () => {
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

Deno.test("every method gives the same list again, best first, at a cost, and refuses text that it lacks", async () => {
  await using once = await scratchKeep();
  await using again = await scratchKeep();
  const pair = makePair(gpu, (weights) => {
    for (const { data, shape } of Object.values(weights)) {
      if (shape.length === 2) data.forEach((_, i) => data[i] += 0.05 * Math.sin(i));
    }
  });
  const lacking = { ...pair, text: { base: pair.text.base, other: [] } };
  for (const method of METHODS) {
    const options = { settings: TINY, seed: 0, keep: once.keep };
    const found = await method.find(pair, options);
    const { directions, scores, cost, coder } = found;
    assert(directions.length > 0 && scores.length === directions.length, method.name);
    assert(scores.every((score, i) => i === 0 || scores[i - 1] >= score), method.name);
    assert(coder === undefined || coder.config.folded, method.name);
    assert(cost.flops >= 0 && cost.bytes >= 0);
    const { read, ...list } = await method.find(pair, { ...options, keep: again.keep });
    const { read: before, ...first } = found;
    assertEquals(list, first);
    assertEquals(read === undefined, before === undefined);
    const find = () => method.find(lacking, options);
    if (method.needs.length > 0) {
      await assertRejects(
        find,
        RangeError,
        `Cannot diff models by ${method.name}: expected text.other`,
      );
    } else await find();
  }
});

Deno.test("a method that knows the trigger refuses a pair of which nobody knows it", async () => {
  const pair = makePair(gpu), { base, other } = pair.text;
  for (const name of ["rates-DF", "rates-MF"]) {
    await assertRejects(
      () => methodOf(name).find({ ...pair, text: { base, other } }, { settings: TINY, seed: 0 }),
      RangeError,
      `Cannot diff models by ${name}: expected text.triggered, the sequences that have the trigger, but found none`,
    );
  }
});
