// A notebook of a user's own beside lib imports a package that crosslab does not have; with a frozen lock the cell ended
// without a word. In a copy, since Deno notes the package in deno.lock.
import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "@std/path";
import { CHECKOUT, executeNotebook, jupyterPython } from "./kernel.ts";

Deno.test("a notebook in notebooks/ imports a package that crosslab does not have", async () => {
  const python = await jupyterPython();
  if (python === undefined) return;
  const { npm } = JSON.parse(await Deno.readTextFile(join(CHECKOUT, "deno.lock")));
  const [its] = Object.keys(npm).filter((name) => name.startsWith("tslib@"));
  const folder = await Deno.makeTempDir({ prefix: "crosslab-own-package-" });
  try {
    for (const file of ["deno.json", "deno.lock", "lib/io/nearest.ts"]) {
      await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
      await Deno.copyFile(join(CHECKOUT, file), join(folder, file));
    }
    const source = [
      `import { __assign } from "npm:${its}";\n`,
      `import { nearestNames } from "../lib/io/nearest.ts";\n`,
      `console.log(typeof __assign, nearestNames("bcd", ["a", "bc"], 1)[0]);`,
    ];
    const cell = { cell_type: "code", id: "own", metadata: {}, outputs: [], source };
    const notebook = {
      cells: [{ ...cell, execution_count: null }],
      metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const notebooks = join(folder, "notebooks");
    await Deno.mkdir(notebooks);
    await Deno.writeTextFile(join(notebooks, "own.ipynb"), JSON.stringify(notebook));
    const path = relative(join(CHECKOUT, "notebooks"), join(notebooks, "own.ipynb"));
    const [{ messages }] = await executeNotebook(python, path, {});
    assertEquals(messages.map(({ content }) => content.text), ["function bc\n"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
