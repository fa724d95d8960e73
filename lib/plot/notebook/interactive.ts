/**
 * A chart as HTML that needs neither kernel nor network: an element that holds the chart and, for
 * viewers that run no scripts, its picture. The element is defined by a script that carries vega's
 * own runtime, packed, and stands in one figure of a page; the others wait for it, before or after.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { drawable } from "../../io/visible.ts";
import { vegaSpec } from "../render.ts";
import type { Spec } from "../spec.ts";
import { vegaForBrowsers } from "../vega_for_browsers.ts";
import { attribute } from "./html.ts";

/** A figure drawn: a PNG in base 64, or an SVG. */
export type Picture = { "image/png": string } | { "image/svg+xml": string };

/** The element's name. */
const ELEMENT = "crosslab-figure";

/** `runtime`: whether the script stands here. */
export async function interactiveHtml(
  spec: Spec,
  { picture, title, runtime }: {
    picture: Picture;
    title: string;
    runtime: boolean;
  },
): Promise<string> {
  const source = "image/png" in picture
    ? `data:image/png;base64,${picture["image/png"]}`
    : `data:image/svg+xml;base64,${new TextEncoder().encode(picture["image/svg+xml"]).toBase64()}`;
  const image = `<img alt="${attribute(drawable(title))}" src="${source}">`;
  const chart = packed(JSON.stringify(await vegaSpec(spec)));
  const script = runtime ? `\n<script>${await runtimeScript()}</script>` : "";
  return `<${ELEMENT} data-vega="${chart}">${image}</${ELEMENT}>${script}`;
}

function packed(text: string): string {
  return new Uint8Array(gzipSync(text, { level: 9 })).toBase64();
}

/** Defines the element; what stands in its own tree hides the picture once the chart is there. */
async function runtimeScript(): Promise<string> {
  const vega = await vegaForBrowsers();
  return `if (!customElements.get("${ELEMENT}")) {
const unpack = (text) => new Response(
  new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]).stream()
    .pipeThrough(new DecompressionStream("gzip")),
).text();
const loaded = unpack("${packed(vega)}").then((code) => {
  const vega = {};
  new Function("exports", "module", "define", code)(vega, {});
  return vega;
});
customElements.define("${ELEMENT}", class extends HTMLElement {
  async connectedCallback() {
    if (this.started) return;
    this.started = true;
    const [vega, spec] = await Promise.all([loaded, unpack(this.dataset.vega)]);
    const container = document.createElement("div");
    const view = new vega.View(vega.parse(JSON.parse(spec)), { renderer: "svg", container, hover: true });
    await view.runAsync();
    this.attachShadow({ mode: "open" }).append(container);
  }
});
}`;
}
