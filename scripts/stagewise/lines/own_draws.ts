/** What random vectors do in the places of causal latents, line by line. @module */
import { OWN_KEPT } from "../../../lib/diff/causal/edits/removal.ts";
import { type OwnCounts, ownCounts } from "../../../lib/diff/causal/summary.ts";
import { type Line, shareLine } from "../../../lib/report/line.ts";
import type { StagewiseResults } from "../results.ts";
import { type Baseline, causalOf, type DictionaryName, storedName } from "./causal.ts";

/** In a dictionary, beside the null baseline's. */
export function ownLines(run: StagewiseResults, name: DictionaryName): Line[] {
  const { dictionaries } = causalOf(run);
  return OWN_KEPT.flatMap((keep) => {
    const [own, none] = (["run", "null"] as Baseline[])
      .map((baseline) => ownCounts(dictionaries[storedName(name, baseline)], keep));
    return LINES.map(({ what, of, note }) =>
      shareLine(`${name}: ${what}, ${keep} kept`, own[of], {
        base: none[of],
        note: `${own.draws} vectors in each place; ${note}; others: the null baseline's dictionary`,
      })
    );
  });
}

const LINES: { what: string; of: Exclude<keyof OwnCounts, "draws">; note: string }[] = [
  {
    what: "causal latents whose effect no random vector in their place matches",
    of: "unmatched",
    note: "matching: lowers log-odds and KL at least as far, means of both halves",
  },
  {
    what: "random vectors in the places of causal latents that would be called causal",
    of: "called",
    note: "by the rule for latents, whose floor is pooled over all of a dictionary",
  },
  {
    what: "causal latents in whose place no random vector would be called causal",
    of: "unreached",
    note: "not the same as matching: a vector may be called causal and do much less",
  },
];
