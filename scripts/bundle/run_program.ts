/** Programs of the system that making a bundle needs. @module */

/**
 * What a program writes to stdout, its stderr shown as it comes. Throws where it is not there or
 * fails.
 */
export async function runProgram(
  name: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<string> {
  const { code, stdout } = await output(name, args, options);
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(
    `Cannot make a bundle: expected ${name} to do its work but it ended with ${code}: see its messages above`,
  );
}

async function output(name: string, args: readonly string[], options: Deno.CommandOptions) {
  try {
    return await new Deno.Command(name, { args: [...args], stderr: "inherit", ...options })
      .output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot make a bundle: expected ${name} but found none: install it`);
  }
}
