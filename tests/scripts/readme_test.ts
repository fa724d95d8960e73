// Runs of a made-up system, gathered from summary.json and put into the README of a temporary folder.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { alignedTable, wrapped } from "../../scripts/readme/format.ts";
import { fillReadme, KEPT, readKept, resultsText, runsWith } from "../../scripts/readme/fill.ts";
import type { Shown } from "../../scripts/readme/gather.ts";
import { missingHeadlines, tableRows } from "../../scripts/readme/rows.ts";
import { readme } from "../../scripts/readme.ts";

const HITS = "hits", LOSS = "loss";

const claims = { hits: "Hits are many", loss: "Loss is low" };

const toy: Shown = {
  id: "toy",
  headlines: [
    { what: "loss here", figure: "toy-loss", lines: [LOSS], claim: claims.loss },
    {
      what: "hits / loss",
      figure: "toy-hits",
      lines: [HITS, LOSS],
      claim: claims.hits,
      repeats: ({ models }) => `${models} models`,
    },
    { what: "never measured", figure: "toy-no", lines: ["none such"], claim: "No such claim" },
  ],
};
const other: Shown = { id: "other", headlines: [], answers: [claims.hits] };

type Made = { seed: number; hits: number; loss: number; verdict?: string; corpus?: unknown };

function summaryOf({ seed, hits, loss, verdict = "replicated", corpus }: Made) {
  const lines = [
    {
      ...{ name: HITS, paper: 71, ours: 100 * hits / 20, count: { count: hits, of: 20 } },
      ...{ unit: "%", digits: 0, note: "" },
    },
    { name: LOSS, ours: loss, digits: 2, note: "not kept" },
    { name: "not shown", ours: 1, digits: 0, note: "" },
  ];
  const findings = [
    { claim: claims.hits, verdict, text: "" },
    { claim: claims.loss, verdict: "replicated", text: "" },
  ];
  const made = { preset: "small", seed, adapter: "llvmpipe (LLVM 15) subgroups 8", corpus };
  return { toy: { ...made, settings: { models: 3 }, findings, groups: [{ title: "", lines }] } };
}

type Summary = ReturnType<typeof summaryOf>;

