/** Vega's build for browsers, as pages carry it. @module */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The program's text. The package does not export it: it lies beside its module. */
export async function vegaForBrowsers(): Promise<string> {
  const module = import.meta.resolve("npm:vega@6.4.0");
  return await readFile(fileURLToPath(new URL("vega.min.js", module)), "utf8");
}
