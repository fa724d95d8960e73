/**
 * Which machine is this? For names of temporary files alone: results know nothing of it.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * Stands for the machine that this process runs on, as far as it may know: eight digits, or
 * "unknown".
 */
export async function machine(): Promise<string> {
  const names = [await hostname(), await readIfAllowed("/etc/machine-id")];
  if (names[0] === undefined || names[0].startsWith("localhost")) return "unknown";
  return createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
}

async function hostname(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : await readIfAllowed("/etc/hostname");
}

/** A permission that Deno would have to ask for counts as missing. */
async function readIfAllowed(path: string): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "read", path });
  if (state !== "granted") return undefined;
  return await Deno.readTextFile(path).then((text) => text.trim() || undefined, () => undefined);
}
