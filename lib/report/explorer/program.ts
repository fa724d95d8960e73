/** The page's program: the modules in page/, linked. @module */
import activation_table from "./page/activation_table.ts" with { type: "text" };
import app from "./page/app.ts" with { type: "text" };
import bounds from "./page/bounds.ts" with { type: "text" };
import browser from "./page/browser.ts" with { type: "text" };
import context_view from "./page/context_view.ts" with { type: "text" };
import controls from "./page/controls.ts" with { type: "text" };
import density from "./page/density.ts" with { type: "text" };
import explorer from "./page/explorer.ts" with { type: "text" };
import filters from "./page/filters.ts" with { type: "text" };
import format from "./page/format.ts" with { type: "text" };
import frame from "./page/frame.ts" with { type: "text" };
import heading from "./page/heading.ts" with { type: "text" };
import latent from "./page/latent.ts" with { type: "text" };
import latent_words from "./page/latent_words.ts" with { type: "text" };
import layout from "./page/layout.ts" with { type: "text" };
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
import scene from "./page/scene.ts" with { type: "text" };
import table from "./page/table.ts" with { type: "text" };
import tip from "./page/tip.ts" with { type: "text" };
import unpack from "./page/unpack.ts" with { type: "text" };
import use_cursor from "./page/use_cursor.ts" with { type: "text" };
import use_pointer from "./page/use_pointer.ts" with { type: "text" };
import use_selected from "./page/use_selected.ts" with { type: "text" };
import use_width from "./page/use_width.ts" with { type: "text" };
import windows from "./page/windows.ts" with { type: "text" };
import { link } from "./link.ts";
import { preactScript } from "./preact_script.ts";

/** One script: Preact, then the page. */
export function pageProgram(): string {
  const modules = {
    activation_table,
    app,
    bounds,
    browser,
    context_view,
    controls,
    density,
    explorer,
    filters,
    format,
    frame,
    heading,
    latent,
    latent_words,
    layout,
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
    scene,
    table,
    tip,
    unpack,
    use_cursor,
    use_pointer,
    use_selected,
    use_width,
    windows,
  };
  return `"use strict";\n${preactScript()}\n${link(modules, "main")}\n`;
}
