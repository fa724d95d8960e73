/** Starting a script of this folder in a process of its own. @module */
import { fileURLToPath } from "node:url";

/** A child with everything that it needs to run; `Deno.execPath()`, so that a kill reaches Deno itself. */
export function child(script: string, args: string[], env: Record<string, string> = {}) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-net=127.0.0.1",
      "--allow-sys=statfs",
      "--no-check",
      path,
      ...args,
    ],
    env,
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs it to the end. */
export async function runChild(script: string, args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await child(script, args, env).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
