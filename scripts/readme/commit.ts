/** The commit of this checkout. @module */

/** With `-dirty` where files are not what the commit holds. Throws where git does not know. */
export async function commitHere(): Promise<string> {
  const args = ["describe", "--always", "--dirty", "--exclude=*"];
  try {
    const { success, stdout } = await new Deno.Command("git", { args, stderr: "null" }).output();
    if (success) return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(
    "Cannot name the commit that made a run: expected git and a checkout of it but found none: " +
      "name it by --commit HASH",
  );
}
