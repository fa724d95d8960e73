/**
 * The explorer as one HTML page that needs nothing else: no network, no server. Whatever stands in a
 * token or a story is data in it, read as characters: JSON without a "<", put into the page as text
 * alone; a policy lets the page run its own script and nothing else.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { escapeHtml } from "../html/escape.ts";
import type { ExplorerData } from "./data.ts";
import { packExplorer } from "./pack.ts";
import { pageProgram } from "./program.ts";
import { STYLE } from "./style.ts";

/** The page. Throws as packExplorer does on lists that do not belong together. */
export function explorerPage(data: ExplorerData): string {
  const program = pageProgram();
  const json = JSON.stringify(packExplorer(data)).replaceAll("<", "\\u003c");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(program)}`,
    `style-src ${hashOf(STYLE)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(data.title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    '<div id="page"><noscript>This page needs JavaScript.</noscript></div>',
    `<script type="application/json" id="data">${json}</script>`,
    `<script>${program}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
