/** The page's style: what stands later in the list has the last word. @module */
import colours from "./page/style/colours.css" with { type: "text" };
import layout from "./page/style/layout.css" with { type: "text" };
import controls from "./page/style/controls.css" with { type: "text" };
import scatter from "./page/style/scatter.css" with { type: "text" };
import table from "./page/style/table.css" with { type: "text" };
import latent from "./page/style/latent.css" with { type: "text" };
import charts from "./page/style/charts.css" with { type: "text" };
import narrow from "./page/style/narrow.css" with { type: "text" };

export const STYLE = [
  colours,
  layout,
  controls,
  scatter,
  table,
  latent,
  charts,
  narrow,
].join("\n");
