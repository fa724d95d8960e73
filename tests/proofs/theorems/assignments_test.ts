import { assert, assertEquals } from "@std/assert";
import { countAssignments } from "../../../lib/proofs/checker/assignments.ts";
import { newMeter } from "../../../lib/proofs/checker/limits.ts";
import {
  type AssignmentTerms,
  countAtLeast,
  countAtMost,
  newScratch,
} from "../../../lib/proofs/theorems/assignments.ts";

Deno.test("countAtMost() and countAtLeast() count W2's assignments", () => {
  const scratch = newScratch();
  const terms = (unit: number): AssignmentTerms => ({
    F: 2,
    m: 2,
    // In twentieths, so that every value is exact.
    values: Float64Array.of(6, -4, -18, 22, 1, -14).map((x) => x * unit),
    stride: 3,
    query: -3 * unit,
    needsMax: true,
  });
  // Outward rounding costs a step where values lie on the grid, so W2's steps are moved a little.
  assertEquals([countAtMost(terms(1), 1 / 8, scratch), countAtLeast(terms(1), 1 / 8, scratch)], [
    1,
    1,
  ]);
  const D = 0.5 + 2 ** -30;
  assertEquals([countAtMost(terms(0.05), D, scratch), countAtLeast(terms(0.05), D, scratch)], [
    1,
    0,
  ]);
});

Deno.test("countAtMost() and countAtLeast() stay on their side of a count that float64 rounds", () => {
  // 18 positions, 8 tokens: every assignment reaches the threshold; plain sums come out 3 short.
  const F = 18, m = 7;
  const values = Float64Array.from({ length: F * 8 }, (_, i) => (i * 31) % 8191);
  const terms = { F, m, values, stride: 8, query: 1, needsMax: true };
  const all = 8n ** 18n - 7n ** 18n, scratch = newScratch();
  assert(BigInt(countAtMost(terms, 1, scratch)) >= all);
  assert(BigInt(countAtLeast(terms, 1, scratch)) <= all);
});

Deno.test("countAtMost() and the checker give up where sums of grid coordinates are not exact", () => {
  // Tokens 0 and 1 are alike: 400 terms of N - 3/256, 400 of -N - 3 - 3/256, and query + sum = 1 in all assignments.
  const N = 2 ** 45 - 63, F = 800;
  const values = Float64Array.from(
    { length: 2 * F },
    (_, n) => (n < F ? N : -N - 3) - 3 / 256,
  );
  const query = 3 * F / 2 + 3 * F / 256 + 1;
  const terms = { F, m: 1, values, stride: 2, query, needsMax: false };
  assert(countAtMost(terms, 1, newScratch()) >= 2 ** F);
  assert(countAssignments(terms, 1, { above: true, meter: newMeter() }) >= 2 ** F);
});
