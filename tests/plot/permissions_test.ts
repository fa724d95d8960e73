// Only the PNG needs a native library, and permissions to load it; children with fewer of them leave everything else.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figureBundle } from "../../lib/plot/notebook/figure.ts";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { saveFigure } from "../../lib/plot/save.ts";
import { outputProblems } from "../../scripts/output_problems.ts";
import { stagewise } from "../../scripts/stagewise/system.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

const REASON =
  /Cannot draw PNGs: expected resvg's native library, and .* but found: Requires sys access to "cpus"/;
const SPEC = lineChart([1, 2].map((x) => ({ x, y: x, series: "a" })), { title: "Two points" });

/** Runs code that begins with imports from lib and scripts, with these permissions only. */
async function run(code: string, permissions: string[]) {
  const root = new URL("../../", import.meta.url).href;
  const source = code.replace(/ROOT\//g, root).replace("SPEC", JSON.stringify(SPEC));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      `--config=${fileURLToPath(new URL("deno.json", root))}`,
      "--frozen",
      "--quiet",
      "--no-check",
      "--no-prompt",
      ...permissions.map((name) => `--allow-${name}`),
      `data:text/typescript,${encodeURIComponent(source)}`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { success, out, error };
}

Deno.test("saveFigure() without the permissions of a PNG writes spec and SVG, and says why there is no PNG", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const names = () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    await saveFigure(folder, "a", SPEC);
    const svg = await Deno.readTextFile(join(folder, "a.svg"));
    assertEquals(names(), ["a.png", "a.svg", "a.vl.json"]);
    const { success, out, error } = await run(
      `import { saveFigure } from "ROOT/lib/plot/save.ts";
       console.log((await saveFigure(${JSON.stringify(folder)}, "a", SPEC)).length);`,
      ["read", "write"],
    );
    assertEquals([success, out], [true, "2"], error);
    assertMatch(error, REASON);
    assertEquals(names(), ["a.svg", "a.vl.json"], "the PNG of an earlier figure is gone as well");
    assertEquals(await Deno.readTextFile(join(folder, "a.svg")), svg);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("figureBundle() without the permissions of a PNG shows the SVG, and says why", async () => {
  const { success, out, error } = await run(
    `import { figureBundle } from "ROOT/lib/plot/notebook/figure.ts";
     console.log(Object.keys(await figureBundle(SPEC)).join(" "));`,
    ["read"],
  );
  assertEquals(
    [success, out],
    [true, "text/html application/vnd.vegalite.v5+json image/svg+xml text/plain"],
    error,
  );
  assertMatch(error, REASON);
  let heard = 0;
  const bundle = await figureBundle(SPEC, { onMissing: () => heard++ });
  assertEquals([heard, "image/png" in bundle], [0, true]);
});

Deno.test("renderPng() and renderSvg() without their permissions name them", async () => {
  const png = await run(
    `import { renderPng } from "ROOT/lib/plot/render.ts";
     await renderPng("<svg/>").catch(({ message }) => console.log(message));`,
    ["read"],
  );
  assertMatch(png.out, REASON);
  const svg = await run(
    `import { renderSvg } from "ROOT/lib/plot/render.ts";
     await renderSvg(SPEC).catch(({ message }) => console.log(message));`,
    [],
  );
  assertMatch(
    svg.out,
    /^Cannot draw a figure: expected to read its fonts but found: .*--allow-read$/,
  );
});

Deno.test("writeReport() and figures without the permissions of a PNG show SVGs, and say once why", async () => {
  await withSyntheticRun(async (folder) => {
    const { success, out, error } = await run(
      `import { writeReport } from "ROOT/scripts/report.ts";
       import { figures } from "ROOT/scripts/figures.ts";
       const { lines } = await writeReport(${JSON.stringify(folder)});
       const drawn = Number.parseInt(lines.at(-1)); // "36 pictures in FOLDER"
       console.log(lines.filter((line) => line.startsWith("Cannot ")).join(), drawn);
       await figures(["--run", ${JSON.stringify(folder)}]);`,
      ["read", "write"],
    );
    assertEquals(success, true, error);
    assertMatch(out.split("\n")[0], REASON);
    const drawn = Number(/\d+$/.exec(out.split("\n")[0])![0]);
    assert(drawn >= 4, `${drawn} pictures`);
    assertEquals(error.match(/Cannot draw PNGs/g)?.length, 1, error);
    const report = await Deno.readTextFile(join(folder, "report.md"));
    assertStringIncludes(report, "](figures/stagewise-scatter.svg)");
    assertEquals(report.includes(".png)"), false);
    const problems = await outputProblems(folder, [stagewise]);
    assertEquals(problems.map((problem) => / is missing$/.test(problem)), Array(drawn).fill(true)); // every PNG
  });
});
