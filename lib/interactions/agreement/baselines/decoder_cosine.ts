/**
 * How far two latents write in one direction, whatever the sign.
 *
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { PairList } from "../../pairs/instances.ts";

/**
 * |cos| of the decoder vectors of each pair, [pairs]: at one site, or over all of them as one long
 * vector. Throws on another dictionary, a site that it does not have, and a decoder vector of
 * length 0.
 */
export function decoderCosines(
  { arrays: { W_dec }, config: { sites, d_in, d_sae } }: Crosscoder,
  pairs: PairList,
  options: { site?: number } = {},
): Float64Array {
  const action = "compare decoders";
  const { site } = options;
  if (site !== undefined && !(site in sites)) {
    throw new RangeError(
      `Cannot ${action}: expected a site from 0 to ${sites.length - 1} but found ${site}: ` +
        "name one of this crosscoder, or none for all of them",
    );
  }
  if (pairs.d_sae !== d_sae) {
    throw new RangeError(
      `Cannot ${action}: expected pairs of ${d_sae} latents but found ${pairs.d_sae}: take both ` +
        "from one crosscoder",
    );
  }
  const row = sites.length * d_in;
  const from = (site ?? 0) * d_in, to = site === undefined ? row : from + d_in;
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let d = from; d < to; d++) sum += W_dec.data[i * row + d] * W_dec.data[j * row + d];
    return sum;
  };
  return Float64Array.from(pairs.i, (i, p) => {
    const j = pairs.j[p], squares = dot(i, i) * dot(j, j);
    if (squares > 0) return Math.min(1, Math.abs(dot(i, j)) / Math.sqrt(squares));
    throw new RangeError(
      `Cannot ${action}: expected decoder vectors but found length 0 in the pair ${i}, ${j}: ` +
        "leave its pairs out",
    );
  });
}
