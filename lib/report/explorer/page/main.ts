/** Starts the page: its data are in it, as JSON. @module */
import { App } from "./app.ts";
import { browser } from "./browser.ts";
import { html, render } from "./preact.ts";
import { unpack } from "./unpack.ts";
import { windowsOf } from "./windows.ts";

const { document } = browser;
const explorer = unpack(document.getElementById("data")!.textContent);
const root = document.getElementById("page")!;
root.textContent = "";
render(html`<${App} explorer=${explorer} windows=${windowsOf(explorer)} />`, root);
