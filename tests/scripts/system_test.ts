// A system that is an object in this file goes through everything that the commands do with the real ones.
import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { lineChart } from "../../lib/plot/line_chart.ts";
import { figureBlocks, numberBlocks } from "../../lib/report/figure.ts";
import { numberLine } from "../../lib/report/line.ts";
import { outputProblems } from "../../scripts/output_problems.ts";
import { drawSystem } from "../../scripts/draw.ts";
import { scriptOf } from "../../scripts/made.ts";
import { makePart, writeReport } from "../../scripts/report.ts";
import { runSystems } from "../../scripts/run_systems.ts";
import type { Figure, System } from "../../scripts/system.ts";
import { SYSTEMS } from "../../scripts/systems.ts";

type Toy = { heights: number[] };

const rise: Figure<Toy, "scale"> = {
  id: "toy-rise",
  title: "How the heights rise",
  caption: "One point a height.",
  numbers: "Heights",
  options: { scale: { help: "what heights are multiplied by", default: 1, range: { above: 0 } } },
  draw({ heights }, { scale }) {
    const rows = heights.map((y, x) => ({ x, y: scale * y, series: "height" }));
    const lines = rows.map(({ x, y }) => numberLine(`height ${x}`, y));
    return { spec: lineChart(rows, { title: "How the heights rise" }), lines };
  },
};

const toy: System<Toy> = {
  id: "toy",
  title: "A toy",
  writes: ["toy/heights.json"],
  prepare: ({ folder }) =>
    Promise.resolve(() => writeJson(join(folder, "toy", "heights.json"), { heights: [1, 2, 4] })),
  tasks: {
    list: () => Promise.resolve([{ name: "all", needs: [] }]),
    prepare: (_, options) => toy.prepare(options),
    seconds: () => Promise.resolve(new Map([["all", { low: 1, high: 1 }]])),
  },
  read: (folder) => readJson(join(folder, "toy", "heights.json")),
  plan: () => Promise.resolve(["nothing"]),
  about: () => ({ preset: "smoke", seed: 3, adapter: "none", settings: { n: 3 } }),
  figures: [rise],
  section: (_, drawn) => [...figureBlocks(drawn), ...numberBlocks(drawn)],
  files: ({ heights }) => ({ "toy/sum.json": heights.reduce((a, b) => a + b) }),
  tableRows: (runs) => [["", ...runs.map(() => "run")], ["last", ...runs.map(() => "4")]],
  headlines: [],
};

async function withToy<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "crosslab-toy-" });
  try {
    await writeJson(join(folder, "toy", "heights.json"), { heights: [1, 2, 4] });
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a system is drawn, reported and checked from its one object", () =>
  withToy(async (folder) => {
    const part = await makePart(toy, folder);
    const { failures } = await writeReport(folder, { parts: [part] });
    assertEquals([failures, await outputProblems(folder, [toy])], [[], []]);
    assertEquals(await readJson(join(folder, "toy", "sum.json")), 7);
    const { about, settings, figure } = {
      about: (await readJson(join(folder, "summary.json"))).toy,
      settings: { n: 3 },
      figure: await readJson(join(folder, "figures", "toy-rise.json")),
    };
    assertEquals([about.settings, about.groups[0].lines.length], [settings, 3]);
    assertEquals([figure.seed, figure.options, figure.settings], [3, { scale: 1 }, undefined]);
    const report = await Deno.readTextFile(join(folder, "report.md"));
    for (const text of ["## A toy", "One point a height.", "### Heights"]) {
      assertStringIncludes(report, text);
    }
    await Deno.remove(join(folder, "figures", "toy-rise.png"));
    assertEquals((await outputProblems(folder, [toy])).length, 1);
  }));

Deno.test("a figure is given its own options, and no other", () =>
  withToy(async (folder) => {
    const results = await toy.read(folder);
    const options = { scale: 10, percentile: 5 };
    const [{ lines }] = await drawSystem(toy, results, { folder, options });
    assertEquals(lines.map(({ ours }) => ours), [10, 20, 40]);
    const stored = await readJson(join(folder, "figures", "toy-rise.json"));
    assertEquals(stored.options, { scale: 10 });
  }));

Deno.test("a report says which systems are not done and what stopped one, and the last one does not", () =>
  withToy(async (folder) => {
    const parts = [await makePart(toy, folder)];
    const read = (name: string) => Deno.readTextFile(join(folder, name));
    const stopped = {
      id: "stopped",
      title: "Stopped one",
      error: "Cannot train: the disk is full.",
    };
    await writeReport(folder, { parts, waiting: [stopped, { id: "later", title: "Another" }] });
    for (const name of ["report.md", "report.html"]) {
      const text = await read(name);
      assertStringIncludes(text, "Stopped: Cannot train: the disk is full.");
      assert(text.indexOf("Another") < text.indexOf("Not done when this report was written"));
    }
    assertEquals(Object.keys(await readJson(join(folder, "summary.json"))), ["toy"]);
    await writeReport(folder, { parts });
    assertFalse((await read("report.md")).includes("Another"));
  }));

Deno.test("runSystems() leaves a report of what is done where a system stops", () =>
  withToy(async (folder) => {
    const stop = () => Promise.reject(new Error("Cannot train: the disk is full"));
    const other = { ...toy, id: "other", title: "Another", prepare: () => Promise.resolve(stop) };
    const last = { ...other, id: "last", title: "The last" };
    const cacheDir = join(folder, "cache"), out = join(folder, "smoke");
    const run = {
      preset: "smoke" as const,
      seed: 0,
      folder: out,
      cacheDir,
      choices: {},
      sweep: {},
    };
    await assertRejects(() => runSystems([toy, other, last], run), Error, "the disk is full");
    const report = await Deno.readTextFile(join(out, "report.md"));
    assertStringIncludes(report, "## Another\n\nStopped: Cannot train: the disk is full. The same");
    assertStringIncludes(report, "## The last\n\nNot done when this report was written");
    const [figure] = await Array.fromAsync(Deno.readDir(join(out, "figures")), ({ name }) => name);
    assert(figure.startsWith("toy-rise"));
  }));

Deno.test("every figure names the file that draws it", async () => {
  for (const { figures } of SYSTEMS) {
    for (const figure of figures) {
      const { href } = scriptOf(figure, "out/small");
      assertStringIncludes(await Deno.readTextFile(join("out/small", href!)), `id: "${figure.id}"`);
    }
  }
});

Deno.test("every figure has its system's name before its own, a sentence below it, and an id of its own", () => {
  const figures = SYSTEMS.flatMap(({ id, figures }) => figures.map((figure) => ({ id, figure })));
  for (const { id, figure } of figures) {
    assert(figure.id.startsWith(`${id}-`), figure.id);
    assert(/^[A-Z].*\.$/.test(figure.caption), figure.caption);
  }
  assertEquals(new Set(figures.map(({ figure }) => figure.id)).size, figures.length);
});
