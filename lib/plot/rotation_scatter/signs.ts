/** Signs around some points of a rotation scatter. @module */
import { INK } from "../theme.ts";
import type { RotationPoint, Sign } from "./point.ts";

/** One row a point and sign, so that each sign has its place in the legend. */
export function signLayers(drawn: readonly RotationPoint[], signs: readonly Sign[]) {
  const values = drawn.flatMap(({ latent, x, y, signs: own = [] }) =>
    own.map((sign) => ({ latent, x, y, sign }))
  );
  if (values.length === 0) return [];
  return [{
    data: { values },
    mark: { type: "point", filled: false, strokeWidth: 2, opacity: 1, size: 220 },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      shape: {
        field: "sign",
        type: "nominal",
        scale: {
          domain: signs.map(({ name }) => name),
          range: signs.map(({ shape }) => shape),
        },
        legend: {
          title: null,
          orient: "top",
          columnPadding: 22,
          symbolSize: 160,
          symbolStrokeColor: INK,
        },
      },
      stroke: {
        condition: signs.map(({ name, colour }) => ({
          test: `datum.sign === ${JSON.stringify(name)}`,
          value: colour,
        })),
        value: INK,
      },
    },
  }];
}
