/**
 * A Python that has what notebooks need: one that is there already, else a virtual environment in
 * .venv, which git ignores.
 *
 * @module
 */
import { join } from "@std/path";
import { fileURLToPath } from "node:url";

export const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

/** What opening notebooks takes, and what executing them takes, as Python's modules. */
export const LAB = ["jupyterlab"], CLIENT = ["jupyter_client", "nbformat"];

/** The versions that are installed where there is none. */
const PACKAGES = ["jupyterlab==4.6.6", "jupyter_client==8.10.0", "nbformat==5.11.1"];

const VENV = join(CHECKOUT, ".venv");
const IN_VENV = Deno.build.os === "windows"
  ? join(VENV, "Scripts", "python.exe")
  : join(VENV, "bin", "python");

/** The first Python with these modules: that of CROSSLAB_PYTHON, of .venv, python3. */
export async function findPython(modules: readonly string[]): Promise<string | undefined> {
  for (const python of [Deno.env.get("CROSSLAB_PYTHON"), IN_VENV, "python3"]) {
    if (python && await runs([python, "-c", `import ${modules.join(", ")}`])) return python;
  }
  return undefined;
}

/** The same, installed into .venv where there is none. Throws where that cannot be done. */
export async function needPython(modules: readonly string[]): Promise<string> {
  const found = await findPython(modules);
  if (found !== undefined) return found;
  console.error("Installing JupyterLab into .venv/ ...");
  const made = await runs([IN_VENV, "--version"]) || await runs(["python3", "-m", "venv", VENV]);
  const quiet = ["--quiet", "--disable-pip-version-check"];
  if (made && await runs([IN_VENV, "-m", "pip", "install", ...quiet, ...PACKAGES], "inherit")) {
    return IN_VENV;
  }
  throw new Error(
    `Cannot set up Jupyter: expected Python 3 with venv and pip, to install ${
      PACKAGES.join(", ")
    } ` +
      "into .venv, but it did not: install JupyterLab yourself, and set CROSSLAB_PYTHON to its Python",
  );
}

/** Deno throws at once where there is no such program. */
async function runs([program, ...args]: string[], stderr: "null" | "inherit" = "null") {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr }).output()).success;
  } catch {
    return false;
  }
}
