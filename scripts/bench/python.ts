/** Peers of ours in Python: CROSSLAB_PYTHON names one that has what they need. @module */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { messageOf } from "../terminal.ts";
import type { Times } from "./measure.ts";

/**
 * Runs a script that prints JSON with wall and cpu seconds; says why where it cannot. CPU time is
 * spread over the cores, as ours.
 */
export async function runPython<More>(
  script: string,
  args: readonly (string | number)[],
): Promise<(Times & More) | string> {
  const python = Deno.env.get("CROSSLAB_PYTHON") ?? "python3";
  const permission = await Deno.permissions.query({ name: "run", command: python });
  if (permission.state !== "granted") return `no permission to run ${python}`;
  try {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const { code, stdout, stderr } = await new Deno.Command(python, {
      args: [path, ...args.map(String)],
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (code !== 0) return `${python}: ${text(stderr).split("\n").at(-1)}`;
    const peer: Times & More = JSON.parse(text(stdout));
    return { ...peer, cpu: peer.cpu / availableParallelism() };
  } catch (error) {
    return `${python}: ${messageOf(error)}`;
  }
}
