// What every notebook in the checkout holds: outputs that a viewer without a kernel can show, code that passes the type
// check, and no logic.
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CHECKOUT, NOTEBOOKS } from "./kernel.ts";

type Cell = {
  cell_type: string;
  source: string[];
  outputs: { output_type: string; data?: Record<string, unknown> }[]; // texts have none
};

const NAMES = [
  "00-tour",
  "10-stagewise",
  "20-crosscoders",
  "30-interactions",
  "40-compact-proofs",
  "50-your-own",
];

const sources = new Map<string, string>();

for (const name of NAMES) {
  const text = await Deno.readTextFile(join(NOTEBOOKS, `${name}.ipynb`));
  const { cells, metadata } = JSON.parse(text) as {
    cells: Cell[];
    metadata: { kernelspec: { name: string } };
  };
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  sources.set(name, code.map(({ source }) => [source].flat().join("")).join("\n"));

  Deno.test(`${name} stores outputs without errors in less than 1 MB`, () => {
    assert(text.length < 1_000_000, `${text.length} bytes`);
    assertEquals(metadata.kernelspec.name, "deno");
    const outputs = code.flatMap(({ outputs }) => outputs);
    assertEquals(outputs.filter(({ output_type }) => output_type === "error"), []);
    const types = new Set(outputs.flatMap(({ data = {} }) => Object.keys(data)));
    for (const type of ["image/png", "text/html", "text/plain"]) assert(types.has(type), type);
    const html = outputs.map(({ data = {} }) => [data["text/html"]].flat().join(""));
    const figures = html.filter((text) => text.startsWith("<crosslab-figure"));
    const bringing = figures.filter((text) => text.includes("customElements.define"));
    assertEquals(bringing.length, 1, "one figure brings vega's runtime for all");
  });

  Deno.test(`${name} holds no logic: every code cell follows a sentence and defines no function`, () => {
    for (const [i, { cell_type, source }] of cells.entries()) {
      if (cell_type !== "code") continue;
      assertEquals(cells[i - 1]?.cell_type, "markdown", `cell ${i}`);
      const code = [source].flat().join("").replace(/`[^`]*`/g, ""); // texts, such as a kernel's
      const logic = /\bfunction\b|=>|\bfor\s*\(|\bif\s*\(|\bwhile\s*\(/.exec(code);
      assertEquals(logic?.[0], undefined, `cell ${i}`);
    }
  });
}

Deno.test("the files of notebooks/ are those that are tested", () => {
  const files = [...Deno.readDirSync(NOTEBOOKS)].flatMap(({ name }) =>
    /^(.+)\.ipynb$/.exec(name)?.[1] ?? []
  );
  assertEquals(files.sort(), NAMES);
});

Deno.test("the cells of all notebooks pass deno check", async () => {
  const folder = await Deno.makeTempDir({ dir: NOTEBOOKS, prefix: ".cells-" });
  try {
    const files = [...sources].map(async ([name, text]) => {
      const file = join(folder, `${name}.ts`);
      await Deno.writeTextFile(
        file,
        text.replace('from "@crosslab/crosslab"', 'from "../../lib/mod.ts"'),
      );
      return file;
    });
    const args = ["check", "--quiet", "--frozen", ...await Promise.all(files)];
    const options = { args, cwd: CHECKOUT, env: { NO_COLOR: "1" } };
    const { success, stderr } = await new Deno.Command(Deno.execPath(), options).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
