/** Where the latents of one or several crosscoders fire most, each place once. @module */
import type { TopActivation } from "../latents.ts";

/**
 * Places of latent i are numbers offsets[i] to offsets[i + 1]. `top`: for each stage [d_sae · k], its
 * places falling by activation, then -1.
 */
export type TopPlaces = {
  offsets: Uint32Array;
  latent: Uint32Array;
  sequence: Uint32Array;
  position: Uint32Array;
  top: Int32Array[];
  k: number;
};

/** `tops`: for each stage, and each latent, at most k activations, falling. */
export function topPlaces(tops: readonly TopActivation[][][], k = 5): TopPlaces {
  const [{ length: d_sae }] = tops;
  const offsets = new Uint32Array(d_sae + 1);
  const latents: number[] = [], sequences: number[] = [], positions: number[] = [];
  const top = tops.map(() => new Int32Array(d_sae * k).fill(-1));
  for (let latent = 0; latent < d_sae; latent++) {
    const seen = new Map<string, number>();
    tops.forEach((stage, s) =>
      stage[latent].slice(0, k).forEach(({ example, position }, i) => {
        const key = `${example} ${position}`, known = seen.get(key);
        top[s][latent * k + i] = known ?? latents.length;
        if (known !== undefined) return;
        seen.set(key, latents.length);
        latents.push(latent);
        sequences.push(example);
        positions.push(position);
      })
    );
    offsets[latent + 1] = latents.length;
  }
  return {
    offsets,
    latent: Uint32Array.from(latents),
    sequence: Uint32Array.from(sequences),
    position: Uint32Array.from(positions),
    top,
    k,
  };
}
