/** The second picture of stagewise-stages: how far latents turn, as angles in a plane. @module */
import type { LatentRow } from "../../../../lib/diff/stages/table.ts";
import { median } from "../../../../lib/numerics/statistics.ts";
import {
  arrowDiagram,
  type DiagramArrow,
  type DiagramPanel,
} from "../../../../lib/plot/arrow_diagram.ts";
import { COLOURS, FAINT, type Spec } from "../../../../lib/plot/theme.ts";
import { WAY } from "./ways.ts";

const TURNS = { "S to D": "sd", "D to DF": "x", "S to M": "sm", "M to MF": "y" } as const;
type Turn = keyof typeof TURNS;
type Turns = { name: string; n: number; angles: Record<Turn, number> };

/** Medians of the four cosines of some latents, in degrees; none where there is no latent. */
export function turnsOf(name: string, rows: readonly LatentRow[]): Turns[] {
  if (rows.length === 0) return [];
  const degrees = (key: typeof TURNS[Turn]) =>
    Math.acos(Math.min(1, Math.max(-1, median(rows.map((row) => row[key]))))) * 180 / Math.PI;
  const angles = Object.fromEntries(
    Object.entries(TURNS).map(([turn, key]) => [turn, degrees(key)]),
  ) as Record<Turn, number>;
  return [{ name, n: rows.length, angles }];
}

export function turnsSpec(turns: readonly Turns[], percentile: number): Spec {
  const fans = (["D", "M"] as const).flatMap((way) => turns.map((one) => fanOf(way, one)));
  const widest = fans.reduce((most, { rays }) => Math.max(most, rays[2].angle), 0);
  return arrowDiagram(fans.map((fan) => fanPanel(fan, widest)), {
    title: "How far latents turn on the two ways to F",
    subtitle: [
      `Median angles between decoder vectors, over all sites, cut at p = ${percentile} over the active;`,
      "one turn is drawn on top of the other, as if both lay in a plane.",
    ],
    columns: turns.length,
  });
}

type Fan = {
  title: string;
  words: string;
  rays: { stage: string; angle: number; colour: string }[];
};

/** The three vectors of a way, by their angles with S in degrees. */
function fanOf(way: "D" | "M", { name, n, angles }: Turns): Fan {
  const [first, second] = way === "D"
    ? [angles["S to D"], angles["D to DF"]]
    : [angles["S to M"], angles["M to MF"]];
  const turn = (from: string, to: string, angle: number) =>
    `${from} to ${to}: ${angle.toFixed(0)}°`;
  return {
    title: `S → ${way} → ${way}F, ${name} (${n})`,
    words: `${turn("S", way, first)}, ${turn(way, `${way}F`, second)}`,
    rays: [
      { stage: "S", angle: 0, colour: COLOURS.normal },
      { stage: way, angle: first, colour: WAY[way] },
      { stage: `${way}F`, angle: first + second, colour: COLOURS.bottomBoth },
    ],
  };
}

/** Pixels: how long the vectors are, and how far out their names stand. */
const LENGTH = 230, NAME = 250;

/** All fans have one frame, wide and high enough for the `widest` one. */
function fanPanel({ title, words, rays }: Fan, widest: number): DiagramPanel {
  const radians = (degrees: number) => degrees * Math.PI / 180;
  const [left, top] = [
    NAME * Math.max(0, -Math.cos(radians(Math.min(180, widest)))),
    NAME * Math.sin(radians(Math.min(90, widest))),
  ];
  const origin = [30 + left, 30 + top] as const;
  const at = (angle: number, radius: number): [number, number] => [
    origin[0] + radius * Math.cos(radians(angle)),
    origin[1] - radius * Math.sin(radians(angle)),
  ];
  // names of vectors that lie close together stand one above the other
  const heights: number[] = [];
  const texts = rays.map(({ stage, angle, colour }) => {
    const [x, y] = at(angle, NAME), last = heights.at(-1);
    heights.push(last === undefined ? y : Math.min(y, last - 17));
    return { x, y: heights.at(-1)!, text: stage, align: "center" as const, colour };
  });
  return {
    title,
    width: origin[0] + NAME + 30,
    height: origin[1] + 40,
    arrows: rays.map(({ angle, colour }): DiagramArrow => ({
      from: origin,
      to: at(angle, LENGTH),
      colour,
    })),
    texts: [...texts, { x: 30, y: origin[1] + 26, text: words, colour: FAINT }],
  };
}
