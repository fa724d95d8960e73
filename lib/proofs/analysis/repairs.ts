/** What each repair of a published strategy costs or gains. @module */
import { binomials } from "../tables/counting.ts";
import { proveBound, type Prover, ratio } from "../prove.ts";
import { publishedCases } from "../published/cases.ts";
import { runPublished, searchPublished } from "../published/published.ts";
import { preparePublished, type Published } from "../published/tables.ts";
import type { Gaps } from "../subcubic/gaps.ts";
import type { SubcubicParts } from "../subcubic/parts.ts";

/** Bounds after each repair, the error handling being `attention`. */
export type Repairs = {
  attention: string;
  published: number;
  cameraReady: number;
  searchRepaired: number;
  countRepaired: number;
  bothRepaired: number;
  sound: number;
  sharper: number;
};

/**
 * The published bound and what each repair makes of it, for one error handling with the exact
 * direct path.
 */
export function repairsOf(prover: Prover, attention: SubcubicParts["attention"]): Repairs {
  const { tables, directions } = prover;
  const parts: SubcubicParts = { attention, handling: "mean_query+diff", direct: "max_diff_exact" };
  const published = preparePublished(tables, parts, directions);
  const sequences = BigInt(tables.v) ** BigInt(tables.K);
  const bound = (certified: bigint) => ratio(certified, sequences);
  const sameDirect = { ...published, search: published.verify };
  const gaps = searchPublished(published), repaired = searchPublished(sameDirect);
  const name = `${attention}/${parts.handling}/${parts.direct}`;
  return {
    attention,
    published: bound(runPublished(published, gaps).certified),
    cameraReady: bound(runPublished({ ...published, verify: published.search }, gaps).certified),
    searchRepaired: bound(runPublished(sameDirect, repaired).certified),
    countRepaired: bound(countAll(published, gaps)),
    bothRepaired: bound(countAll(sameDirect, repaired)),
    sound: proveBound(prover, `sound/${name}`).bound,
    sharper: proveBound(prover, `N6/${name}`).bound,
  };
}

/** The published cases counted with m - g + 1 choices for every other token, not m - g. */
function countAll(published: Published, gaps: Gaps): bigint {
  const { v, K } = published;
  const choose = binomials(K);
  const none: Gaps = gaps.map(() => v); // gaps too large for any case: only n = 0 is left
  let certified = runPublished(published, none).certified;
  for (const { q, m, n, g, value } of publishedCases(published, gaps)) {
    const free = q < m ? n - 1 : n;
    if (value < 0) certified += choose[K - 1][free] * BigInt(m - g + 1) ** BigInt(free);
  }
  return certified;
}
