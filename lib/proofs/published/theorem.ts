/** The record of the 100 published subcubic strategies: NOT proofs, see published.ts. @module */
import type { Prover, Theorem } from "../theorem.ts";
import { type Audit, auditPublished } from "./audit.ts";
import { directDimension, scoresDimension } from "../subcubic/dimension.ts";
import { DIRECT_PATHS } from "../subcubic/direct_path.ts";
import { GAPS, type Gaps } from "../subcubic/gaps.ts";
import { everyCombination, type SubcubicParts } from "../subcubic/parts.ts";
import { runPublished, searchPublished } from "./published.ts";
import { preparePublished } from "./tables.ts";

const strategies = everyCombination("published", { directPaths: DIRECT_PATHS, sharper: false });

export const published: Theorem<SubcubicParts, Gaps> = {
  name: "published",
  title: "The 100 subcubic strategies as published, by an unsound step: they prove nothing",
  source: "paper",
  sound: false,
  strategies,
  kinds: { published: "published, unsound" },
  options: [],
  planned: strategies.map(({ name }) => ({ strategy: name })),
  growth: 2,
  search: ({ tables, directions }, parts) =>
    searchPublished(preparePublished(tables, parts, directions)),
  form: GAPS,
  verify: ({ tables, directions }, parts, { found }) =>
    runPublished(preparePublished(tables, parts, directions), found),
  dimension({ attention, direct }, sizes) {
    const v = sizes.d_vocab;
    return v * v + v + directDimension(direct, sizes) + scoresDimension(attention, sizes);
  },
};

/** What the counted cases of a published strategy rest on; nothing for any other. */
export function auditOf(
  { tables, directions }: Prover,
  { theorem, parts }: { theorem: Theorem; parts: unknown },
  found: unknown,
): Audit | undefined {
  if (theorem !== published) return undefined;
  const prepared = preparePublished(tables, parts as SubcubicParts, directions);
  return auditPublished(prepared, found as Gaps);
}
