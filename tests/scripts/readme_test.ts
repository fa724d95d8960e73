// The run of tests/diff/synthetic_run.ts, spliced into a README of a temporary folder.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readme } from "../../scripts/readme.ts";
import { SYSTEMS } from "../../scripts/systems.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

const README = fromFileUrl(new URL("../../README.md", import.meta.url));
const SCRIPT = fromFileUrl(new URL("../../scripts/readme.ts", import.meta.url));

async function inFolder(cwd: string, args: string[]): Promise<number> {
  const permissions = ["--allow-read", "--allow-write"];
  const { code } = await new Deno.Command(Deno.execPath(), {
    cwd,
    args: ["run", "--quiet", "--no-check", "--no-prompt", ...permissions, SCRIPT, ...args],
  }).output();
  return code;
}

Deno.test("readme fills the tables of the systems that have results, one column a run", () =>
  withSyntheticRun(async (folder) => {
    const marks = (id: string) => `<!-- ${id}:begin -->\nold ${id}\n<!-- ${id}:end -->\n`;
    const empty = "<!-- diffoff:begin -->\n<!-- diffoff:end -->\n";
    const before = marks("stagewise") + marks("proofs") + empty;
    await Deno.writeTextFile(join(folder, "README.md"), before);
    assertEquals(await inFolder(folder, [folder, folder]), 0);
    const text = await Deno.readTextFile(join(folder, "README.md"));
    assertStringIncludes(text, "| active latents, firing in DF or MF | 95 % | 95 % (41 of 43) |");
    assertEquals(text.includes("old stagewise"), false);
    assertStringIncludes(text, marks("proofs"));
    assertStringIncludes(text, "<!-- diffoff:begin -->\n\nNo run yet.\n\n<!-- diffoff:end -->");
    const typo =
      `expected a finished run with stagewise/measures.json but found none in ${folder}x`;
    const named = [folder, `${folder}x`, "--system", "stagewise", "--print"];
    await assertRejects(() => readme(named), Error, typo);
    await Deno.writeTextFile(join(folder, "README.md"), marks("proofs"));
    assertEquals(await inFolder(folder, [folder]), 1); // no place for the table
  }));

Deno.test("readme refuses folders without results, and systems that it does not know", async () => {
  await assertRejects(() => readme(["nowhere"]), Error, "expected a finished run with stagewise/");
  await assertRejects(() => readme([]), Error, "but found none in no folder");
  await assertRejects(() => readme(["x", "--system", "stagwise"]), Error, "did you mean stagewise");
});

Deno.test("README.md has a place for the table of every system", async () => {
  const text = await Deno.readTextFile(README);
  for (const { id } of SYSTEMS) {
    assertStringIncludes(text, `<!-- ${id}:begin -->`);
    assertStringIncludes(text, `<!-- ${id}:end -->`);
  }
});
