/** What of this checkout goes into a bundle. @module */
import { exists } from "../../lib/io/files.ts";
import { runProgram } from "./run_program.ts";

/** The files that git knows, and the commit; with `-dirty` where they are not what it holds. */
export async function describeCheckout(): Promise<{ files: string[]; commit: string }> {
  if (!(await exists(".git"))) {
    throw new Error(
      "Cannot make a bundle: expected a checkout of git but found none: run this where crosslab was cloned",
    );
  }
  const listed = await runProgram("git", ["ls-files", "-z"]);
  const described = await runProgram("git", ["describe", "--always", "--dirty", "--exclude=*"]);
  const names = listed.split("\0").filter((name) => name !== "");
  const files = [];
  for (const name of names) if (await exists(name)) files.push(name);
  return { files, commit: described.trim() };
}
