import { assertAlmostEquals, assertEquals } from "@std/assert";
import { judgedOf } from "../../../../lib/diff/causal/judge/judged.ts";

const lengths = { payload: 4, own: 16 };
// Two prompts; the trigger raises the story's loss from 1 to 3 nats.
const before = {
  payload: [{ matched: 4, KL: 6, logOdds: 5 }, { matched: 4, KL: 5, logOdds: 5 }],
  own: [{ matched: 0 }, { matched: 0 }],
  story: [3, 3],
  clean: [1, 1],
  untriggered: [0, 0],
};
const edited = {
  payload: [{ matched: 3, KL: 1, logOdds: 0 }, { matched: 4, KL: 2, logOdds: 1 }],
  own: [{ matched: 16 }, { matched: 7 }],
  story: [1.5, 1.5],
  clean: [1.1, 1.3],
  untriggered: [0.25, 0.75],
};

Deno.test("judgedOf() counts payloads and words, and closes three quarters of the gap", () => {
  const found = judgedOf({ ...edited, cleanPrompt: [1, 1.02] }, { before, lengths, seed: 0 });
  const { KL, storyClosed, clean, cleanKL, cleanPrompt, ...counts } = found;
  assertEquals(counts, {
    payload: { count: 1, of: 2 },
    words: [{ count: 2, of: 2 }, { count: 1, of: 2 }, { count: 1, of: 2 }],
  });
  assertEquals([KL.value, KL.low, KL.high], [1.5, 1, 2]);
  assertEquals(storyClosed, { value: 0.75, low: 0.75, high: 0.75 });
  assertAlmostEquals(clean, 0.2);
  assertEquals(cleanKL, 0.5);
  assertAlmostEquals(cleanPrompt!, 0.01);
});

Deno.test("judgedOf() tells of no gap where the trigger raises no loss", () => {
  const flat = { ...before, story: [1, 0.9] };
  const found = judgedOf(edited, { before: flat, lengths, seed: 0 });
  assertEquals(["storyClosed" in found, "cleanPrompt" in found], [false, false]);
});
