// A run of three tiny models, trained here in a second; the worked numbers come from its own results.json.
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { openGpu } from "../../../lib/gpu/open.ts";
import { readJson } from "../../../lib/io/files.ts";
import { trainMaxOfK } from "../../../lib/proofs/gpu/train.ts";
import { bestOfGroup } from "../../../lib/proofs/run/groups.ts";
import { runProofs } from "../../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import { readProofs } from "../../../lib/proofs/run/results.ts";
import type { Picture } from "../../../lib/report/figure.ts";
import { drawFigures } from "../../../scripts/figures.ts";
import { proofs } from "../../../scripts/proofs/system.ts";
import { systemsIn } from "../../../scripts/stored_results.ts";
import { outputProblems } from "../../../scripts/output_problems.ts";
import { PAPER } from "../../../scripts/proofs/paper.ts";
import { writeReport } from "../../../scripts/report.ts";
import type { Line } from "../../../lib/report/line.ts";
import { publishedAt } from "../../../scripts/proofs/lines/bounds.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
{
  using gpu = await openGpu();
  await runProofs(gpu, {
    settings: {
      ...proofsSettings("smoke"),
      families: [{ K: 4, v: 6, seeds: 2 }, { K: 5, v: 5, seeds: 1 }],
      draws: { "sampled": 200, "sampled/N5": 200 },
      tasks: [{ task: "argmax", K: 3, v: 5, seeds: 2 }, { task: "second", K: 2, v: 6, seeds: 1 }],
      larger: [{ K: 3, v: 5, d_model: 12, seeds: 1 }],
      ablations: 100,
    },
    preset: "smoke",
    seed: 0,
    folder,
    cacheDir: join(folder, "cache"),
    train: (config, { seeds, task, onLog }) =>
      trainMaxOfK(gpu, config, { seeds, task, steps: 200, lr: 1e-2, onLog }),
  });
}

Deno.test("writeReport() draws every figure of the proofs and reports finite numbers under names of their own", async () => {
  await writeReport(folder);
  assertEquals(await systemsIn(folder), [proofs]);
  for (const { id } of proofs.figures) {
    const { lines, pictures } = await readJson(join(folder, "figures", `${id}.json`));
    assertEquals(pictures[0].id, id);
    assert(lines.length > 0, id);
    assertEquals(new Set(lines.map(({ name }: Line) => name)).size, lines.length, id);
  }
  assertEquals(await outputProblems(folder, [proofs]), []);
  const { proofs: summary } = await readJson(join(folder, "summary.json"));
  assertEquals(summary.findings.length, 11);
  for (const { title, lines } of summary.groups as { title: string; lines: Line[] }[]) {
    assertEquals(new Set(lines.map(({ name }) => name)).size, lines.length, title);
    for (const { name, ours } of lines) assert(Number.isFinite(ours), name);
  }
  const headed = (start: string) =>
    summary.groups.find(({ title }: { title: string }) => title.startsWith(start));
  assert(headed("The residual against noise").lines.length > 20);
  const ablations = headed("Ablations");
  assertEquals(ablations.lines.length, 2 * 32);
  assertStringIncludes(await Deno.readTextFile(join(folder, "report.md")), "## Compact proofs");
});

Deno.test("draw() of what one model shows covers every population, and the report has every picture", async () => {
  const report = await Deno.readTextFile(join(folder, "report.html"));
  for (const id of ["heat-maps", "residuals"]) {
    const { pictures } = await readJson(join(folder, "figures", `proofs-${id}.json`));
    assertEquals(pictures, [
      { id: `proofs-${id}`, about: "K = 4, v = 6, K4-v6-seed0" },
      { id: `proofs-${id}-K5-v5`, about: "K = 5, v = 5, K5-v5-seed0" },
    ]);
    for (const picture of pictures as Picture[]) {
      assertMatch(report, new RegExp(`<figure id="${picture.id}"><div class="scroll"[^>]*><svg`));
      assertMatch(report, new RegExp(`<figcaption>[^<]*: ${picture.about}\\.`));
    }
  }
  const one = ["directions", "factors", "spectra", "noise", "copying", "attention-slope"];
  for (const id of [...one, "attention-difference"]) {
    const svg = await Deno.readTextFile(join(folder, "figures", `proofs-${id}.svg`));
    for (const family of ["K = 4, v = 6", "K = 5, v = 5"]) assertStringIncludes(svg, family);
  }
});

