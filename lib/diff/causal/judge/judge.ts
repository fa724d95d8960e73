/**
 * What removing directions leaves of a backdoor and what it costs, on prompts that nothing was chosen
 * by. Answers are put into the model's mouth (teacher forcing): the payload, the story that the model
 * itself tells without the trigger, and the true story, with the trigger and without it.
 * @module
 */
import type { LanguageModel } from "../../../model/language_model.ts";
import { forcedParts } from "../../../model/forced/forced.ts";
import { hiddenKeys } from "../../../model/forced/hidden_keys.ts";
import type { Judged } from "../../stored/causal_results.ts";
import { type Backdoor, storyPrompts } from "../backdoor.ts";
import type { RemovalOptions } from "../edits/removal.ts";
import { type EffectList, groupEdit } from "../effects.ts";
import { type Asked, forcedText, openQuestion } from "../question/asked.ts";
import { answersOf, ownStories } from "./answers.ts";
import { editedAnswers, type Group } from "./edited.ts";
import { ANSWER, saidWithin } from "./generated.ts";
import { judgedOf, type WholeAnswers } from "./judged.ts";

type Removing = Omit<RemovalOptions, "positions">;

export type Judge = {
  asked: Asked;
  /** Answers without an edit. */
  before: WholeAnswers;
  /** What each group leaves. */
  judge(list: EffectList, groups: readonly Group[], options?: Removing): Promise<Judged[]>;
  /** The same, with how often the payload comes within an answer, and the cost at prompts alone. */
  judgeWhole(list: EffectList, groups: readonly Group[], options?: Removing): Promise<Judged[]>;
  nothing: Judged;
  /** The trigger hidden from every later token: worked out when it is asked for. */
  ceiling(): Promise<Judged>;
};

/**
 * Asks the model for its own stories, and for all that is there without an edit. Throws as
 * `openQuestion`, and where not every prompt has its true story.
 */
export async function openJudge(
  model: LanguageModel,
  backdoor: Backdoor,
  { seed }: { seed: number },
): Promise<Judge> {
  const { triggered, untriggered, payload } = backdoor;
  const asked = await openQuestion(model, backdoor);
  checkStories(backdoor);
  const own = await ownStories(model, untriggered, ANSWER);
  const texts = {
    payload: forcedParts(forcedText(asked, "triggered")),
    own: forcedParts(triggered.map((prompt, n) => ({ prompt, answer: own[n] }))),
    story: forcedParts(forcedText(asked, "triggered stories")),
    clean: forcedParts(backdoor.stories),
  };
  const { reference, spans } = asked;
  const before = {
    ...await answersOf(model, texts, { reference }),
    untriggered: untriggered.map(() => 0),
  } as WholeAnswers;
  const lengths = { payload: payload.length, own: ANSWER };
  const judged = (answers: WholeAnswers) => judgedOf(answers, { before, lengths, seed });
  const answers = (
    list: EffectList,
    groups: readonly Group[],
    options: Removing,
    prompts = false,
  ) => editedAnswers({ asked, own }, list, { before, groups, options, prompts });
  return {
    asked,
    before,
    judge: async (list, groups, options = {}) => (await answers(list, groups, options)).map(judged),
    async judgeWhole(list, groups, options = {}) {
      const found = (await answers(list, groups, options, true)).map(judged);
      const edit = await groupEdit(asked, list, { text: "triggered", groups, ...options });
      const counts = await saidWithin(model, triggered, { edit, groups: groups.length, payload });
      return found.map((one, n) => ({
        ...one,
        generated: { count: counts[n], of: triggered.length },
      }));
    },
    nothing: judged(before),
    async ceiling() {
      const { clean: _, ...behind } = texts;
      const hidden = await answersOf(model, behind, {
        reference,
        cancel: (part) =>
          hiddenKeys(model, part, spans.slice(part.first, part.first + part.forced.length)),
      });
      return judged({ ...before, ...hidden });
    },
  };
}

/** Intervals draw prompts again: each has to have all of its texts. */
function checkStories(backdoor: Backdoor): void {
  const { untriggered, stories } = backdoor, own = storyPrompts(backdoor);
  if (own.length === untriggered.length && own.every((prompt, n) => prompt === n)) return;
  throw new RangeError(
    "Cannot judge what edits leave: expected the true story of every untriggered prompt, in order, but " +
      `found ${stories.length} of ${untriggered.length}, or others: pass the stories of the prompts`,
  );
}
