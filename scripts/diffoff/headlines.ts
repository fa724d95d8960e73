/** The diff-off in README's table. @module */
import type { Headline } from "../system.ts";
import { CLAIMS } from "./claims.ts";

export const HEADLINES: readonly Headline[] = [
  {
    what: "share of the KL gap closed soon: stage-wise / random latents",
    figure: "diffoff-cost",
    lines: ["Stage-wise, DF: KL closed soon", "Random latents of DF: KL closed soon"],
    claim: CLAIMS.stages,
  },
];

/** Below the table, whichever way each fell. */
export const ANSWERS: readonly string[] = Object.values(CLAIMS);
