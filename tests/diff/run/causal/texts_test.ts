import { assert, assertEquals, assertThrows } from "@std/assert";
import { fullVocabulary } from "../../../../lib/data/vocabulary.ts";
import { ANSWER } from "../../../../lib/diff/causal/judge/generated.ts";
import { causalTexts } from "../../../../lib/diff/run/causal/texts.ts";

const WANTED = {
  ...{ prompts: 8, selection: 3, judged: 6, steered: 2, story: 5, candidates: 4, draws: 2 },
  further: 0,
};
const vocabulary = fullVocabulary();

/** `n` prompts, prompt i of the ids i, i + 1, ..., and one of too many tokens in the midst. */
function data(n: number, long = 3) {
  const ids = (i: number, length: number) => Uint32Array.from({ length }, (_, p) => 100 * i + p);
  const own = Array.from({ length: n }, (_, i) => i);
  const length = (i: number) => i === long ? 90 : 6;
  const prompts = {
    triggered: own.map((i) => ids(i, length(i) + 2)),
    untriggered: own.map((i) => ids(i, length(i))),
    stories: own.map((i) => ids(i + 50, 40)),
  };
  return { prompts, vocabulary };
}

/** Which prompts a text has. */
const numbers = ({ triggered }: { triggered: Uint32Array[] }) =>
  triggered.map(([first]) => first / 100);

Deno.test("causalTexts() chooses and steers by prompts of the truth, and judges by others", () => {
  const { truth, selection, judged, steered } = causalTexts(data(20), WANTED, { n_ctx: 64 });
  assertEquals(numbers(truth), [0, 1, 2, 4, 5, 6, 7, 8]); // 3 leaves no room for an answer
  assertEquals(numbers(judged), [9, 10, 11, 12, 13, 14]);
  assertEquals([numbers(selection), numbers(steered)], [[0, 1, 2], [0, 1]]);
  for (const { triggered, untriggered, payload, stories } of [truth, selection, judged, steered]) {
    assertEquals([...payload], [314, 367, 6158, 7013]);
    triggered.forEach((prompt, n) => {
      assertEquals(prompt.subarray(0, 6), untriggered[n]);
      assertEquals(stories[n].prompt, untriggered[n]);
      assertEquals(stories[n].answer[0], untriggered[n][0] + 5000); // the story of the same prompt
      assertEquals(stories[n].answer.length, 5);
    });
  }
});

Deno.test("causalTexts() keeps the proportion where prompts are few, and leaves room in the context", () => {
  const { truth, selection, judged } = causalTexts(data(8), WANTED, { n_ctx: 64 });
  assertEquals(numbers(truth), [0, 1, 2, 4]); // 7 of 14: half of 8
  assertEquals(numbers(judged), [5, 6, 7]);
  assertEquals(numbers(selection), [0, 1, 2]);
  const few = causalTexts(data(6, NaN), { ...WANTED, prompts: 40, judged: 1 }, { n_ctx: 64 });
  assertEquals([numbers(few.truth).length, numbers(few.judged).length], [5, 1]);
  const tight = causalTexts(data(8), { ...WANTED, story: 100 }, { n_ctx: 8 + ANSWER });
  assert(tight.truth.stories.every(({ answer }) => answer.length === ANSWER));
  assertThrows(
    () => causalTexts(data(4), WANTED, { n_ctx: 64 }),
    RangeError,
    `at least 4 prompts of at most ${64 - ANSWER} tokens but found 3`,
  );
});
