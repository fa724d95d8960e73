/** What the first latents of each order leave when they are removed together, line by line. @module */
import { ORDERS } from "../../../lib/diff/causal/order_names.ts";
import { SIZES } from "../../../lib/diff/causal/rules.ts";
import type { CausalResults, Judged, SetPoint } from "../../../lib/diff/stored/causal_results.ts";
import { percentOf } from "../../../lib/numerics/counts.ts";
import { largest, smallest } from "../../../lib/numerics/numbers.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import { formatNumber, type Line, numberLine, shareLine } from "../../../lib/report/line.ts";
import { DICTIONARIES, type DictionaryName } from "./causal.ts";

/** A line for each size of each order; of several draws the middle one, with the range. */
export function curveLines({ sets, nothing }: CausalResults): Line[] {
  return DICTIONARIES.flatMap((name) =>
    ORDERS.filter((order) => order !== "random vectors").flatMap((order) =>
      SIZES.flatMap((size) => {
        const points = sets[name].curve.filter((point) =>
          point.order === order && point.size === size
        );
        return points.length === 0 ? [] : [pointLine(name, points, nothing)];
      })
    )
  );
}

function pointLine(name: DictionaryName, points: readonly SetPoint[], nothing: Judged): Line {
  const { order, size } = points[0], judged = points.map(({ judged }) => judged);
  const title = `${name} by ${order}, ${
    size === 1 ? "1 latent" : `${size} latents`
  }: payloads left`;
  if (judged.length === 1) {
    const [{ payload }] = judged;
    return shareLine(title, payload, { note: costWords(judged[0], nothing) });
  }
  const shares = judged.map(({ payload }) => percentOf(payload)!);
  const middle = (of: (one: Judged) => number) => median(judged.map(of)).toFixed(2);
  return numberLine(title, median(shares), {
    unit: "%",
    digits: 0,
    note: `median of ${judged.length} draws, ${smallest(shares).toFixed(0)} to ${
      largest(shares).toFixed(0)
    } %; KL ${middle(({ KL }) => KL.value)}, untriggered KL ${middle(({ cleanKL }) => cleanKL)}`,
  });
}

/** `KL 10.3 (7.8 with nothing removed), untriggered KL 1.68`. */
export function costWords({ KL, cleanKL }: Judged, nothing: Judged): string {
  const nats = (value: number, digits: number) => formatNumber(value, { digits });
  return `KL ${nats(KL.value, 1)} (${nats(nothing.KL.value, 1)} with nothing removed), ` +
    `untriggered KL ${nats(cleanKL, 2)}`;
}
