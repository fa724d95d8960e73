/**
 * interactions-regions: where do two contributions to a neuron interact?
 *
 *   deno task figures interactions-regions
 *
 * The mixed difference I(a, b; c) of ReLU and of the models' GELU over a and b, for a neuron that is
 * off, at its kink and on. No data: the formula alone.
 *
 * @module
 */
import {
  mixedDifference,
  nonlinearity,
  type NonlinearityName,
} from "../../../lib/interactions/formulas/mod.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { middles, type PlaneLine, type PlaneMap, planeMaps } from "../../../lib/plot/plane_maps.ts";
import { numberLine } from "../../../lib/report/line.ts";
import type { Figure } from "../../system.ts";

const TITLE = "Where two contributions interact";

/** Contributions from −2 to 2; odd, so that 0 has a cell. */
const DOMAIN: [number, number] = [-2, 2], CELLS = 27;

/** Rests of the pre-activation: off, at the kink, on. */
const RESTS = [-0.8, 0, 0.8];

const SHOWN = { relu: "ReLU", gelu_new: "GELU (tanh)" };

/** Draws the regions in which a pair interacts, by the sign of the rest. */
export const regions: Figure<InteractionsResults> = {
  id: "interactions-regions",
  title: TITLE,
  caption:
    "I(a, b; c) = φ(a + b + c) − φ(a + c) − φ(b + c) + φ(c): red where the two do more together than alone (AND), blue " +
    "where less (inhibition). Dashed: one of the four points is at 0, where a ReLU has its kink.",
  numbers: "Regions of interaction",
  draw() {
    const names = Object.keys(SHOWN) as (keyof typeof SHOWN)[];
    const maps = names.flatMap((name) => RESTS.map((c) => mapOf(name, c)));
    const spec = planeMaps(maps, {
      title: TITLE,
      subtitle: [
        "Red: more together than alone. Blue: less. White: they add up.",
        "With one sign a pair interacts where it crosses 0, with two signs where one takes the other back.",
      ],
      xTitle: "a",
      yTitle: "b",
      domain: DOMAIN,
    });
    const lines = RESTS.map((c, n) => {
      const inside = Array.from(maps[n].values).filter((value) => Math.abs(value) > 1e-12).length;
      const name = `ReLU, c = ${signed(c)}: part of the square that interacts`;
      return numberLine(name, 100 * inside / CELLS ** 2, { unit: "%", digits: 0 });
    });
    return { spec, lines };
  },
};

const signed = (c: number) => `${c}`.replace("-", "−");

function mapOf(name: keyof typeof SHOWN & NonlinearityName, c: number): PlaneMap {
  const phi = nonlinearity(name), at = middles(DOMAIN, CELLS);
  const values = at.flatMap((b) => at.map((a) => mixedDifference(phi, { a, b, c })));
  return { title: `${SHOWN[name]}, c = ${signed(c)}`, values, lines: kinks(c) };
}

/** a + c = 0, b + c = 0 and a + b + c = 0, inside the square. */
function kinks(c: number): PlaneLine[] {
  const [from, to] = DOMAIN;
  const lowest = Math.max(from, -c - to), highest = Math.min(to, -c - from);
  return [
    { from: [-c, from], to: [-c, to] },
    { from: [from, -c], to: [to, -c] },
    { from: [lowest, -c - lowest], to: [highest, -c - highest] },
  ];
}
