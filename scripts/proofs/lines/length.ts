/**
 * How long the published proofs are, and how much they leave unexplained, each number beside its
 * published value.
 *
 * @module
 */
import { bestOfGroup, type Group, GROUPS } from "../../../lib/proofs/run/groups.ts";
import { familyTitle, type ModelResult, type ProofsRun } from "../../../lib/proofs/run/results.ts";
import { spread } from "../../../lib/numerics/statistics.ts";
import type { Family } from "../../../lib/proofs/run/presets.ts";
import { PAPER } from "../paper.ts";
import type { Line, Published } from "../../../lib/report/line.ts";
import { families, meanLine, publishedAt } from "./bounds.ts";

/** Length and unexplained dimension of each group's best strategy. */
export function lengthLines(run: ProofsRun): Line[] {
  return families(run).flatMap(({ family, models }) =>
    GROUPS.flatMap((group) => {
      const rows = bestOfGroup(models, group, "published");
      const name = `${familyTitle(family)}: ${group}`;
      return [
        meanLine(`${name}, log2 FLOPs`, spread(rows.map((row) => row.log2Flops)), {
          digits: 1,
          paper: lengthOf(group, family),
          note: COMPLEXITIES[group],
        }),
        meanLine(
          `${name}, log2 unexplained dimension`,
          spread(rows.map(({ unexplained }) => Math.log2(unexplained))),
          {
            digits: 1,
            paper: family.K === 4 && family.v === 64 ? PAPER.dimension[group] : undefined,
          },
        ),
      ];
    })
  );
}

/** By the published analysis; a group of strategies by what sets it apart. */
const COMPLEXITIES: Record<Group, string> = {
  "brute-force": "O(v^(K+1) K d)",
  "cubic": "O(v^3 K^2); here sums over shared prefixes are taken once",
  "subcubic": "O(v^2 K^2 + v^2 d)",
  "attention-vd^2": "as subcubic, attention error in O(v d^2)",
  "direct-quadratic": "as subcubic, direct path's ranges in O(v d)",
  "attention-vd^2, direct-quadratic": "as subcubic, O(v d^2) and O(v d)",
  "attention-quadratic": "as subcubic, attention error in O(v d)",
  "attention-quadratic, direct-quadratic": "as subcubic, both in O(v d)",
};

function lengthOf(group: Group, family: Family): Published | undefined {
  if (group === "cubic") return publishedAt(PAPER.flopsByK.cubic, family);
  if (group === "brute-force" && family.K === 4 && family.v === 64) return PAPER.flops[group];
}

/** FLOPs of single strategies at K = 4 with mean_query+diff and mean_query+max_diff. */
export function strategyLengthLines(run: ProofsRun): Line[] {
  const found = families(run).find(({ family }) => family.K === 4);
  if (!found) return [];
  const { family, models } = found;
  const handled = Object.keys(PAPER.flops).filter((name) =>
    !["brute-force", "cubic"].includes(name)
  );
  const single = handled.map((attention) => {
    const strategy = `published/${attention}/mean_query+diff/mean_query+max_diff`;
    const rows = models.flatMap(({ rows }) => rows.filter((row) => row.strategy === strategy));
    return meanLine(
      `${familyTitle(family)}: ${attention}, log2 FLOPs`,
      spread(rows.map(({ flops }) => Math.log2(flops))),
      { paper: family.v === 64 ? PAPER.flops[attention] : undefined, digits: 2 },
    );
  });
  return [...single, ...addedLines(found)];
}

/**
 * What another attention handling or direct path adds to max_diff with mean_query+diff and
 * mean_query+max_diff.
 */
function addedLines({ family, models }: { family: Family; models: ModelResult[] }): Line[] {
  const [head, attention, direct] = [
    "published/max_diff",
    "mean_query+diff",
    "mean_query+max_diff",
  ];
  const flops = (model: ModelResult, strategy: string) =>
    model.rows.find((row) => row.strategy === strategy)?.flops;
  return Object.entries(PAPER.flopsAdded).flatMap(([part, published]) => {
    const tail = part.startsWith("drop_average") ? `${part}/${direct}` : `${attention}/${part}`;
    const added = models.flatMap((model) => {
      const other = flops(model, `${head}/${tail}`);
      return other === undefined ? [] : [other - flops(model, `${head}/${attention}/${direct}`)!];
    });
    if (added.length === 0) return [];
    const name = `${familyTitle(family)}: ${part}, FLOPs added`;
    return [
      meanLine(name, spread(added), { paper: family.v === 64 ? published : undefined, digits: 0 }),
    ];
  });
}
