/**
 * A figure in a notebook: every chart shows itself at the end of a cell, and
 * `await Deno.jupyter.display(spec)` shows it in the midst of one.
 *
 * @module
 */
import {
  callback,
  exactly,
  expectForm,
  flag,
  maybe,
  oneOf,
  text as anyText,
} from "../../io/form.ts";
import { visible } from "../../io/visible.ts";
import { pngOrReason, renderSvg } from "../render.ts";
import type { Spec } from "../spec.ts";
import { displaying, type MimeBundle } from "./displaying.ts";
import { interactiveHtml, type Picture } from "./interactive.ts";

/** How a figure is shown in a notebook. */
export type DisplayOptions = {
  /** Shown where neither picture nor chart can be. */
  text?: string;
  /** `png` is what viewers such as GitHub show; `svg` keeps text selectable. */
  picture?: "png" | "svg";
  /** Whether the HTML brings vega's runtime along: one figure of a page has to. */
  runtime?: boolean;
  /**
   * Hears why there is no PNG, where there can be none and the SVG is shown; by default a line on
   * stderr.
   */
  onMissing?: (reason: string) => void;
};

const OPTIONS = exactly({
  text: maybe(anyText),
  picture: maybe(oneOf(["png", "svg"])),
  runtime: maybe(flag),
  onMissing: maybe(callback),
});

/** The spec, which a notebook now shows as the figure. */
export function asFigure(spec: Spec): Spec {
  return displaying(spec, () => figureBundle(spec, { runtime: brings(spec) }));
}

/** An object that Deno's Jupyter kernel shows as the figure, where a spec alone says too little. */
export function displayFigure(spec: Spec, options: DisplayOptions = {}): object {
  expectForm("show a figure", options, OPTIONS);
  return displaying({}, () => figureBundle(spec, { runtime: brings(spec), ...options }));
}

/** The figure that brings the runtime along for all others of this kernel, by its title. */
let bringing: string | undefined;

/** The first figure shown does, and does so again when its cell is run again. */
function brings(spec: Spec): boolean {
  bringing ??= titleOf(spec);
  return bringing === titleOf(spec);
}

/**
 * The MIME bundle of a figure: the chart in HTML that works by itself, its spec, picture and text.
 */
export async function figureBundle(spec: Spec, options: DisplayOptions = {}): Promise<MimeBundle> {
  expectForm("show a figure", options, OPTIONS);
  const { text = titleOf(spec), picture = "png", runtime = false, onMissing = console.error } =
    options;
  const svg = await renderSvg(spec);
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  const { png, reason } = picture === "png" ? await pngOrReason(svg, { scale: 1, onNote }) : {};
  if (reason !== undefined) onMissing(reason);
  const drawn: Picture = png === undefined
    ? { "image/svg+xml": svg }
    : { "image/png": png.toBase64() };
  return {
    "text/html": await interactiveHtml(spec, { picture: drawn, title: text, runtime }),
    // Notebook front ends know version 5 by this type; our specs use nothing newer.
    "application/vnd.vegalite.v5+json": {
      ...spec,
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    },
    ...drawn,
    "text/plain": [text, ...notes].map(visible).join("\n"),
  };
}

function titleOf(spec: Spec): string {
  const title = spec.title as string | { text?: string } | undefined;
  return (typeof title === "string" ? title : title?.text) ?? "figure";
}
