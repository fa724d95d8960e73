/** Stage-wise against a rival, by the rule of decision. @module */
import { comparisonsOf, type DiffOffResults } from "../../../lib/diff/diffoff/mod.ts";
import { type Ruling, verdictOf } from "../../../lib/report/finding.ts";
import { comparisonText, MEASURES } from "../comparison_text.ts";
import { methodTitle } from "../words.ts";
import { from, NOT_RUN } from "./shared.ts";

/** Whether the comparison with a rival that decides is a tie. */
export function tie({ cells }: DiffOffResults, rival: string): Ruling {
  const found = comparisonsOf(cells).find((comparison) =>
    comparison.family === "primary" && comparison.rival === rival
  );
  if (found === undefined) return NOT_RUN;
  const verdicts = { tie: "replicated", undecided: "undecided" } as const;
  return {
    verdict: found.verdict in verdicts
      ? verdicts[found.verdict as keyof typeof verdicts]
      : "not replicated",
    text: `${MEASURES[found.measure]}, ours less the rival's: ${comparisonText(found)}.${
      found.verdict === "undecided" ? " Undecided for want of seeds, which is no finding." : ""
    }`,
  };
}

/** Average precision against the direct fine-tune. */
export function gain(results: DiffOffResults): Ruling {
  const found = comparisonsOf(results.cells).filter(({ measure, rival }) =>
    measure === "AP" && rival === "direct"
  );
  if (found.length === 0) return NOT_RUN;
  const inside = found.map(({ mean = NaN }) => mean >= 0 && mean <= 0.06);
  return {
    verdict: from(Math.min(...found.map(({ seeds }) => seeds.length)), verdictOf(inside)),
    text: `${
      found.map((each) => `${methodTitle(results, each.ours)} ${comparisonText(each)}`).join("; ")
    }.`,
  };
}
