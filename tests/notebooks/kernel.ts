/**
 * Notebooks on Deno's Jupyter kernel, driven by a Jupyter client in Python: that of CROSSLAB_PYTHON, else of .venv.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { fileURLToPath } from "node:url";

export const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

export type Message = {
  type: "display_data" | "update_display_data" | "execute_result" | "stream" | "error";
  seconds: number;
  // deno-lint-ignore no-explicit-any -- as Jupyter's protocol has it
  content: any;
};
export type ExecutedCell = { source: string; messages: Message[] };

/** A Python that has jupyter_client and nbformat; undefined, and a word about it, where there is none. */
export async function jupyterPython(): Promise<string | undefined> {
  const candidates = [Deno.env.get("CROSSLAB_PYTHON"), join(CHECKOUT, ".venv", "bin", "python")];
  for (const python of candidates) {
    if (!python) continue;
    const args = ["-c", "import jupyter_client, nbformat"];
    if (await works(python, args)) return python;
  }
  console.log(
    "notebooks: skipped, no Jupyter client: set CROSSLAB_PYTHON to a Python with jupyter_client and nbformat",
  );
  return undefined;
}

/** Deno throws at once where there is no such program. */
async function works(program: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Executes a notebook and returns the messages of its code cells, up to the first that fails. */
export async function executeNotebook(
  python: string,
  notebook: string,
  { cwd, parameters, cells }: { cwd: string; parameters?: string; cells?: number },
): Promise<ExecutedCell[]> {
  const args = [join(CHECKOUT, "tests", "notebooks", "run_notebook.py")];
  args.push(join(CHECKOUT, "notebooks", notebook), "--deno", Deno.execPath(), "--cwd", cwd);
  if (parameters !== undefined) args.push("--parameters", parameters);
  if (cells !== undefined) args.push("--cells", `${cells}`);
  const output = await new Deno.Command(python, { args }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((b) => new TextDecoder().decode(b));
  if (stdout === "") throw new Error(`${notebook} did not run: ${stderr}`);
  const executed: ExecutedCell[] = JSON.parse(stdout);
  for (const { source, messages } of executed) {
    const errors = messages.filter(({ type }) => type === "error");
    assertEquals(errors.map(({ content }) => content.evalue), [], source);
  }
  return executed;
}

/** The one cell whose source contains `text`. */
export function cellWith(cells: ExecutedCell[], text: string): ExecutedCell {
  const found = cells.filter(({ source }) => source.includes(text));
  assertEquals(found.length, 1, text);
  return found[0];
}

/** The MIME bundles that a cell displayed, updates left out. */
export function bundles({ messages }: ExecutedCell): Record<string, string>[] {
  return messages.filter(({ type }) => type === "display_data").map(({ content }) => content.data);
}

/** A figure has a picture, a chart for front ends that have one, and its title in words. */
export function checkFigure(bundle: Record<string, string>, title: string): void {
  const png = Uint8Array.fromBase64(bundle["image/png"]);
  assertEquals([...png.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert(png.length > 10_000, `a picture of ${png.length} bytes`);
  const chart = bundle["application/vnd.vegalite.v5+json"] as unknown as Record<string, unknown>;
  assertEquals(chart.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
  assertEquals(bundle["text/plain"], title);
}
