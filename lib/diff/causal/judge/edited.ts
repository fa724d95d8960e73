/** Answers of a model while groups of directions are removed, each group in passes of its own. @module */
import { divergencesFrom, logOdds } from "../../../model/forced/scores.ts";
import type { RemovalOptions } from "../edits/removal.ts";
import { type EffectList, groupEdit } from "../effects.ts";
import { runBehind } from "../behind.ts";
import { editedLosses } from "../passes.ts";
import type { Asked, AskedText } from "../question/asked.ts";
import type { WholeAnswers } from "./judged.ts";

/** A question with true stories, and the stories that the model itself tells, one a prompt. */
export type Questions = { asked: Asked; own: readonly Uint32Array[] };

/** Places in a list, removed together. */
export type Group = readonly number[];

/**
 * Answers of every group; what an edit does not touch stays as it was `before`. Edited are the
 * positions of the prompts, and of clean texts all; with `prompts`, those of the prompt alone too.
 */
export async function editedAnswers(
  { asked, own }: Questions,
  list: EffectList,
  { before, groups, options, prompts = false }: {
    before: WholeAnswers;
    groups: readonly Group[];
    options: Omit<RemovalOptions, "positions">;
    prompts?: boolean;
  },
): Promise<WholeAnswers[]> {
  const { model, reference, backdoor: { triggered, payload, stories } } = asked;
  const found = groups.map((): WholeAnswers => ({
    payload: [...before.payload],
    own: [...before.own],
    story: [...before.story],
    clean: [...before.clean],
    untriggered: [...before.untriggered],
    ...(prompts && { cleanPrompt: [...before.clean] }),
  }));
  const edited = (text: AskedText, positions: RemovalOptions["positions"] = "prompt") =>
    groupEdit(asked, list, { ...options, text, groups, positions });
  const truth = { answers: stories.map(({ answer }) => answer), tell: "loss" } as const;
  const divergence = divergencesFrom(reference);
  const behind = {
    payload: { answers: triggered.map(() => payload), tell: "matched" },
    own: { answers: own, tell: "matched" },
    story: truth,
  } as const;
  await runBehind(
    model,
    { prompts: triggered, behind, edit: await edited("triggered") },
    ({ group, prompt: n }, logits, told) => {
      found[group].payload[n] = {
        logOdds: logOdds(logits, payload[0]),
        KL: divergence(n, logits),
        matched: told.payload,
      };
      found[group].own[n] = { matched: told.own };
      found[group].story[n] = told.story;
    },
  );
  // edits behind a prompt do not tell in it: clean texts, edited everywhere, have its next token too
  const clean = { forced: stories, edit: await edited("stories", "all") };
  await editedLosses(model, clean, ({ group, prompt }, loss, first) => {
    found[group].clean[prompt] = loss;
    found[group].untriggered[prompt] = divergence(prompt, first);
  });
  if (prompts) {
    const alone = { forced: stories, edit: await edited("stories") };
    await editedLosses(model, alone, ({ group, prompt }, loss) => {
      found[group].cleanPrompt![prompt] = loss;
    });
  }
  return found;
}
