/** A backdoor of a language model, as prompts show it. @module */
import { exactly, expectForm, list, where } from "../../io/form.ts";
import { checkSequences } from "../../model/check_sequences.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { Forced } from "../../model/forced/forced.ts";
import { insertedSpan, type Span } from "../../model/forced/span.ts";

/**
 * Prompts of the same stories in the same order, `triggered` with the trigger put in and
 * `untriggered` without it; the `payload` that the model answers the former with; and `stories`,
 * untriggered prompts with the true story behind, as many as are at hand.
 */
export type Backdoor = {
  triggered: Uint32Array[];
  untriggered: Uint32Array[];
  payload: Uint32Array;
  stories: Forced[];
};

const ids = where<Uint32Array>(
  "a Uint32Array of at least one id",
  (x) => x instanceof Uint32Array && x.length > 0,
);

const BACKDOOR = exactly({
  triggered: list(ids, { least: 2 }),
  untriggered: list(ids, { least: 2 }),
  payload: ids,
  stories: list(exactly({ prompt: ids, answer: ids })),
});

/**
 * Where the trigger stands in each triggered prompt. Throws `Cannot ${action}: ...` on fewer than two
 * prompts, which have no halves, on prompts that do not pair, on stories that are not those of the
 * prompts, and on what the model does not take.
 */
export function checkBackdoor(action: string, model: LanguageModel, backdoor: Backdoor): Span[] {
  expectForm(action, backdoor, BACKDOOR, "pass prompts of one backdoor");
  const { triggered, untriggered, payload, stories } = backdoor;
  if (triggered.length !== untriggered.length) {
    throw new RangeError(
      `Cannot ${action}: expected a prompt without the trigger for each one with it but found ` +
        `${triggered.length} and ${untriggered.length}: pass the same stories in the same order`,
    );
  }
  const spans = triggered.map((prompt, n) => spanOf(action, n, { prompt, other: untriggered[n] }));
  const story = storyPrompts(backdoor).indexOf(-1);
  if (story >= 0) {
    throw new RangeError(
      `Cannot ${action}: expected stories of the untriggered prompts but found another prompt before ` +
        `story ${story}: pass the prompts that the stories belong to`,
    );
  }
  const forced = [...triggered, ...untriggered].map((prompt) => ({ prompt, answer: payload }));
  const longest = [...forced, ...stories].map((one) =>
    Uint32Array.from([...one.prompt, ...one.answer])
  );
  checkSequences(model.config, longest, { action, ragged: true });
  return spans;
}

/**
 * The number of the prompt that each story is told behind, -1 where there is none; of prompts that are
 * the same each takes the next story.
 */
export function storyPrompts({ untriggered, stories }: Backdoor): number[] {
  const known = Map.groupBy(untriggered.keys(), (prompt) => untriggered[prompt].join());
  const told = new Map<string, number>();
  return stories.map(({ prompt }) => {
    const text = prompt.join(), before = told.get(text) ?? 0;
    told.set(text, before + 1);
    const same = known.get(text) ?? [];
    return same[Math.min(before, same.length - 1)] ?? -1;
  });
}

function spanOf(
  action: string,
  n: number,
  { prompt, other }: { prompt: Uint32Array; other: Uint32Array },
): Span {
  try {
    return insertedSpan(prompt, other);
  } catch (cause) {
    throw new RangeError(
      `Cannot ${action}: expected prompt ${n} to be the untriggered one with a trigger put in but found ` +
        `${prompt.length} and ${other.length} tokens${
          prompt.length > other.length ? " that differ elsewhere" : ", nothing put in"
        }: pass prompts of one story`,
      { cause },
    );
  }
}
