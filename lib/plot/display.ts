/**
 * A figure in a notebook: end a cell with `await Deno.jupyter.display(displayFigure(spec))`.
 *
 * @module
 */
import { callback, exactly, expectForm, maybe, oneOf, text as anyText } from "../io/form.ts";
import { visible } from "../io/visible.ts";
import { pngOrReason, renderSvg } from "./render.ts";
import type { Spec } from "./theme.ts";

/** What a notebook shows, by MIME type. */
export type MimeBundle = Record<string, string | Record<string, unknown>>;

/** How a figure is shown in a notebook. */
export type DisplayOptions = {
  /** Shown where neither picture nor chart can be. */
  text?: string;
  /** `png` is what viewers such as GitHub show; `svg` keeps text selectable. */
  picture?: "png" | "svg";
  /**
   * Hears why there is no PNG, where there can be none and the SVG is shown; by default a line on
   * stderr.
   */
  onMissing?: (reason: string) => void;
};

const OPTIONS = exactly({
  text: maybe(anyText),
  picture: maybe(oneOf(["png", "svg"])),
  onMissing: maybe(callback),
});

/** Under this symbol Deno's Jupyter kernel looks for how an object shows itself. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** An object that Deno's Jupyter kernel shows as the figure; nothing is drawn before it asks. */
export function displayFigure(
  spec: Spec,
  options: DisplayOptions = {},
): { [DISPLAY]: () => Promise<MimeBundle> } {
  expectForm("show a figure", options, OPTIONS);
  return { [DISPLAY]: () => figureBundle(spec, options) };
}

/** The MIME bundle of a figure: interactive spec, picture and text. */
export async function figureBundle(spec: Spec, options: DisplayOptions = {}): Promise<MimeBundle> {
  expectForm("show a figure", options, OPTIONS);
  const { text = titleOf(spec), picture = "png", onMissing = console.error } = options;
  const svg = await renderSvg(spec);
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  const { png, reason } = picture === "png" ? await pngOrReason(svg, { scale: 1, onNote }) : {};
  if (reason !== undefined) onMissing(reason);
  return {
    // Notebook front ends know version 5 by this type; our specs use nothing newer.
    "application/vnd.vegalite.v5+json": {
      ...spec,
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    },
    ...(png === undefined ? { "image/svg+xml": svg } : { "image/png": png.toBase64() }),
    "text/plain": [text, ...notes].map(visible).join("\n"),
  };
}

function titleOf(spec: Spec): string {
  const title = spec.title as string | { text?: string } | undefined;
  return (typeof title === "string" ? title : title?.text) ?? "figure";
}
