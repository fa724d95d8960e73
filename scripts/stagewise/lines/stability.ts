/** How seed stability goes with rotation, label and rate, line by line. @module */
import type { StabilityRelation } from "../../../lib/diff/stability/relation.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { relationAt, STABILITY_CUTS, stableRows } from "../stability.ts";
import type { StagewiseResults } from "../results.ts";
import { aucLine } from "./auc.ts";

/** All of them; none where S was trained once, or hardly a latent fires. */
export function stabilityLines(run: StagewiseResults): Line[] {
  const { seed } = run.measures, rows = stableRows(run);
  if (rows.length === 0) return [];
  const [five, ten] = STABILITY_CUTS.map((cut) => relationAt(rows, cut, { seed }));
  const folded = relationAt(stableRows(run, { folded: true }), 10, { seed });
  return [
    ...spreadLines(five),
    numberLine("stability, median, folded decoders", folded.quantiles.p50, { digits: 3 }),
    ...relatedLines(five),
    ...[five, ten].flatMap((relation, i) => turnedLines(relation, STABILITY_CUTS[i])),
    ...aucLine("AUC, unstable: turned twice, p = 10, folded decoders", folded.unstable.turned),
    ...aucLine("AUC, rare: the less stable half", five.rare.unstable, { note: RATE }),
    ...aucLine("AUC, unstable: relevant", five.unstable.labelled),
    ...aucLine("AUC, unstable: causal", five.unstable.causal),
    ...aucLine("AUC of max(x, y), relevant: stable half", five.label.stable),
    ...aucLine("AUC of max(x, y), relevant: unstable half", five.label.unstable),
  ];
}

function spreadLines({ quantiles, n }: StabilityRelation): Line[] {
  return Object.entries(quantiles).map(([key, value]) =>
    numberLine(`stability, ${key.slice(1)} % quantile`, value, {
      digits: 3,
      note:
        `${n} active latents; mean over the further S of the best cosine, sites scaled as in training`,
    })
  );
}

function relatedLines({ related }: StabilityRelation): Line[] {
  const words = { x: "x", y: "y", max: "max(x, y)" };
  return Object.entries(related).flatMap(([key, found]) => {
    if (found === undefined) return [];
    const { spearman, givenRate } = found;
    const name = `Spearman of stability with ${words[key as keyof typeof words]}`;
    return [
      numberLine(name, spearman),
      numberLine(`${name}, given the firing rate`, givenRate, { note: RATE }),
    ];
  });
}

function turnedLines({ median, unstable, rare }: StabilityRelation, cut: number): Line[] {
  const at = `p = ${cut}`, of = unstable.turned ? `${unstable.turned.of} latents` : undefined;
  return [
    ...(median.turned === undefined ? [] : [
      numberLine(`stability, median of those turned twice, ${at}`, median.turned, { note: of }),
    ]),
    numberLine(`stability, median of the others, ${at}`, median.others),
    ...aucLine(`AUC, unstable: turned twice, ${at}`, unstable.turned),
    ...aucLine(`AUC, rare: turned twice, ${at}`, rare.turned, { note: RATE }),
  ];
}

/** Whose rate it is. */
const RATE = "rate of S on ft1's activations of held-out clean text";
