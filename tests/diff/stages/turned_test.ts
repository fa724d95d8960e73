// The run of tests/diff/synthetic_run.ts; its header works out the numbers expected here.
import { assertEquals } from "@std/assert";
import { readStagewise } from "../../../lib/diff/stored/results.ts";
import { latentTable } from "../../../lib/diff/stages/table.ts";
import {
  activeQuadrants,
  isRelevant,
  relevanceRanks,
  turnedTwice,
} from "../../../lib/diff/stages/turned.ts";
import { withSyntheticRun } from "../synthetic_run.ts";

Deno.test("turnedTwice() cuts over the active latents, or over all of them, and counts active ones alone", () =>
  withSyntheticRun(async (folder) => {
    const rows = latentTable(await readStagewise(folder));
    const latents = (over?: "all") =>
      turnedTwice(rows, { percentile: 10, over }).group.map(({ latent }) => latent);
    assertEquals(latents(), [0, 2, 3]);
    assertEquals(latents("all"), [0, 2]);
    const { group, others } = turnedTwice(rows, { percentile: 10 });
    assertEquals([group.filter(isRelevant).length, others.filter(isRelevant).length], [2, 2]);
    assertEquals(group.length + others.length, 41);
  }));

Deno.test("activeQuadrants() puts every active latent into one quadrant", () =>
  withSyntheticRun(async (folder) => {
    const rows = latentTable(await readStagewise(folder));
    const { quadrants } = activeQuadrants(rows, { percentile: 10 });
    const sizes = Object.values(quadrants).map((
      { group, others },
    ) => [group.length, others.length]);
    assertEquals(sizes, [[3, 38], [1, 40], [1, 40], [36, 5]]);
  }));

Deno.test("relevanceRanks() ranks by each cosine and by the larger one, and not without relevant latents", () =>
  withSyntheticRun(async (folder) => {
    const rows = latentTable(await readStagewise(folder));
    const ranks = relevanceRanks(rows, { seed: 0 });
    assertEquals(ranks.map(({ score, of, others }) => [score, of, others]), [
      ["x", 4, 37],
      ["y", 4, 37],
      ["max(x, y)", 4, 37],
    ]);
    for (const { interval } of ranks) assertEquals(interval, undefined); // of four latents
    assertEquals(relevanceRanks(rows.filter((row) => !isRelevant(row)), { seed: 0 }), []);
  }));
