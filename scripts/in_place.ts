/** A program in the place of this one. @module */

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Of a console on Windows, which tells all of its programs. */
const OWN_GROUP = Deno.build.os !== "windows";

/**
 * Runs Deno with these arguments to its end; returns the exit code. What asks this program to end
 * reaches that one once, from whoever it comes: it has a group of its own, which no terminal tells.
 */
export async function runInPlace(args: string[], env: Record<string, string>): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args, env, detached: OWN_GROUP }).spawn();
  const listeners = SIGNALS.map((name) =>
    [name, () => {
      if (OWN_GROUP || name === "SIGTERM") child.kill(name);
    }] as const
  );
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  const { code } = await child.status;
  for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
  return code;
}
