// The run of tests/diff/synthetic_run.ts: its figures in other formats, and all of them on one page.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { writeJson } from "../../lib/io/files.ts";
import { figures } from "../../scripts/figures.ts";
import { gallery } from "../../scripts/gallery.ts";
import { FIGURES } from "../../scripts/stagewise/figures/mod.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

/** Runs a command that prints nothing. */
async function quietly(run: () => Promise<number>): Promise<number> {
  const log = console.log;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}

Deno.test("figures --format --width --dark writes that alone; gallery draws what has no SVG yet", () =>
  withSyntheticRun(async (folder) => {
    const id = "stagewise-scatter", at = (ending: string) => join(folder, "figures", id + ending);
    const asked = ["--run", folder, "--only", "stagewise-scatt*"];
    assertEquals(await quietly(() => figures([...asked, "--format", "html"])), 0);
    const made = [...Deno.readDirSync(join(folder, "figures"))].map(({ name }) => name).sort();
    assertEquals(made, [`${id}.html`, `${id}.json`]);

    for (const { id } of FIGURES.filter((figure) => figure.id !== "stagewise-scatter")) {
      await writeJson(join(folder, "figures", `${id}.json`), { pictures: [{ id }] });
      await Deno.writeTextFile(join(folder, "figures", `${id}.svg`), "<svg></svg>");
    }
    assertEquals(await quietly(() => gallery(["--run", folder])), 0);
    const page = await Deno.readTextFile(join(folder, "gallery.html"));
    for (const { id } of FIGURES) assertStringIncludes(page, `href="report.html#${id}"`);
    const light = await Deno.readTextFile(at(".svg"));

    const narrow = ["--format", "svg", "--width", "320", "--dark"];
    assertEquals(await quietly(() => figures([...asked, ...narrow])), 0);
    const dark = await Deno.readTextFile(at(".dark.svg"));
    assertEquals(await Deno.readTextFile(at(".svg")), light, "the report's picture");
    assertStringIncludes(dark.slice(0, 300), 'width="320"');
    assert(light.includes('fill="white"') !== dark.includes('fill="white"'), "as light as before");
  }));

Deno.test("figures and gallery refuse other formats, widths, and folders without a run", async () => {
  const refused = (run: Promise<number>, text: string) => assertRejects(() => run, Error, text);
  await refused(figures(["--format", "jpg"]), "--format");
  await refused(figures(["--width", "3"]), "--width");
  await refused(figures(["--only", "nothing-*"]), "expected a pattern that fits one of");
  await refused(gallery(["--run", "nowhere"]), "found none in nowhere");
});
