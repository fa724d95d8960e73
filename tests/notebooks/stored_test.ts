// What every notebook in the checkout holds: outputs that a viewer without a kernel can show, and no logic.
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CHECKOUT } from "./kernel.ts";

type Cell = {
  cell_type: string;
  source: string[];
  outputs: { output_type: string; data: Record<string, unknown> }[];
};

for (const name of ["stagewise.ipynb", "proofs.ipynb"]) {
  const text = await Deno.readTextFile(join(CHECKOUT, "notebooks", name));
  const { cells, metadata } = JSON.parse(text) as {
    cells: Cell[];
    metadata: { kernelspec: { name: string } };
  };

  Deno.test(`${name} stores outputs without errors in less than 100 kB`, () => {
    assert(text.length < 100_000, `${text.length} bytes`);
    assertEquals(metadata.kernelspec.name, "deno");
    const outputs = cells.flatMap(({ cell_type, outputs }) => cell_type === "code" ? outputs : []);
    assertEquals(outputs.filter(({ output_type }) => output_type === "error"), []);
    const types = new Set(outputs.flatMap(({ data }) => Object.keys(data)));
    for (const type of ["image/png", "text/html", "text/plain"]) assert(types.has(type), type);
  });

  Deno.test(`${name} holds no logic: every code cell follows a sentence and defines no function`, () => {
    for (const [i, { cell_type, source }] of cells.entries()) {
      if (cell_type !== "code") continue;
      assertEquals(cells[i - 1]?.cell_type, "markdown", `cell ${i}`);
      const code = [source].flat().join("");
      const logic = /\bfunction\b|=>|\bfor\s*\(|\bif\s*\(|\bwhile\s*\(/.exec(code);
      assertEquals(logic?.[0], undefined, `cell ${i}`);
    }
  });
}