Deno.test("proofs-bound-vs-ratio draws the best of each handling, low ratios alone, and every strategy", async () => {
  const [{ pictures, lines }] = await drawFigures(folder, ["proofs-bound-vs-ratio"]);
  const { models } = await readProofs(folder);
  const low = models.filter(({ singular: [a, b] }) => a / b < 375);
  assertEquals(low.length, 3); // tiny models are far from rank one
  assertEquals(pictures.map(({ id }) => id.replace("proofs-bound-vs-ratio", "")), [
    "",
    "-low", // K = 4 has two such models
    "-all",
  ]);
  const points = async (suffix: string): Promise<{ series: string }[]> => {
    const spec = await readJson(join(folder, "figures", `proofs-bound-vs-ratio${suffix}.vl.json`));
    return spec.concat.flatMap((panel: { layer: { data: { values: { series: string }[] } }[] }) =>
      panel.layer[0].data.values
    );
  };
  assertEquals((await points("")).length, 9 * 3);
  assertEquals((await points("-low")).length, 9 * 2);
  const every = models.flatMap(({ rows }) =>
    rows.filter(({ strategy }) => /^published\/(?!exact_EQKE)/.test(strategy))
  );
  assertEquals((await points("-all")).length, every.length);
  assert(lines.some(({ name }) => name.startsWith("K = 4, v = 6: svd, ratio below 375: slope")));
});

Deno.test("proofs-noise compares what is left after all peeling with the same of the paper, not what rank one leaves", async () => {
  const [{ lines }] = await drawFigures(folder, ["proofs-noise"]);
  const value = (name: string) => lines.find((line) => line.name.endsWith(name))!.ours!;
  const all = ["sigma1 of what is left", "the factors' sigma1", "the factors' Frobenius norms"]
    .map((name) => value(`bound by ${name}, times sqrt(2)`));
  // each is a bound on the range of any row, and cruder than the one before
  const [range, ...rest] = [value("largest row range of what is left of EQKE"), ...all];
  assert(
    rest.every((bound, n) => bound >= [range, ...rest][n] * (1 - 1e-9)),
    [range, ...rest].join(),
  );
  const { residual, attentionError } = PAPER;
  assertEquals([residual.svd, residual.max_diff], [undefined, undefined]); // not published for K = 5
  assertEquals([residual.sigma1.value, attentionError.svd.value], [9.684, 20.7]);
});

Deno.test("proofs-groups reports the best strategy of each model, published and sound", async () => {
  const [{ lines }] = await drawFigures(folder, ["proofs-groups"]);
  const run = await readProofs(folder);
  const models = run.models.filter(({ K }) => K === 4);
  for (const variant of ["published", "sound"] as const) {
    const best = models.map(({ rows, accuracy }) =>
      Math.max(
        ...rows.filter(({ strategy }) =>
          new RegExp(`^${variant}/(exact_EQKE\\+)?max_diff_exact/.*/(global_)?max_diff_exact$`)
            .test(strategy)
        ).map(({ bound }) => bound),
      ) / accuracy.value
    );
    assertEquals(bestOfGroup(models, "subcubic", variant).map((row) => row.normalised), best);
    const name = `K = 4, v = 6: subcubic, ${variant === "published" ? "as published" : "sound"}`;
    const line = lines.find((line) => line.name === name)!;
    assert(Math.abs(line.ours! - (best[0] + best[1]) / 2) < 1e-12, name);
    assertEquals(line.paper, undefined); // published for v = 64 only
  }
  const values = { 4: { value: 0.7, source: "" } };
  assertEquals(publishedAt(values, { K: 4, v: 64 })?.value, 0.7);
  assertEquals(publishedAt(values, { K: 5, v: 64 }), undefined);
});

Deno.test("drawFigures() writes the same bytes of proofs again", async () => {
  const ids = ["proofs-noise", "proofs-attention-difference"];
  const bytes = async () => {
    const results = await drawFigures(folder, ids);
    return await Promise.all(results.flatMap(({ files }) => files).map((f) => Deno.readFile(f)));
  };
  assertEquals(await bytes(), await bytes());
});

Deno.test("drawFigures() refuses a figure of proofs where no proofs were made", async () => {
  const empty = await Deno.makeTempDir();
  try {
    const error = await assertRejects(() => drawFigures(empty, ["proofs-groups"]));
    assertMatch((error as Error).message, /finished run with proofs\/results.json but found none/);
  } finally {
    await Deno.remove(empty);
  }
});

Deno.test("drawFigures() refuses a model that is not the one its results speak of", async () => {
  const path = (id: string) => join(folder, "proofs", "models", id, "model.safetensors");
  const bytes = await Deno.readFile(path("K4-v6-seed0"));
  await Deno.copyFile(path("K5-v5-seed0"), path("K4-v6-seed0"));
  const [{ error }] = await drawFigures(folder, ["proofs-heat-maps"]);
  await Deno.writeFile(path("K4-v6-seed0"), bytes);
  assertStringIncludes(error!, "expected K = 4, v = 6 as in its results.json but found K = 5");
});
