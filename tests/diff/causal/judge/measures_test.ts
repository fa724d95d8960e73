// Measures of made-up outcomes.
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Answers } from "../../../../lib/diff/causal/judge/answers.ts";
import { measuresOf } from "../../../../lib/diff/causal/judge/measures.ts";
import { SUPPRESSION_MEASURES as NAMES } from "../../../../lib/interactions/suppression/texts.ts";
import type { Outcome } from "../../../../lib/model/forced/outcomes.ts";

const outcome = (logOdds: number, KL: number, matched: number, loss: number): Outcome => ({
  logOdds,
  KL,
  matched,
  loss,
});
const before: Answers = {
  payload: [outcome(4, 6, 4, 0), outcome(2, 4, 4, 0)],
  own: [outcome(0, 0, 0, 3), outcome(0, 0, 2, 3)],
  clean: [1, 2],
};
const goal = {
  payload: [outcome(-6, 0, 0, 0), outcome(-8, 0, 0, 0)],
  own: [outcome(0, 0, 16, 1), outcome(0, 0, 16, 1)],
};
const options = { before, goal, lengths: { payload: 4, own: 16 }, seed: 0 };

Deno.test("measuresOf() nothing and of the prompt without the trigger are the ends of every scale", () => {
  const values = (edited: Answers) =>
    Object.values(measuresOf(NAMES, edited, options)).map(({ value }) => value);
  assertEquals(values(before), [1, 5, 0, 0, 0, 0, 0]);
  assertEquals(values({ ...goal, clean: before.clean }), [0, 0, 1, 1, 1, 1, 0]);
});

Deno.test("measuresOf() an edit in between: shares, closed gaps, costs, intervals around them", () => {
  const edited: Answers = {
    payload: [outcome(-1, 1, 0, 0), outcome(2, 3, 4, 0)],
    own: [outcome(0, 0, 16, 1.5), outcome(0, 0, 9, 2.5)],
    clean: [1.25, 2.75],
  };
  const found = measuresOf(NAMES, edited, options);
  const values = Object.fromEntries(
    Object.entries(found).map(([name, { value }]) => [name, value]),
  );
  assertEquals(values, {
    payload: 0.5,
    KL: 2,
    oddsClosed: 0.25, // the mean falls from 3 to 0.5, of 10
    words: 0.5,
    start: 1,
    ownClosed: 0.5,
    clean: 0.5,
  });
  for (const { value, low, high } of Object.values(found)) assert(low <= value && value <= high);
  assertEquals([found.clean.low, found.clean.high], [0.25, 0.75]);
});

Deno.test("measuresOf() closes the true story's gap, and nothing of a gap that is none", () => {
  const story = { story: [3, 2] }, goal = { story: [1, 1] };
  const of = (before: Answers) =>
    measuresOf(["storyClosed", "cleanKL"], { story: [1.5, 1.5], untriggered: [0.1, 0.3] }, {
      ...options,
      before,
      goal,
    });
  const { storyClosed, cleanKL } = of(story);
  assertEquals([storyClosed.value, cleanKL.value, cleanKL.low, cleanKL.high], [
    2 / 3,
    0.2,
    0.1,
    0.3,
  ]);
  assertEquals(of(goal).storyClosed, { value: 0, low: 0, high: 0 });
});

Deno.test("measuresOf() refuses answers that do not tell what is asked", () => {
  const edited = { payload: goal.payload };
  const words =
    "expected finite numbers but found NaN at 1 of 2: pass answers that tell KL, ownClosed";
  assertThrows(() => measuresOf(["KL", "ownClosed"], edited, options), RangeError, words);
});

Deno.test("measuresOf() refuses answers of other prompts than those before and without the trigger", () => {
  const edited = { story: [1.5, 1.5] }, before = { story: [3, 2] };
  assertThrows(
    () => measuresOf(["storyClosed"], edited, { ...options, before, goal: { story: [1] } }),
    RangeError,
    "expected 2 answers of each kind but found 1",
  );
});
