/** The page's program: the modules in page/, linked. @module */
import app from "./page/app.ts" with { type: "text" };
import axes from "./page/axes.ts" with { type: "text" };
import browser from "./page/browser.ts" with { type: "text" };
import context_view from "./page/context_view.ts" with { type: "text" };
import controls from "./page/controls.ts" with { type: "text" };
import density from "./page/density.ts" with { type: "text" };
import filters from "./page/filters.ts" with { type: "text" };
import format from "./page/format.ts" with { type: "text" };
import latent from "./page/latent.ts" with { type: "text" };
import main from "./page/main.ts" with { type: "text" };
import marks from "./page/marks.ts" with { type: "text" };
import nearest_point from "./page/nearest_point.ts" with { type: "text" };
import packing from "./page/packing.ts" with { type: "text" };
import path from "./page/path.ts" with { type: "text" };
import preact from "./page/preact.ts" with { type: "text" };
import profile from "./page/profile.ts" with { type: "text" };
import ranked from "./page/ranked.ts" with { type: "text" };
import scale from "./page/scale.ts" with { type: "text" };
import scatter from "./page/scatter.ts" with { type: "text" };
import table from "./page/table.ts" with { type: "text" };
import tip from "./page/tip.ts" with { type: "text" };
import unpack from "./page/unpack.ts" with { type: "text" };
import windows from "./page/windows.ts" with { type: "text" };
import { link } from "./link.ts";
import { preactScript } from "./preact_script.ts";

/** One script: Preact, then the page. */
export function pageProgram(): string {
  const modules = {
    app,
    axes,
    browser,
    context_view,
    controls,
    density,
    filters,
    format,
    latent,
    main,
    marks,
    nearest_point,
    packing,
    path,
    preact,
    profile,
    ranked,
    scale,
    scatter,
    table,
    tip,
    unpack,
    windows,
  };
  return `"use strict";\n${preactScript()}\n${link(modules, "main")}\n`;
}
