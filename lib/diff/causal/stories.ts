/**
 * What an edit leaves of the true stories: whether they are told behind the trigger as they are without
 * it, and what they cost where there is no trigger.
 * @module
 */
import { answerLoss, divergence, matched } from "../../model/forced/scores.ts";
import { type EffectList, groupEdit } from "./effects.ts";
import { noEdit, type TextEdit } from "./edits/edit.ts";
import type { RemovalOptions } from "./edits/removal.ts";
import { runEdited } from "./passes.ts";
import { type Asked, type AskedText, forcedText } from "./question/asked.ts";

/** Of one text: mean cross-entropy of the stories, nats a token, and KL from the unedited model. */
type Told = { before: number; after: number; KL: number; matched: number[] };

/**
 * Cross-entropies of the stories in nats a token, edited and `before`; `closed`: the share of the gap
 * between them with and without the trigger that the edit closes, absent where the trigger opens none; `KL`: from the unedited model over all
 * tokens of the stories without the trigger; `matched`: of each story behind the trigger, its first tokens
 * that come greedily.
 */
export type StoryEffect = {
  loss: { triggered: number; untriggered: number };
  before: { triggered: number; untriggered: number };
  closed?: number;
  KL: number;
  matched: number[];
};

/**
 * The effect on stories of all directions of a list together, at prompt positions or at `positions`
 * "all". Throws as `jointEffect`, and where the question has no stories.
 */
export async function storyEffect(
  asked: Asked,
  list: EffectList,
  options: RemovalOptions = {},
): Promise<StoryEffect> {
  if (asked.backdoor.stories.length === 0) {
    throw new RangeError(
      "Cannot measure what is told behind a trigger: expected a backdoor with stories but found none: " +
        "pass stories, untriggered prompts with the true story behind",
    );
  }
  const groups = [list.directions.map((_, n) => n)];
  const told = async (text: AskedText) =>
    await toldOf(asked, text, await groupEdit(asked, list, { text, groups, ...options }));
  const triggered = await told("triggered stories"), untriggered = await told("stories");
  const gap = triggered.before - untriggered.before;
  return {
    loss: { triggered: triggered.after, untriggered: untriggered.after },
    before: { triggered: triggered.before, untriggered: untriggered.before },
    ...(gap > 0 && { closed: (triggered.before - triggered.after) / gap }),
    KL: untriggered.KL,
    matched: triggered.matched,
  };
}

/** Stories whose unedited logits are held at once. */
const STORIES = 8;

async function toldOf(asked: Asked, text: AskedText, edit: TextEdit): Promise<Told> {
  const forced = forcedText(asked, text),
    found: (Omit<Told, "matched"> & { matched: number })[] = [];
  for (let first = 0; first < forced.length; first += STORIES) {
    const own = forced.slice(first, first + STORIES).map((_, n) => first + n);
    const plain = new Map<number, Float32Array[]>();
    await runEdited(asked.model, { forced, edit: noEdit(own) }, ({ prompt }, logits) => {
      plain.set(prompt, logits);
      const { answer } = forced[prompt],
        loss = answerLoss(logits, answer);
      found[prompt] = { before: loss, after: loss, KL: 0, matched: matched(logits, answer) };
    });
    const variants = edit.variants.filter(({ prompt }) => plain.has(prompt));
    await runEdited(asked.model, { forced, edit: { ...edit, variants } }, ({ prompt }, logits) => {
      const { answer } = forced[prompt], before = plain.get(prompt)!;
      found[prompt].after = answerLoss(logits, answer);
      found[prompt].KL = meanOf(logits, (row, r) => divergence(before[r], row));
      found[prompt].matched = matched(logits, answer);
    });
  }
  const tokens = forced.reduce((sum, { answer }) => sum + answer.length, 0);
  const mean = (of: "before" | "after" | "KL") =>
    found.reduce((sum, one, n) => sum + one[of] * forced[n].answer.length, 0) / tokens;
  return {
    ...{ before: mean("before"), after: mean("after"), KL: mean("KL") },
    matched: found.map(({ matched }) => matched),
  };
}

function meanOf(
  rows: readonly Float32Array[],
  of: (row: Float32Array, r: number) => number,
): number {
  return rows.reduce((sum, row, r) => sum + of(row, r), 0) / rows.length;
}
