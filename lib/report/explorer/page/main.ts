/** Starts the page: its data are in it, as JSON. @module */
import { App } from "./app.ts";
import { browser } from "./browser.ts";
import { openExplorer } from "./explorer.ts";
import { html, render } from "./preact.ts";

const { document } = browser;
const explorer = openExplorer(document.getElementById("data")!.textContent);
const root = document.getElementById("page")!;
root.textContent = "";
render(html`<${App} explorer=${explorer} />`, root);
