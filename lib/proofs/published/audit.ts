/**
 * What the counted cases of a published strategy rest on: its unsound step, and by how much.
 * @module
 */
import { binomials } from "../tables/counting.ts";
import { publishedCases } from "./cases.ts";
import type { Gaps } from "../subcubic/gaps.ts";
import type { Published } from "./tables.ts";

/** What the counted cases of a published strategy rest on. */
export type Audit = {
  /** Cases (q, m, n), n >= 1, that were certified. */
  cases: number;
  /** Of these, how many by a value below the sound one, and by how much at most (logits). */
  understated: number;
  worst: number;
  /** Of these, how many whose sound value is not negative: certified without justification. */
  unjustified: number;
  unjustifiedSequences: string;
};

/** Rounding alone makes the two values of a case differ by less than this. */
const ROUNDING = 1e-9;

/** Counts the certified cases of a published strategy that rest on its unsound step. */
export function auditPublished(published: Published, gaps: Gaps): Audit {
  const { K } = published;
  const choose = binomials(K);
  const audit = { cases: 0, understated: 0, worst: 0, unjustified: 0 };
  let sequences = 0n;
  for (const { q, m, n, g, value, sound } of publishedCases(published, gaps)) {
    if (!(value < 0)) continue;
    audit.cases++;
    if (sound > value + ROUNDING) {
      audit.understated++;
      audit.worst = Math.max(audit.worst, sound - value);
    }
    if (sound < 0) continue;
    audit.unjustified++;
    const free = q < m ? n - 1 : n;
    sequences += choose[K - 1][free] * BigInt(m - g) ** BigInt(free);
  }
  return { ...audit, unjustifiedSequences: `${sequences}` };
}
