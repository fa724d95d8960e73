/** The latents of a dictionary that are necessary, one by one, and the floors that they exceed. @module */
import { OWN_KEPT } from "../../../lib/diff/causal/edits/removal.ts";
import { FLOOR_QUANTILE } from "../../../lib/diff/causal/rules.ts";
import { placeCounts } from "../../../lib/diff/causal/summary.ts";
import type { DictionaryTruth } from "../../../lib/diff/stored/causal_results.ts";
import { formatNumber, type Line, numberLine } from "../../../lib/report/line.ts";
import type { StagewiseResults } from "../results.ts";
import { type Baseline, causalOf, type DictionaryName, storedName, title } from "./causal.ts";

/** Floors of both halves, then causal latents, then those that are necessary alone. */
export function necessaryLines(
  run: StagewiseResults,
  name: DictionaryName,
  baseline: Baseline,
): Line[] {
  const truth = causalOf(run).dictionaries[storedName(name, baseline)], at = title(name, baseline);
  const necessary = [...truth.latents.keys()].filter((latent) => truth.latents[latent].necessary);
  const ordered = [true, false].flatMap((wanted) =>
    necessary.filter((latent) => truth.latents[latent].causal === wanted)
  );
  return [...floorLines(at, truth), ...ordered.map((latent) => latentLine(at, latent, truth))];
}

const HALVES = ["first half", "second half"] as const;

/** Draws of one number are the same random numbers in all dictionaries: their floors are not independent. */
export const PAIRED =
  "a draw for latent i is of the same random numbers in every dictionary, so that their " +
  "random vectors are paired, not independent";

function floorLines(at: string, { floor }: DictionaryTruth): Line[] {
  if (floor === null) return [];
  const words = { logOdds: "the payload's log-odds", KL: "KL to the untriggered answer" };
  return (["logOdds", "KL"] as const).flatMap((of) =>
    HALVES.map((half, h) =>
      numberLine(`${at}: floor, fall of ${words[of]}, ${half}`, floor.halves[h][of], {
        note:
          `nats that ${
            100 * FLOOR_QUANTILE
          } % of random vectors of the latents' norms do not exceed; ` +
          PAIRED,
      })
    )
  );
}

function latentLine(at: string, latent: number, truth: DictionaryTruth): Line {
  const { payload, halves, clean, causal } = truth.latents[latent];
  const nats = (value: number, digits = 2) => formatNumber(value, { digits });
  const change = (of: "logOdds" | "KL") => halves.map((half) => nats(half[of])).join(" and ");
  const own = OWN_KEPT.map((keep) => {
    const { draws, called, matching } = placeCounts(truth, latent, keep);
    return `of ${draws} random vectors in its place ${called} would be called causal, ${matching} do as much`;
  });
  return numberLine(
    `${at} #${latent}${causal ? "" : ", necessary only"}: payloads left when it is removed alone`,
    100 * payload,
    {
      unit: "%",
      digits: 0,
      note: [
        `change of log-odds ${change("logOdds")}, of KL ${change("KL")} nats on the halves`,
        ...(clean === undefined ? [] : [`untriggered KL ${nats(clean, 3)}`]),
        ...own,
      ].join("; "),
    },
  );
}
