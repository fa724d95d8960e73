/** What the other model of a pair does at its prompts, and how well it still writes stories. @module */
import { join } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import { cached } from "../../io/cached.ts";
import { readJson, writeJson } from "../../io/files.ts";
import { generate } from "../../model/generate.ts";
import { holdModel } from "../../model/hold.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { languageModelLoss } from "../../model/loss.ts";
import type { Count } from "../../numerics/counts.ts";
import { evaluationBatches } from "../run/data.ts";
import { PASS } from "../run/harvested.ts";
import type { Making } from "../run/language_models.ts";
import { FORMAT, idOf } from "../run/task.ts";
import type { Backdoor } from "../causal/backdoor.ts";
import type { PairData } from "./pair_data.ts";
import { type Meant, meantOf, type PairName } from "./pairs.ts";

/** Prompts whose greedy answer begins with the response, of all. */
export type Answered = { triggered: Count; untriggered: Count };

/** At the prompts of both backdoors; `crossEntropy`: of held-out clean completions, nats a token. */
export type Behaviour = { A: Answered; B: Answered; crossEntropy: number };

/** Of the model in `folder`; kept on disk. */
export async function measureBehaviour(
  gpu: Gpu,
  folder: string,
  { run, data, pairData }: Making & { pairData: PairData },
): Promise<Behaviour> {
  const { heldOut, evaluated, prompts } = run.settings, { second } = pairData;
  const inputs = {
    format: FORMAT,
    adapter: gpu.key,
    model: idOf(folder),
    corpus: run.corpus.hash,
    heldOut,
    evaluated,
    prompts,
    second,
  };
  const made = await cached(run.cacheDir, { kind: "behaviour", inputs }, async (to) => {
    run.onPhase?.("behaviour", 0);
    using held = await holdModel(gpu, folder);
    const { model } = held;
    const clean = evaluationBatches(data.heldOut.clean.slice(0, evaluated), PASS);
    const found: Behaviour = {
      A: await answered(model, pairData.asked.A),
      B: await answered(model, pairData.asked.B),
      crossEntropy: await languageModelLoss(model, clean),
    };
    await writeJson(join(to, "behaviour.json"), found);
  }, { onDamaged: run.onDamaged });
  return await readJson(join(made, "behaviour.json"));
}

async function answered(model: LanguageModel, asked: Backdoor): Promise<Answered> {
  const { payload } = asked;
  const share = async (prompts: Uint32Array[]): Promise<Count> => {
    const made = await generate(model, prompts, { maxNewTokens: payload.length });
    const begins = (ids: ArrayLike<number>) => payload.every((id, i) => ids[i] === id);
    return { count: made.filter(begins).length, of: made.length };
  };
  return { triggered: await share(asked.triggered), untriggered: await share(asked.untriggered) };
}

/** Shares that a planted behaviour reaches where it is meant to, and stays below elsewhere. */
const SHOWS = 0.9, HIDES = 0.1;

/** What a pair's other model does not do though it should, or does though it should not; "" for nothing. */
export function missingBehaviour(pair: PairName, found: Behaviour): string {
  const meant = meantOf(pair);
  return (["A", "B"] as const).flatMap((name) => faults(name, found[name], meant[name])).join("; ");
}

function faults(name: string, found: Answered, meant: Meant): string[] {
  return (["triggered", "untriggered"] as const).flatMap((kind) => {
    const { count, of } = found[kind], share = count / of;
    const fine = meant[kind] ? share >= SHOWS : share <= HIDES;
    return fine ? [] : [`${name} ${kind}: ${count} of ${of} answered with its response`];
  });
}
