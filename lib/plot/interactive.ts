/**
 * A figure as one HTML page that needs nothing else: vega draws it there, so that marks say what they
 * are on hover. Needs `--allow-read` for vega's build for browsers, which goes into the page.
 *
 * @module
 */
import { visible } from "../io/visible.ts";
import { DARK, type Spec } from "./theme.ts";
import { vegaForBrowsers } from "./vega_for_browsers.ts";

export type InteractiveOptions = {
  /** The page's title. */
  title: string;
  /** Pixels of the drawing; by default its own size. */
  width?: number;
  dark?: boolean;
};

/** The page's text. */
export async function interactivePage(
  spec: Spec,
  { title, width, dark = false }: InteractiveOptions,
): Promise<string> {
  const { compile } = await import("npm:vega-lite@6.5.0");
  // deno-lint-ignore no-explicit-any -- vega-lite checks the spec itself
  const compiled = JSON.stringify(compile(answering(spec) as any).spec).replaceAll("<", "\\u003c");
  const size = width === undefined ? "" : ` svg { width: ${width}px; height: auto; }`;
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${visible(title).replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</title>`,
    `<style>body { margin: 0; background: ${dark ? DARK.white : "white"}; }${size}</style>`,
    "</head>",
    '<body><main id="figure"></main><noscript>This page needs JavaScript.</noscript>',
    `<script type="application/json" id="spec">${compiled}</script>`,
    `<script>${(await vegaForBrowsers()).replaceAll("</script", "<\\/script")}</script>`,
    `<script>${PROGRAM}</script>`,
    "</body></html>",
    "",
  ].join("\n");
}

/** The same, and marks that say nothing of their own on hover say what they show. */
function answering(spec: Spec): Spec {
  const config = (spec.config ?? {}) as { mark?: Record<string, unknown> };
  return { ...spec, config: { ...config, mark: { ...config.mark, tooltip: true } } };
}

const PROGRAM = `
const spec = JSON.parse(document.getElementById("spec").textContent);
new vega.View(vega.parse(spec), { renderer: "svg", container: "#figure", hover: true }).runAsync();
`;
