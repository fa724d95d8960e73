import { assertAlmostEquals, assertEquals } from "@std/assert";
import { judgedOf } from "../../../../lib/diff/run/causal/judged.ts";

const lengths = { payload: 4, own: 16 };
// Two prompts; the trigger raises the story's loss from 1 to 3 nats.
const before = {
  payload: [{ matched: 4, KL: 6 }, { matched: 4, KL: 5 }],
  own: [0, 0],
  story: [3, 3],
  clean: [1, 1],
  cleanPrompt: [1, 1],
};
const edited = {
  payload: [{ matched: 3, KL: 1 }, { matched: 4, KL: 2 }],
  own: [16, 7],
  story: [1.5, 1.5],
  clean: [1.1, 1.3],
  cleanPrompt: [1, 1.02],
};

Deno.test("judgedOf() counts payloads and words, and closes three quarters of the gap", () => {
  const { KL, gap, clean, cleanPrompt, ...counts } = judgedOf(edited, { before, lengths, seed: 0 });
  assertEquals(counts, {
    payload: { count: 1, of: 2 },
    words: [{ count: 2, of: 2 }, { count: 1, of: 2 }, { count: 1, of: 2 }],
  });
  assertEquals([KL.value, KL.low, KL.high], [1.5, 1, 2]);
  assertEquals(gap, { value: 0.75, low: 0.75, high: 0.75 });
  assertAlmostEquals(clean, 0.2);
  assertAlmostEquals(cleanPrompt, 0.01);
});

Deno.test("judgedOf() tells of no gap where the trigger raises no loss", () => {
  const flat = { ...before, story: [1, 0.9] };
  assertEquals("gap" in judgedOf(edited, { before: flat, lengths, seed: 0 }), false);
});
