/** Published numbers that the diff-off stands beside. @module */
import type { DetectorName } from "../../lib/diff/diffoff/mod.ts";
import type { Published } from "../../lib/report/line.ts";

const source =
  "arXiv 2605.07324, abstract: SmolLM2-360M, another trigger, one seed, scored on the prompts of the training";

export const PAPER: { isolation: Record<DetectorName, Published> } = {
  /** The Backdoor Isolation Score; of the crosscoder "below 0.02 in most cases". */
  isolation: {
    "diff-sae": { value: 0.4, source },
    "crosscoder": { value: 0.02, source: `${source}; an upper end` },
  },
};