/** A checkout with an empty README and no run, and a folder a run. */
async function withRuns(
  made: Made[],
  use: (root: string, folders: string[]) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "crosslab-readme-" });
  try {
    await Deno.mkdir(join(root, "scripts/readme"), { recursive: true });
    await writeJson(join(root, KEPT), []);
    await Deno.writeTextFile(
      join(root, "README.md"),
      "# A\n\n<!-- results:begin -->\n<!-- results:end -->\n",
    );
    const folders = made.map((_, i) => join(root, `run-${i}`));
    for (const [i, folder] of folders.entries()) {
      await Deno.mkdir(folder);
      await writeJson(join(folder, "summary.json"), summaryOf(made[i]));
    }
    await use(root, folders);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const options = { systems: [toy], commit: "0a1b2c3" };

Deno.test("readme pools the seeds of a corpus, failures first, and says where they were measured", () =>
  withRuns([
    { seed: 1, hits: 5, loss: 0.5, verdict: "in part" },
    { seed: 0, hits: 10, loss: 1.5, verdict: "not replicated" },
  ], async (_, folders) => {
    const runs = await runsWith([], folders, options);
    const where = ["llvmpipe<br>`0a1b2c3`"];
    assertEquals(tableRows([toy], runs).slice(1), [
      [
        ...["of 2: 1 not replicated, 1 in part", "`toy-hits`<br>hits / loss", "71 % / –"],
        ...["38 % (15 of 40) / 1.00 (0.50 to 1.50)", "0, 1 (3 models)", ...where],
      ],
      [
        ...["replicated", "`toy-loss`<br>loss here", "–", "1.00 (0.50 to 1.50)", "0, 1"],
        ...where,
      ],
    ]);
    assertEquals(missingHeadlines([toy], runs), ["toy: never measured"]);
    const told = (answers?: string[]) =>
      resultsText([{ ...toy, answers }, other], runs).replaceAll("\n", " ");
    assertStringIncludes(
      told(),
      "in each system's first run: toy: 1 in part, 1 replicated. No full run yet: other.",
    );
    assert(told().endsWith("|"));
    assert(
      told([claims.loss, claims.hits]).endsWith(
        "|  `toy` at preset small, seeds 1: Loss is low: replicated. Hits are many: in part.",
      ),
    );
  }));

Deno.test("readme counts claims that nobody published by themselves", () =>
  withRuns([{ seed: 0, hits: 5, loss: 0.5 }], async (root, [folder]) => {
    const { toy: made } = summaryOf({ seed: 0, hits: 5, loss: 0.5, verdict: "in part" });
    const findings = made.findings.map((one, i) => i === 1 ? { ...one, own: true } : one);
    await writeJson(join(folder, "summary.json"), { toy: { ...made, findings } });
    await fillReadme(root, await runsWith([], [folder], options), { systems: [toy], folders: [] });
    assertStringIncludes(
      resultsText([toy], await readKept(root)).replaceAll("\n", " "),
      "first run: toy: 1 in part, of our own questions 1 replicated.",
    );
  }));

Deno.test("readme keeps corpora apart", () =>
  withRuns([
    { seed: 0, hits: 5, loss: 0.5, corpus: "grammar" },
    { seed: 0, hits: 10, loss: 1.5, corpus: { name: "tales.txt" } },
  ], async (_, folders) => {
    const runs = await runsWith([], folders, options);
    const [, row] = tableRows([toy], runs);
    assertEquals(row[3], "grammar: 0.50<br>tales: 1.50");
    const { command } = runs[1];
    assertEquals(command, "deno task replicate toy --preset small --seed 0 --corpus tales.txt");
  }));

Deno.test("readme keeps presets apart, and says what each found", () =>
  withRuns([
    { seed: 0, hits: 5, loss: 0.5, corpus: "grammar" },
    { seed: 0, hits: 10, loss: 1.5, corpus: "grammar", verdict: "undecided" },
    { seed: 1, hits: 2, loss: 0.5, corpus: "tales.txt" },
  ], async (_, folders) => {
    const path = join(folders[1], "summary.json"), { toy: made } = await readJson(path) as Summary;
    await writeJson(path, { toy: { ...made, preset: "smoke" } });
    const runs = await runsWith([], folders.slice(0, 2), options);
    const [, hits, loss] = tableRows([toy], runs);
    assertEquals(hits[0], "of 2: 1 undecided, 1 replicated");
    assertEquals(loss[0], "replicated");
    assertEquals(loss[3], "small: 0.50<br>smoke: 1.50");
    assertEquals(loss[4], "small: 0<br>smoke: 0");
    const told = resultsText([{ ...toy, answers: [claims.loss, claims.hits] }], runs);
    assertStringIncludes(
      told.replaceAll("\n", " "),
      "at preset small, seeds 0: Loss is low: replicated. Hits are many: replicated. " +
        "At preset smoke, seeds 0, in this order: replicated, undecided.",
    );
    const [, three] = tableRows([toy], await runsWith([], folders, options));
    assertEquals(
      three[3].split("<br>").map((cell) => cell.split(":")[0]),
      ["small, grammar", "smoke, grammar", "small, tales"],
    );
  }));

Deno.test("readme keeps the command of a run over many seeds", () =>
  withRuns([{ seed: 3, hits: 5, loss: 0.5 }], async (_, [folder]) => {
    const path = join(folder, "summary.json"), summary = JSON.parse(await Deno.readTextFile(path));
    await writeJson(path, { toy: { ...summary.toy, seeds: [3, 4, 5] } });
    const [{ command, seeds }] = await runsWith([], [folder], options);
    assertEquals([command, seeds], ["deno task replicate toy --preset small --seeds 3-5", [
      3,
      4,
      5,
    ]]);
  }));

Deno.test("readme puts a system's new runs in place of its earlier ones, and keeps other systems", () =>
  withRuns(
    [{ seed: 0, hits: 5, loss: 0.5 }, { seed: 7, hits: 5, loss: 0.5 }],
    async (root, [a, b]) => {
      const [first] = await runsWith([], [a], options);
      const kept = [{ ...first, system: "other" }, first];
      const runs = await runsWith(kept, [b], options);
      assertEquals(runs.map(({ system, seeds }) => [system, seeds]), [["other", [0]], ["toy", [
        7,
      ]]]);
      const shown = { systems: [toy], folders: [] };
      await fillReadme(root, runs, shown);
      const text = await Deno.readTextFile(join(root, "README.md"));
      assertStringIncludes(text, "| replicated | `toy-hits`<br>hits / loss | 71 % / – |");
      const again = await readKept(root);
      assertEquals(Object.keys(again[1].lines), [LOSS, HITS]);
      await fillReadme(root, again, shown);
      assertEquals(await Deno.readTextFile(join(root, "README.md")), text);
    },
  ));

Deno.test("readme refuses a folder that has nothing to show", () =>
  withRuns([{ seed: 0, hits: 5, loss: 0.5 }], async (root, [folder]) => {
    const nothing = runsWith([], [folder], { ...options, systems: [other] });
    await assertRejects(() => nothing, Error, "expected a summary of other but found none");
    await assertRejects(() => runsWith([], [root], options), Error, "summary.json");
    const twice = runsWith([], [folder, folder], options);
    await assertRejects(
      () => twice,
      Error,
      "expected each once but found toy, preset small, seed 0 twice",
    );
    await writeJson(join(folder, "summary.json"), { toy: { preset: "small" } });
    await assertRejects(() => runsWith([], [folder], options), RangeError, "seed");
    await assertRejects(
      () => readme(["x", "--system", "stagwise"]),
      Error,
      "did you mean stagewise",
    );
  }));

Deno.test("Tables and sentences stand as deno fmt leaves them", () => {
  const table = "| a    | b   |\n| ---- | --- |\n| long | –   |";
  assertEquals(alignedTable([["a", "b"], ["long", "–"]]), table);
  assertEquals(wrapped("one two three", 7), "one two\nthree");
});
