/** A notebook executed by a Jupyter client, cell by cell. @module */
import { join } from "@std/path";
import { CHECKOUT } from "./jupyter.ts";
import { installKernel } from "./kernel_spec.ts";

/** What a kernel sent, as Jupyter's protocol has it; `seconds` since its cell was started. */
export type Message = {
  type: "display_data" | "update_display_data" | "execute_result" | "stream" | "error";
  seconds: number;
  // deno-lint-ignore no-explicit-any -- as Jupyter's protocol has it
  content: any;
};

/** `interrupts`: the seconds, since it was started, at which the kernel was interrupted. */
export type ExecutedCell = { source: string; messages: Message[]; interrupts: number[] };

export type ExecuteOptions = {
  /** The working folder of the kernel; that of the notebook by default. */
  cwd?: string;
  /** Code in the place of the cell tagged "parameters". */
  parameters?: string;
  /** So many code cells alone. */
  cells?: number;
  /** A text in the source of cells in which the kernel is interrupted, once their work is under way. */
  interrupt?: string;
  /** Whether the notebook's outputs become those of this run. */
  write?: boolean;
};

/**
 * Executes a notebook with a Python that has a Jupyter client; the messages of its code cells, up to
 * the first that fails.
 */
export async function executeNotebook(
  python: string,
  notebook: string,
  { cwd, parameters, cells, interrupt, write }: ExecuteOptions = {},
): Promise<ExecutedCell[]> {
  const { JUPYTER_PATH } = await installKernel();
  const args = [join(CHECKOUT, "scripts", "notebooks", "run_notebook.py"), notebook];
  if (cwd !== undefined) args.push("--cwd", cwd);
  if (parameters !== undefined) args.push("--parameters", parameters);
  if (cells !== undefined) args.push("--cells", `${cells}`);
  if (interrupt !== undefined) args.push("--interrupt", interrupt);
  if (write) args.push("--write");
  const output = await new Deno.Command(python, { args, env: { JUPYTER_PATH } }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((b) => new TextDecoder().decode(b));
  if (stdout === "") throw new Error(`${notebook} did not run: ${stderr}`);
  return JSON.parse(stdout);
}
