/**
 * Whether a penalty cuts interaction by a fifth at equal reconstruction. Weights were tried on a
 * coarse grid, so that none may lie where reconstruction is just equal: the cut there is interpolated
 * and told, and what only the grid leaves open is no failure.
 *
 * @module
 */
import type { Penalty } from "../../lib/interactions/run/phases/penalty.ts";
import { type Ruling, verdictOf } from "../../lib/report/finding.ts";
import { penaltyRow } from "./lines/penalty.ts";

/** Times the share of variance left without a penalty: up to it reconstruction counts as equal. */
const EQUAL_FVU = 1.02;

/** Of the interaction share without a penalty, what is left at most. */
const CUT = 0.8;

type Row = ReturnType<typeof penaltyRow>;

/** Does some weight of each penalty cut interaction by a fifth at equal reconstruction? */
export function penaltyRuling({ points }: Pick<Penalty, "points">): Ruling {
  const [none, ...others] = points.map(penaltyRow);
  const kinds = [...new Set(others.map(({ kind }) => kind))].map((kind) =>
    kindOf(none, others.filter((row) => row.kind === kind))
  );
  const cases = kinds.map(({ holds }) => holds);
  const open = !cases.includes(true) && cases.includes(undefined);
  return {
    verdict: open ? "undecided" : verdictOf(cases.map((holds) => holds === true)),
    text: `Interaction share without a penalty ${none.interactionShare.toFixed(3)}, variance left ${
      none.FVU.toFixed(3)
    }; ${kinds.map(({ text }) => text).join("; ")}.`,
  };
}

/** `holds` is undefined where only the grid of weights stands against it. */
function kindOf(none: Row, rows: readonly Row[]): { holds: boolean | undefined; text: string } {
  const [{ kind }] = rows, limit = EQUAL_FVU * none.FVU, enough = CUT * none.interactionShare;
  const equal = rows.filter(({ FVU }) => FVU <= limit);
  const [best] = equal.toSorted((a, b) => a.interactionShare - b.interactionShare);
  const between = interpolated([none, ...rows], limit);
  const left = between === undefined
    ? ""
    : `, interpolated to ${EQUAL_FVU} times the variance ${between.toFixed(3)}`;
  if (best === undefined) {
    return { holds: undefined, text: `${kind}: no weight reconstructs as well${left}` };
  }
  const holds = best.interactionShare <= enough;
  return {
    holds: holds || (between !== undefined && between <= enough ? undefined : false),
    text: `${kind} at weight ${best.lambda}: ${best.interactionShare.toFixed(3)}, variance left ${
      best.FVU.toFixed(3)
    }${left}`,
  };
}

/** The interaction share where the variance left first comes to `limit`, on a line between weights. */
function interpolated(rows: readonly Row[], limit: number): number | undefined {
  const path = rows.toSorted((a, b) => a.lambda - b.lambda);
  const at = path.findIndex(({ FVU }) => FVU > limit);
  if (at < 1) return undefined;
  const [before, after] = [path[at - 1], path[at]];
  const share = (limit - before.FVU) / (after.FVU - before.FVU);
  return before.interactionShare + share * (after.interactionShare - before.interactionShare);
}
