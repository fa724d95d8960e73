/**
 * What a dictionary of two models reads in any text: its latents hang on both models' activations, while an
 * edit has the other model alone.
 * @module
 */
import { type ActiveLatents, activeLatents, joinActive } from "../../crosscoder/active_latents.ts";
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { encode, uploadCoder } from "../../crosscoder/encode.ts";
import { ONE_MODEL } from "../../crosscoder/sites.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Reader } from "../causal/question/reading.ts";

/** Rows [tokens, n_sites · d_in] of sequences of one length, batch by batch, each there until the next is asked for. */
export type RowsOf = (sequences: readonly Uint32Array[]) => Iterable<Tensor>;

/** Reads the latents of a folded crosscoder in the rows of a text. */
export function readerOf(coder: Crosscoder, rowsOf: RowsOf): Reader {
  return async (sequences) => {
    const { d_sae } = coder.config, parts: ActiveLatents[] = [];
    using owned = new DisposableStack();
    let onDevice;
    for (const rows of rowsOf(sequences)) {
      onDevice ??= owned.use(uploadCoder(rows.gpu, coder));
      using acts = encode(onDevice, rows);
      parts.push(activeLatents(await acts.read(), d_sae));
    }
    return joinActive(parts, d_sae);
  };
}

/**
 * A folded crosscoder of several models cut down to the sites of one of them: what its latents write there.
 * What it encodes is no longer what it was trained on, so that a reader has to go with it.
 */
export function ofOneModel({ config, arrays }: Crosscoder, model: string): Crosscoder {
  const { sites, d_in, d_sae, scale } = config;
  const kept = sites.flatMap((site, l) => site.model === model ? [l] : []);
  const cut = ({ data }: HostArray, width: number) =>
    Float32Array.from({ length: data.length * kept.length / sites.length }, (_, i) => {
      const row = Math.floor(i / width), before = Math.floor(row / kept.length);
      return data[(before * sites.length + kept[row % kept.length]) * width + i % width];
    });
  return {
    config: {
      ...config,
      sites: kept.map((l) => ({ model: ONE_MODEL, hook: sites[l].hook })),
      scale: kept.map((l) => scale[l]),
    },
    arrays: {
      ...arrays,
      W_enc: { shape: [kept.length, d_in, d_sae], data: cut(arrays.W_enc, d_in * d_sae) },
      W_dec: { shape: [d_sae, kept.length, d_in], data: cut(arrays.W_dec, d_in) },
      b_dec: { shape: [kept.length, d_in], data: cut(arrays.b_dec, d_in) },
    },
  };
}
