/**
 * Opens the notebooks in JupyterLab with Deno's kernel, or executes them and looks at what they show.
 *
 *   deno task notebooks                   an existing JupyterLab, else one in .venv
 *   deno task notebooks --check           executes all, holds what they show against what is stored
 *   deno task notebooks --write 00-tour   executes one and stores what it shows
 */
import { join } from "@std/path";
import { exists } from "../lib/io/files.ts";
import { escaped } from "../lib/io/show.ts";
import { command, runCommand } from "./command_line.ts";
import { differences } from "./notebooks/compare.ts";
import { executeNotebook } from "./notebooks/execute.ts";
import { CHECKOUT, CLIENT, LAB, needPython } from "./notebooks/jupyter.ts";
import { installKernel } from "./notebooks/kernel_spec.ts";

const HELP = `Opens notebooks/ in JupyterLab, with Deno's kernel.

  deno task notebooks [-- OPTIONS OF JUPYTERLAB]
  deno task notebooks --check|--write [NAME...]

  --check     executes the notebooks NAME (all without one) in fresh kernels, top to bottom, and holds what they show
              against what is stored in them: the same words, numbers to three digits. Stored are outputs of an out/
              in which replicate has left nothing
  --write     the same, and stores what they show
  --help      this text

JupyterLab is that of CROSSLAB_PYTHON, of .venv or of python3; where none of these has it, it is installed into .venv.
Deno's kernel is described in .deno/jupyter, nothing of your own Jupyter is changed. Stop it with Ctrl-C.`;

const FOLDER = join(CHECKOUT, "notebooks");

export const notebooks = command({ help: HELP, booleans: ["check", "write"] }, async (given) => {
  if (!given.check && !given.write) return await openLab(given._);
  const names = await chosen(given._), python = await needPython(CLIENT);
  let failed = 0;
  for (const name of names) if (!await execute(python, name, { write: given.write })) failed++;
  const found = given.check && failed > 0 ? await runsThere() : [];
  if (found.length > 0) {
    console.log(
      `Notebooks opened ${found.join(" and ")}, but what is stored is of an out/ without runs: ` +
        "check in a fresh clone.",
    );
  }
  return failed === 0 ? 0 : 1;
});

/** Runs that notebooks open in place of making their own. */
async function runsThere(): Promise<string[]> {
  const runs = ["small", "smoke"].map((preset) => join("out", preset));
  const there = await Promise.all(runs.map((run) => exists(join(CHECKOUT, run))));
  return runs.filter((_, n) => there[n]);
}

/** The notebooks that are named, all without a name. */
async function chosen(wanted: readonly string[]): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir(FOLDER));
  const all = files.flatMap(({ name }) => /^(.+)\.ipynb$/.exec(name)?.[1] ?? []).sort();
  const named = wanted.map((name) => name.replace(/\.ipynb$/, ""));
  const stranger = named.find((name) => !all.includes(name));
  if (stranger === undefined) return named.length > 0 ? named : all;
  throw new RangeError(
    `Cannot execute ${escaped(stranger)}: expected one of ${
      all.join(", ")
    }: name a notebook of ours`,
  );
}

async function openLab(options: readonly string[]): Promise<number> {
  const env = await installKernel(), python = await needPython(LAB);
  const args = ["-m", "jupyterlab", FOLDER, ...options];
  if (Deno.uid() === 0) args.push("--allow-root"); // as in a container, where it refuses otherwise
  return (await new Deno.Command(python, { args, env }).spawn().status).code;
}

/** Executes a notebook and says how it went; whether it went well. */
async function execute(python: string, name: string, { write }: { write: boolean }) {
  const path = join(FOLDER, `${name}.ipynb`);
  const stored = JSON.parse(await Deno.readTextFile(path)), started = performance.now();
  const executed = await executeNotebook(python, path, { write });
  const seconds = Math.round((performance.now() - started) / 1000);
  const errors = executed.flatMap(({ messages }) => messages).filter(({ type }) =>
    type === "error"
  );
  const { differing, otherAdapter } = write ? { differing: [] } : differences(stored, executed);
  const problems = [...errors.map(({ content }) => content.evalue), ...differing];
  const well = otherAdapter ? `ran; ${otherAdapter}, so no number is compared` : "as stored";
  const words = problems.length > 0 ? "NOT as stored" : write ? "stored" : well;
  console.log(`${name}: ${words}, ${executed.length} cells in ${seconds} s`);
  for (const problem of problems) console.log(`  ${problem}`);
  return problems.length === 0;
}

if (import.meta.main) await runCommand(notebooks);
