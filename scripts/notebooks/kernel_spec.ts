/**
 * Deno's kernel as Jupyter finds it: in a folder of the checkout that git ignores, so that nothing of
 * the user's own Jupyter is touched.
 *
 * @module
 */
import { join } from "@std/path";
import { CHECKOUT } from "./jupyter.ts";

/** Of 2.9.5 and later; kernels before report a cell that failed as fine. */
const LEAST = [2, 9, 5];

/**
 * Writes the kernel of the Deno that runs this, and returns what Jupyter's environment has to name.
 * The kernel asks for a Vulkan, Metal or Direct3D adapter: an OpenGL one answers first where it is
 * there, and lacks what kernels need.
 */
export async function installKernel(): Promise<Record<string, string>> {
  checkDeno(Deno.version.deno);
  const root = join(CHECKOUT, ".deno", "jupyter"), folder = join(root, "kernels", "deno");
  await Deno.mkdir(folder, { recursive: true });
  const kernel = {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: { DENO_WEBGPU_BACKEND: "vulkan,metal,dx12", XDG_RUNTIME_DIR: "/tmp" },
  };
  await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify(kernel, undefined, 2));
  const before = Deno.env.get("JUPYTER_PATH");
  const separator = Deno.build.os === "windows" ? ";" : ":";
  return { JUPYTER_PATH: [root, ...before ? [before] : []].join(separator) };
}

/** Throws where this Deno is too old for notebooks. */
export function checkDeno(version: string): void {
  const parts = version.split(/[.+-]/).slice(0, 3).map(Number);
  const at = parts.findIndex((part, i) => part !== LEAST[i]);
  if (at < 0 || parts[at] > LEAST[at]) return;
  throw new Error(
    `Cannot open notebooks: expected Deno ${
      LEAST.join(".")
    } or newer but found ${version}, whose ` +
      "kernel reports a cell that failed as fine: run deno upgrade",
  );
}
