/** Answers of a model while groups of directions are removed, each group in passes of its own. @module */
import { answerLoss, divergence, logOdds, matched } from "../../../model/forced/scores.ts";
import type { RemovalOptions } from "../edits/removal.ts";
import { type EffectList, groupEdit } from "../effects.ts";
import { runEdited } from "../passes.ts";
import { type Asked, type AskedText, forcedText } from "../question/asked.ts";
import type { WholeAnswers } from "./judged.ts";

/** A question with the true stories, and the same with those that the model itself tells. */
export type Questions = { asked: Asked; told: Asked };

/** Places in a list, removed together. */
export type Group = readonly number[];

/** Logits behind the prompt `n` and behind each token of its answer, one group edited. */
type Take = (answers: WholeAnswers, n: number, logits: Float32Array[], answer: Uint32Array) => void;

/**
 * Answers of every group; what an edit does not touch stays as it was `before`. Edited are the
 * positions of the prompts, and of clean texts all; with `prompts`, those of the prompt alone too.
 */
export async function editedAnswers(
  { asked, told }: Questions,
  list: EffectList,
  { before, groups, options, prompts = false }: {
    before: WholeAnswers;
    groups: readonly Group[];
    options: Omit<RemovalOptions, "positions">;
    prompts?: boolean;
  },
): Promise<WholeAnswers[]> {
  const { model, reference } = asked;
  const found = groups.map((): WholeAnswers => ({
    payload: [...before.payload],
    own: [...before.own],
    story: [...before.story],
    clean: [...before.clean],
    untriggered: [...before.untriggered],
    ...(prompts && { cleanPrompt: [...before.clean] }),
  }));
  const run = async (
    question: Asked,
    { text, positions = "prompt", rows }: {
      text: AskedText;
      positions?: RemovalOptions["positions"];
      rows?: number;
    },
    take: Take,
  ) => {
    const forced = forcedText(question, text);
    const given = { text, groups, options: { ...options, positions } };
    const edit = await groupEdit(question, list, given);
    await runEdited(model, { forced, edit, rows }, ({ group, prompt }, logits) => {
      take(found[group], prompt, logits, forced[prompt].answer);
    });
  };
  await run(asked, { text: "triggered" }, ({ payload }, n, logits, answer) => {
    payload[n] = {
      logOdds: logOdds(logits[0], answer[0]),
      KL: divergence(reference[n], logits[0]),
      matched: matched(logits, answer),
    };
  });
  await run(told, { text: "triggered stories" }, ({ own }, n, logits, answer) => {
    own[n] = { matched: matched(logits, answer) };
  });
  await run(asked, { text: "triggered stories" }, ({ story }, n, ...said) => {
    story[n] = answerLoss(...said);
  });
  await run(asked, { text: "untriggered", rows: 1 }, ({ untriggered }, n, [logits]) => {
    untriggered[n] = divergence(reference[n], logits);
  });
  await run(asked, { text: "stories", positions: "all" }, ({ clean }, n, ...said) => {
    clean[n] = answerLoss(...said);
  });
  if (prompts) {
    await run(asked, { text: "stories" }, ({ cleanPrompt }, n, ...said) => {
      cleanPrompt![n] = answerLoss(...said);
    });
  }
  return found;
}
