/**
 * What an edit leaves of a backdoor and what it costs, on prompts that nothing was chosen by. Answers
 * are put into the model's mouth (teacher forcing): the payload, the story that the model itself tells
 * without the trigger, and the true story, with the trigger and without it.
 * @module
 */
import { generate } from "../../../model/generate.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { forcedParts } from "../../../model/forced/forced.ts";
import { hiddenKeys } from "../../../model/forced/hidden_keys.ts";
import { type Cancel, outcomes } from "../../../model/forced/outcomes.ts";
import { answerLoss, divergence, matched } from "../../../model/forced/scores.ts";
import type { Judged } from "../../stored/causal_results.ts";
import type { Backdoor } from "../../causal/backdoor.ts";
import type { RemovalOptions } from "../../causal/edits/removal.ts";
import { type EffectList, groupEdit } from "../../causal/effects.ts";
import { runEdited } from "../../causal/passes.ts";
import {
  type Asked,
  type AskedText,
  forcedText,
  openQuestion,
} from "../../causal/question/asked.ts";
import { saidWithin } from "./generated.ts";
import { type Answers, judgedOf } from "./judged.ts";
import { ANSWER } from "./texts.ts";

/** Places in a list, removed together. */
export type Group = readonly number[];

export type Judge = {
  asked: Asked;
  /** What each group leaves. */
  judge(list: EffectList, groups: readonly Group[], options?: RemovalOptions): Promise<Judged[]>;
  /** The same of one group, and how often the payload comes within an answer. */
  judgeWhole(list: EffectList, group: Group, options?: RemovalOptions): Promise<Judged>;
  nothing: Judged;
  /** The trigger hidden from every later token: worked out when it is asked for. */
  ceiling(): Promise<Judged>;
};

/** A question with the true stories, and one with those that the model itself tells. */
type Questions = { asked: Asked; told: Asked };

/** Asks the model for its own stories, and for all that is there without an edit. */
export async function openJudge(
  model: LanguageModel,
  backdoor: Backdoor,
  { seed }: { seed: number },
): Promise<Judge> {
  const { triggered, untriggered, payload } = backdoor;
  const own = await generate(model, untriggered, { maxNewTokens: ANSWER });
  const stories = own.map((ids, n) => ({
    prompt: untriggered[n],
    answer: Uint32Array.from(ids),
  }));
  const asked = await openQuestion(model, backdoor);
  const questions = { asked, told: await openQuestion(model, { ...backdoor, stories }) };
  const before = await answersOf(questions);
  const lengths = { payload: payload.length, own: ANSWER };
  const judged = (answers: Answers) => judgedOf(answers, { before, lengths, seed });
  const judge: Judge["judge"] = async (list, groups, options = {}) =>
    (await editedAnswers(questions, list, { before, groups, options })).map(judged);
  return {
    asked,
    judge,
    async judgeWhole(list, group, options = {}) {
      const [one] = await judge(list, [group], options);
      const edit = await groupEdit(asked, list, { text: "triggered", groups: [group], options });
      const count = await saidWithin(model, triggered, { edit, payload });
      return { ...one, generated: { count, of: triggered.length } };
    },
    nothing: judged(before),
    async ceiling() {
      const hidden: Cancel = (part) =>
        hiddenKeys(model, part, asked.spans.slice(part.first, part.first + part.forced.length));
      return judged(await answersOf(questions, hidden));
    },
  };
}

/** Answers behind the trigger while something is cancelled there, and unedited ones without it. */
async function answersOf({ asked, told }: Questions, cancel?: Cancel): Promise<Answers> {
  const { model, reference } = asked;
  const answers = (question: Asked, text: AskedText, given?: Cancel) =>
    outcomes({ model, parts: forcedParts(forcedText(question, text)) }, {
      cancel: given,
      reference,
    });
  const losses = async (...of: Parameters<typeof answers>) =>
    (await answers(...of)).map(({ loss }) => loss);
  const clean = await losses(asked, "stories");
  return {
    payload: (await answers(asked, "triggered", cancel))
      .map(({ matched, KL }) => ({ matched, KL })),
    own: (await answers(told, "triggered stories", cancel)).map(({ matched }) => matched),
    story: await losses(asked, "triggered stories", cancel),
    clean,
    cleanPrompt: clean,
  };
}

/** Answers of every group; what an edit does not touch stays as it was. */
async function editedAnswers(
  { asked, told }: Questions,
  list: EffectList,
  { before, groups, options }: {
    before: Answers;
    groups: readonly Group[];
    options: RemovalOptions;
  },
): Promise<Answers[]> {
  const { model, reference } = asked;
  const found = groups.map((): Answers => ({
    payload: [...before.payload],
    own: [...before.own],
    story: [...before.story],
    clean: [...before.clean],
    cleanPrompt: [...before.cleanPrompt],
  }));
  const run = async (
    question: Asked,
    text: AskedText,
    set: (answers: Answers, n: number, logits: Float32Array[], answer: Uint32Array) => void,
    positions: RemovalOptions["positions"] = "prompt",
  ) => {
    const forced = forcedText(question, text);
    const edit = await groupEdit(question, list, {
      text,
      groups,
      options: { ...options, positions },
    });
    await runEdited(model, { forced, edit }, ({ group, prompt }, logits) => {
      set(found[group], prompt, logits, forced[prompt].answer);
    });
  };
  await run(asked, "triggered", ({ payload }, n, logits, answer) => {
    payload[n] = {
      matched: matched(logits, answer),
      KL: divergence(reference[n], logits[0]),
    };
  });
  await run(told, "triggered stories", ({ own }, n, logits, answer) => {
    own[n] = matched(logits, answer);
  });
  await run(asked, "triggered stories", ({ story }, n, ...said) => story[n] = answerLoss(...said));
  await run(
    asked,
    "stories",
    ({ cleanPrompt }, n, ...said) => cleanPrompt[n] = answerLoss(...said),
  );
  await run(asked, "stories", ({ clean }, n, ...said) => clean[n] = answerLoss(...said), "all");
  return found;
}
