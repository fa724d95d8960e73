/** Which strategies a run applies to a model, each with its grid. @module */
import { strategyNames } from "../strategies.ts";

export type PlannedProof = { strategy: string; G?: number; gMax?: number };

/** Cheaper N5: approximate scores or direct path, exact otherwise. */
const N5_VARIANTS: PlannedProof[] = [
  ...["max_diff_exact", "max_diff_subproduct", "max_diff", "max_diff_subproduct_recursive"]
    .map((attention) => ({ strategy: `N5/${attention}/exact`, G: 32, gMax: 4 })),
  { strategy: "N5/svd/exact", G: 32, gMax: 8 },
  ...["max_diff_exact", "mean_query+max_diff"].map((direct) => ({
    strategy: `N5/exact_EQKE+max_diff_exact/${direct}`,
    G: 32,
    gMax: 4,
  })),
];

/** The plan for one model. N1 and N3 visit sets of positions: they stay away from large K. */
export function plannedProofs(K: number): PlannedProof[] {
  const subcubic = strategyNames().filter((name) => /^(published|sound|N6)\//.test(name));
  const few = K <= 6 ? [{ strategy: "N1" }, { strategy: "N3" }] : [];
  return [
    { strategy: "cubic" },
    ...subcubic.map((strategy) => ({ strategy })),
    ...few,
    ...["N1n", "N2", "N3n"].map((strategy) => ({ strategy })),
    ...[16, 64, 256].map((G) => ({ strategy: "N4", G })),
    { strategy: "N4-partition", G: 64 },
    { strategy: "N5", G: 16, gMax: 4 },
    { strategy: "N5", G: 32, gMax: 4 },
    { strategy: "N5", G: 64, gMax: 6 },
    ...N5_VARIANTS,
  ];
}
