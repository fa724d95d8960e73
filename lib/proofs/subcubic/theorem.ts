/** The records of the sound subcubic proofs and of N6, their sharper form. @module */
import type { Theorem } from "../theorem.ts";
import { DIRECT_PATHS } from "./direct_path.ts";
import { directDimension, scoresDimension } from "./dimension.ts";
import { gapList, GAPS, type Gaps } from "./gaps.ts";
import { everyCombination, hintVectors, type SubcubicParts } from "./parts.ts";
import { prepareSubcubic, searchGaps, verifySubcubic } from "./subcubic.ts";

/** N6 needs the exact EU; L0 is 0 or one of the two shared rows. */
const N6_DIRECT = ["max_diff_exact", "mean_query+max_diff", "svd_query+max_diff"] as const;

const strategies = [
  ...everyCombination("sound", { directPaths: DIRECT_PATHS, sharper: false }),
  ...everyCombination("N6", { directPaths: N6_DIRECT, sharper: true }),
];

export const subcubic: Theorem<SubcubicParts, Gaps> = {
  name: "subcubic",
  title: "The 100 subcubic proofs of the paper, repaired, and N6: the same with sharper terms",
  source: "paper",
  sound: true,
  strategies,
  kinds: { sound: "sound", N6: "N6" },
  options: [],
  planned: strategies.map(({ name }) => ({ strategy: name })),
  growth: 2,
  search: ({ tables, directions }, parts) => searchGaps(prepareSubcubic(tables, parts, directions)),
  form: GAPS,
  verify: ({ tables, directions }, parts, { found }) =>
    verifySubcubic(prepareSubcubic(tables, parts, directions), found),
  write: ({ tables, directions }, { attention, handling, direct, sharper }, { found }) => ({
    parameters: { attention, handling, direct, sharper: sharper ? "N6" : "no" },
    hints: { gaps: gapList(found, tables), ...hintVectors({ attention, direct }, directions) },
  }),
  dimension({ attention, direct, sharper }, sizes) {
    const v = sizes.d_vocab;
    return v * v + v + (sharper ? v * v : directDimension(direct, sizes)) +
      scoresDimension(attention, sizes);
  },
};
