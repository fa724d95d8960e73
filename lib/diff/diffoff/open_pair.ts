/** A pair of models with its text and its backdoors, loaded for methods and truth. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { holdModel } from "../../model/hold.ts";
import { type Asked, openQuestion } from "../causal/question/asked.ts";
import type { ReadBy } from "../causal/question/reading.ts";
import type { ModelPair } from "../methods/method.ts";
import type { Making, ModelName } from "../run/language_models.ts";
import type { PairData } from "./pair_data.ts";
import { backdoorNames, type PairName, textOf } from "./pairs.ts";
import { otherModel } from "./pair_models.ts";

/** What the pairs of one seed share. */
export type SeedParts = Making & { models: Record<ModelName, string>; pairData: PairData };

/** `dictionaries`: those that lists were made of so far, by their identity; see listIn. */
export type OpenPair = {
  pair: ModelPair;
  asked: Partial<Record<"A" | "B", Asked>>;
  dictionaries: Map<string, ReadBy>;
  [Symbol.dispose](): void;
};

/** `prompts`: asked of each backdoor. */
export async function openPair(
  gpu: Gpu,
  name: PairName,
  parts: SeedParts,
  { prompts }: { prompts: number },
): Promise<OpenPair> {
  const { run: { settings }, data, models, pairData } = parts;
  const folder = await otherModel(gpu, name, parts);
  using owned = new DisposableStack();
  const load = async (folder: string) =>
    owned.use(await holdModel(gpu, folder, { process: settings.process })).model;
  const base = await load(models.ft1), other = await load(folder);
  const records = pairData.records(textOf(name)), { vocabulary } = data;
  const { A, B } = pairData.asked, some = { A: headOf(A, prompts), B: headOf(B, prompts) };
  const asked: OpenPair["asked"] = {};
  for (const letter of backdoorNames(name)) asked[letter] = await openQuestion(other, some[letter]);
  const { trigger } = pairData;
  const kept = owned.move();
  return {
    pair: {
      base,
      other,
      text: {
        base: data.clean.map(({ ids }) => ids),
        other: records.map(({ ids }) => ids),
        triggered: records.filter(({ ids }) => holds(ids, trigger)).map(({ ids }) => ids),
      },
      vocabulary,
      ...(settings.sites && { sites: settings.sites }),
    },
    asked,
    dictionaries: new Map(),
    [Symbol.dispose]: () => kept.dispose(),
  };
}

function headOf<T extends PairData["asked"]["A"]>(asked: T, n: number): T {
  const { triggered, untriggered, stories } = asked;
  return {
    ...asked,
    triggered: triggered.slice(0, n),
    untriggered: untriggered.slice(0, n),
    stories: stories.slice(0, n),
  };
}

/** Whether ids stand in a row in a sequence. */
function holds(ids: Uint32Array, row: Uint32Array): boolean {
  return ids.some((_, at) => row.every((id, i) => ids[at + i] === id));
}
