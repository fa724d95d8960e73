/** Command lines for a shell. @module */

/** A word that sh reads as it is, whatever stands in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as one command. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** What a program printed; throws with what it said where it fails. */
export async function outputOf(words: readonly string[], action: string): Promise<string> {
  const { success, stdout, stderr } = await shell(['exec "$@"', ...words]).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (success) return out;
  const found = said.trim().split("\n").at(-1)! || "nothing";
  throw new Error(
    `Cannot ${action}: expected ${words[0]} to work but found ${JSON.stringify(found)}: ` +
      `is ${words[0]} of Slurm on this machine, and does its controller answer?`,
  );
}

/**
 * A process of sh, the one program that commands may start: a script, then its arguments. `env`: beside
 * the environment of this process. `signal` ends it by SIGTERM.
 */
export function shell(
  [script, ...words]: readonly string[],
  options: Pick<Deno.CommandOptions, "env" | "signal"> = {},
): Deno.Command {
  return new Deno.Command("sh", {
    ...options,
    args: ["-c", script, "sh", ...words],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
