/** Every latent of a dictionary, removed and steered with on its own. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { DictionaryEffects, OwnDraws, Steer } from "../../stored/causal_results.ts";
import type { Asked } from "../../causal/question/asked.ts";
import { OWN_KEPT } from "../../causal/edits/removal.ts";
import { ownDraws } from "../../causal/own_draws.ts";
import { type Steered, steeringOf } from "../../causal/steering.ts";
import { causalTruth } from "../../causal/truth.ts";

/** Latents of a crosscoder as a list: places are latents. */
export function latentList(coder: Crosscoder) {
  const directions = Array.from(
    { length: coder.config.d_sae },
    (_, latent) => ({ kind: "latent" as const, latent }),
  );
  return { coder, directions };
}

/**
 * Every latent, with the floor of random vectors, and with random vectors in the place of each that is
 * necessary; with `steered`, a question on few prompts, steering too.
 */
export async function dictionaryEffects(
  asked: Asked,
  coder: Crosscoder,
  { seed, steered }: { seed: number; steered?: Asked },
): Promise<DictionaryEffects> {
  const list = latentList(coder), { directions: { length } } = list;
  const { effects, floor, necessary, random: drawn } = await causalTruth(asked, list, { seed });
  const places = necessary.flatMap((holds, latent) => holds ? [latent] : []), own: OwnDraws[] = [];
  for (const keep of OWN_KEPT) {
    const found = await ownDraws(asked, list, {
      places,
      floor,
      seed,
      keep,
      first: drawn.length / length,
    });
    places.forEach((latent, n) => own.push({ latent, keep, draws: found[n] }));
  }
  const steer = steered && await steeringOf(steered, list);
  const random = steered && await steeringOf(steered, list, { random: { seed } });
  return {
    floor,
    latents: effects.map(({ edited: _, ...effect }, n) => ({
      ...effect,
      ...(steer && { steer: stored(steer[n]) }),
    })),
    own,
    ...(random && { random: random.map(stored) }),
  };
}

function stored({ logOdds, payload }: Steered): Steer {
  return { logOdds, payload };
}
