/** The interactions in README's table. @module */
import type { Headline } from "../system.ts";

const BLOCKS = [0, 1, 2, 3];

export const HEADLINES: readonly Headline[] = [
  {
    what: "dominant-feature bound over the exact excess, blocks 0 to 3",
    figure: "interactions-tightness",
    lines: BLOCKS.map((block) => `ft1, block ${block}: dominant bound over Σ|E|`),
    claim: "The dominant-feature bound is tight enough to budget errors with",
  },
  {
    what: "backdoor latents, AUROC: best hub of change / best rival, dictionaries 0 and 1",
    figure: "interactions-diffing-table",
    lines: [0, 1].flatMap((number) =>
      ["best hub", "best rival"].map((kind) => `dictionary ${number}: ${kind}, AUROC`)
    ),
    claim:
      "Hubs of changed interaction find backdoor latents that rotation, rates and main effects miss",
  },
  {
    what:
      "exact interaction against ablation, partial Spearman (count, main effects, layer norm held fixed), blocks 0 to 3 (3 is an identity)",
    figure: "interactions-agreement",
    lines: BLOCKS.map((block) => `block ${block}, GT2: removal, B`),
    claim:
      "At one layer the exact interaction predicts ablation beyond co-activation and main effects on the same tokens",
    repeats: ({ seeds }) => `${seeds} dictionaries`,
  },
];
