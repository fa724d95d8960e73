/**
 * The numbers of models larger than the published ones. Nothing is published of them.
 *
 * @module
 */
import { spread } from "../../../lib/numerics/statistics.ts";
import { theoremName } from "../../../lib/proofs/run/groups.ts";
import { byLargerFamily, familyTitle, type ProofsRun } from "../../../lib/proofs/run/results.ts";
import type { Line } from "../../../lib/report/line.ts";
import { meanLine } from "./bounds.ts";

/** Accuracy, and what each theorem certifies: with how many FLOPs, and how large a certificate. */
export function largerLines(run: ProofsRun): Line[] {
  return byLargerFamily(run).filter(({ models }) => models.length > 0).flatMap(
    ({ family, models }) => {
      const name = familyTitle(family);
      return [
        meanLine(`${name}: accuracy`, spread(models.map(({ accuracy }) => accuracy.value)), {
          digits: 5,
          note: "by draws from the sets that N5 leaves open",
        }),
        ...models[0].rows.map(theoremName).map((proof) => {
          const rows = models.flatMap(({ rows }) =>
            rows.filter((row) => theoremName(row) === proof)
          );
          const flops = Math.log2(spread(rows.map(({ flops }) => flops)).mean);
          const bytes = spread(rows.map(({ bytes }) => bytes)).mean;
          return meanLine(`${name}: ${proof}`, spread(rows.map(({ bound }) => bound)), {
            digits: 5,
            note: `2^${flops.toFixed(1)} FLOPs, certificate of ${bytes.toFixed(0)} bytes`,
          });
        }),
      ];
    },
  );
}
