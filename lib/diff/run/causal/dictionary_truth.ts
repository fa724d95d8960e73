/** Every latent of a dictionary, removed and steered with on its own. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { DictionaryTruth, Steer } from "../../stored/causal_results.ts";
import type { Asked } from "../../causal/question/asked.ts";
import { drawsOf } from "../../causal/rules.ts";
import { type Steered, steeringOf } from "../../causal/steering.ts";
import { causalTruth } from "../../causal/truth.ts";

/** Latents of a crosscoder as a list, all of them or the first so many: places are latents. */
export function latentList(coder: Crosscoder, n = coder.config.d_sae) {
  const directions = Array.from(
    { length: Math.min(n, coder.config.d_sae) },
    (_, latent) => ({ kind: "latent" as const, latent }),
  );
  return { coder, directions };
}

/**
 * The truth of the first `latents`, all by default, with the floor of random vectors; with
 * `steered`, a question on few prompts, steering too.
 */
export async function dictionaryTruth(
  asked: Asked,
  coder: Crosscoder,
  { seed, steered, latents }: { seed: number; steered?: Asked; latents?: number },
): Promise<DictionaryTruth> {
  const list = latentList(coder, latents);
  const { effects, floor, necessary, causal } = await causalTruth(asked, list, {
    seed,
    draws: drawsOf(coder.config.d_sae),
  });
  const steer = steered && await steeringOf(steered, list);
  const random = steered && await steeringOf(steered, list, { random: { seed } });
  return {
    floor,
    latents: effects.map(({ edited: _, ...effect }, n) => ({
      ...effect,
      necessary: necessary[n],
      causal: causal[n],
      ...(steer && { steer: stored(steer[n]) }),
    })),
    ...(random && { random: random.map(stored) }),
  };
}

function stored({ logOdds, payload }: Steered): Steer {
  return { logOdds, payload };
}
