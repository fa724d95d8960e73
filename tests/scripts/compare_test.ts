// The run of tests/diff/synthetic_run.ts beside itself.
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { compare } from "../../scripts/compare.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

/** What a command prints. */
async function printedBy(command: () => Promise<number>): Promise<string> {
  const lines: string[] = [], log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    await command();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("compare names runs that lie in or beside a folder without one", async () => {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-compare-" });
  const out = join(folder, "out"); // runs of others may lie beside a temporary folder
  try {
    await Deno.mkdir(out);
    await Deno.writeTextFile(join(out, "a-file"), "");
    await Deno.mkdir(join(out, "smoke", "proofs"), { recursive: true });
    await Deno.writeTextFile(join(out, "smoke", "proofs", "results.json"), "{}");
    const words = `: name ${join(out, "smoke")}, or run deno task replicate first`;
    await assertRejects(() => compare([join(out, "small")]), Error, words);
    await assertRejects(() => compare([out]), Error, words);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compare prints a table for each system that has results, one column a run", () =>
  withSyntheticRun(async (folder) => {
    const text = await printedBy(() => compare([folder, folder]));
    const share = "95 % (41 of 43)";
    const together = "95 % (82 of 86; 95 to 95 %)";
    const cells = ["active latents, firing in DF or MF", "95 %", share, share, together];
    assertStringIncludes(text, `| ${cells.join(" | ")} |`);
    assertEquals(text.match(/^## /gm)?.length, 1); // there are no proofs in it
    const message =
      `expected a finished run with stagewise/measures.json but found none in ${folder}x`;
    const named = [folder, `${folder}x`, "--system", "stagewise"];
    await assertRejects(() => compare(named), Error, message);
  }));

Deno.test("compare refuses folders without results, and systems that it does not know", async () => {
  await assertRejects(() => compare(["nowhere"]), Error, "expected a finished run with stagewise/");
  await assertRejects(() => compare([]), Error, "expected folders but found none: see --help");
  await assertRejects(
    () => compare(["x", "--system", "stagwise"]),
    Error,
    "did you mean stagewise",
  );
});
