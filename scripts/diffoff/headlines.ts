/** The diff-off in README's table. @module */
import type { Headline } from "../system.ts";
import { CLAIMS } from "./claims.ts";

export const HEADLINES: readonly Headline[] = [
  {
    what:
      "KL gap closed soon: stage-wise / rivals direct, one way, SVD, diff-SAE, crosscoder / chance",
    figure: "diffoff-cost",
    lines: [
      "Stage-wise, DF",
      "Direct, S to F",
      "One way, D to DF",
      "SVD of weights, writing",
      "Diff-SAE, largest",
      "Crosscoder of both models",
      "Random latents of DF",
    ].map((title) => `${title}: KL closed soon`),
    claim: CLAIMS.stages,
  },
];

/** Below the table, whichever way each fell. */
export const ANSWERS: readonly string[] = Object.values(CLAIMS);
