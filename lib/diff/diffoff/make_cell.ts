/** Makes a cell: a method's list for a pair, and its measurements on the pair's backdoors. @module */
import { join } from "node:path";
import { cached } from "../../io/cached.ts";
import { writeSafetensors } from "../../io/encode_safetensors.ts";
import { readJson, writeJson } from "../../io/files.ts";
import type { Direction } from "../causal/direction.ts";
import type { EffectList } from "../causal/effects.ts";
import type { Asked } from "../causal/question/asked.ts";
import { coderId } from "../methods/identity.ts";
import { keepIn } from "../methods/keep.ts";
import type { Found } from "../methods/method.ts";
import { listed } from "./cell.ts";
import { LEAST_ANSWERED } from "./decision.ts";
import { filteringCost, latentsOf, measureList } from "./measure_list.ts";
import { type MeasuredCell, type Singles, singlesOf } from "./measured.ts";
import type { OpenPair } from "./open_pair.ts";
import { type CellId, type Keyed, methodSeed, truthMade } from "./task.ts";
import { headOf } from "./top_vectors.ts";

/** Files of a cell; seconds stand apart, since no two runs have the same. */
export const CELL_FILE = "cell.json", HEAD_FILE = "head.safetensors", SECONDS_FILE = "seconds.json";

const TRUTH_FILE = "effects.json";

/** Wall time of a cell: a dictionary, or its truth, that an earlier cell left costs nothing here. */
export type CellSeconds = { find: number; truth: number };

/** Writes a cell's files into `folder`. */
export async function makeCell(
  id: CellId,
  { keyed, open, folder }: { keyed: Keyed; open: OpenPair; folder: string },
): Promise<void> {
  const began = performance.now(), { found, list } = await findList(id, { keyed, open });
  const listedAt = performance.now();
  const measured = await measuredOf(id, list, { keyed, open });
  const seconds = { find: (listedAt - began) / 1e3, truth: (performance.now() - listedAt) / 1e3 };
  const cell: MeasuredCell = { ...id, list: listed(found), cost: found.cost, ...measured };
  await writeJson(join(folder, CELL_FILE), cell);
  await writeSafetensors(join(folder, HEAD_FILE), headOf(found));
  await writeJson(join(folder, SECONDS_FILE), seconds satisfies CellSeconds);
}

type Work = { keyed: Keyed; open: OpenPair };

/** What a cell's method finds; `list`: as a question is asked about it. */
export async function findList(
  id: CellId,
  { keyed, open }: Work,
): Promise<{ found: Found; list: NamedList }> {
  const { settings: { methods: settings }, methods, cacheDir, onDamaged } = keyed.task;
  const method = methods.find(({ name }) => name === id.method)!, seed = methodSeed(id);
  const keep = keepIn(cacheDir, { onDamaged });
  const found = await method.find(open.pair, { settings, seed, keep, together: methods });
  return { found, list: listIn(open, found) };
}

/** `id`: of its dictionary. */
type NamedList = EffectList & { id?: string };

async function measuredOf(
  id: CellId,
  list: NamedList,
  { keyed, open }: Work,
): Promise<Pick<MeasuredCell, "truths" | "untold" | "filtering">> {
  const { asked } = open, letters = (["A", "B"] as const).filter((letter) => asked[letter]);
  const untold = Object.fromEntries(letters.flatMap((letter) => {
    const why = unanswered(asked[letter]!);
    return why === undefined ? [] : [[letter, why]];
  }));
  const told = letters.filter((letter) => !(letter in untold));
  const truths: MeasuredCell["truths"] = {};
  for (const letter of told) {
    const question = asked[letter]!, other = told.find((other) => other !== letter);
    const singles = await singlesIn(id, { list, letter, question, keyed });
    truths[letter] = await measureList(question, list, {
      singles,
      ...(other && { other: asked[other] }),
    });
  }
  const first = asked[told[0]];
  return {
    truths,
    filtering: first ? await filteringCost(first, list) : { flops: 0, bytes: 0 },
    ...(letters.length > told.length && { untold }),
  };
}

/** Why a backdoor has no truth: what is not there cannot be stopped. */
function unanswered({ before, backdoor: { payload } }: Asked): string | undefined {
  const of = before.triggered.length;
  const count = before.triggered.filter(({ matched }) => matched === payload.length).length;
  return count >= LEAST_ANSWERED * of
    ? undefined
    : `${count} of ${of} triggered prompts are answered with the payload`;
}

/**
 * What a question is asked about; a dictionary that an earlier list of the pair had stands for its
 * equal.
 */
function listIn(
  { dictionaries }: OpenPair,
  { coder, read, directions }: Found,
): NamedList {
  if (coder === undefined) return { directions };
  const id = coderId(coder), known = dictionaries.get(id) ?? { coder, read };
  dictionaries.set(id, known);
  return { ...known, directions, id };
}

type SinglesWork = {
  list: NamedList;
  letter: "A" | "B";
  question: Asked;
  keyed: Keyed;
};

/** Vectors of a list, or all latents of its dictionary: these once for all lists of it. */
async function singlesIn(
  id: CellId,
  { list, letter, question, keyed }: SinglesWork,
): Promise<Singles> {
  const seed = methodSeed(id), { coder, id: dictionary } = list;
  if (latentsOf(list) === undefined) return await singlesOf(question, list, { seed });
  const { cacheDir, onDamaged } = keyed.task;
  const directions = Array.from(
    { length: coder!.config.d_sae },
    (_, latent): Direction => ({ kind: "latent", latent }),
  );
  const made = truthMade(id, { letter, dictionary: dictionary! }, keyed);
  const folder = await cached(cacheDir, made, async (to) => {
    const singles = await singlesOf(question, { ...list, directions }, { seed });
    await writeJson(join(to, TRUTH_FILE), singles);
  }, { onDamaged });
  return await readJson(join(folder, TRUTH_FILE));
}
