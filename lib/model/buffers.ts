/**
 * What older checkpoints hold beside the parameters: masks of attention, what they put in place of a
 * masked score, frequencies of rotary positions. Nothing is passed over for its name: each is
 * compared with what the configuration makes of it, and then dropped.
 * @module
 */
import { type HostArray, placeOf } from "../io/host_array.ts";

/** What was expected of a buffer and what was found; undefined where it is what it must be. */
export type Fault = [expected: string, found: string] | undefined;
export type BufferCheck = (array: HostArray) => Fault;

/**
 * Removes the buffers from `tensors`: those for whose name `checkOf` has a check. Throws `Cannot
 * ${action}: ...` where one says something else than the configuration.
 */
export function dropBuffers(
  action: string,
  tensors: Map<string, HostArray>,
  checkOf: (name: string) => BufferCheck | undefined,
): void {
  for (const [name, array] of [...tensors]) {
    const check = checkOf(name);
    if (check === undefined) continue;
    const fault = check(array);
    if (fault !== undefined) {
      throw new Error(
        `Cannot ${action}: expected ${fault[0]} in ${name} but found ${fault[1]}: ` +
          "the attention of the configuration is the only one computed here; correct config.json, " +
          "or the tensor",
      );
    }
    tensors.delete(name);
  }
}

/** bias [1, 1, n_ctx, n_ctx]: 1 where query i sees key j, i − window < j <= i. */
export function causalMask(n_ctx: number, window = n_ctx): BufferCheck {
  const wanted = [1, 1, n_ctx, n_ctx];
  return ({ shape, data }) => {
    if (`${shape}` !== `${wanted}`) return [`a mask [${wanted}]`, `[${shape}]`];
    const bad = firstUnlike(data, (at) => {
      const i = Math.floor(at / n_ctx), j = at % n_ctx;
      return j <= i && j > i - window ? 1 : 0;
    });
    if (bad === -1) return undefined;
    const kind = window >= n_ctx ? "the causal mask" : `the causal mask of window ${window}`;
    return [kind, `${data[bad]} at [${placeOf(bad, shape)}]`];
  };
}

/**
 * masked_bias: what older versions put in place of a masked score, −10⁴ or −10⁹; any such number
 * leaves a weight of 0.
 */
export const penalty: BufferCheck = ({ shape, data }) => {
  if (data.length === 1 && data[0] <= -1e4) return undefined;
  return ["one number of at most -10000", data.length === 1 ? `${data[0]}` : `shape [${shape}]`];
};

/**
 * inv_freq [d_rotary / 2] as the configuration makes it. It may have been saved in half precision,
 * float16 or bfloat16, whatever the weights are.
 */
export function inverseFrequencies(wanted: ArrayLike<number>): BufferCheck {
  return ({ shape, data }) => {
    if (`${shape}` !== `${wanted.length}`) {
      return [`frequencies [${wanted.length}]`, `[${shape}]`];
    }
    const bad = data.findIndex((value, i) => !isSaved(value, wanted[i]));
    return bad === -1 ? undefined : [`frequency ${wanted[bad]} at [${bad}]`, `${data[bad]}`];
  };
}

function firstUnlike(data: Float32Array, wanted: (at: number) => number): number {
  for (let at = 0; at < data.length; at++) if (data[at] !== wanted(at)) return at;
  return -1;
}

/** Whether a value is the wanted one, as one of the types in which it may have been saved has it. */
function isSaved(value: number, wanted: number): boolean {
  const off = Math.abs(value - wanted), size = Math.abs(wanted);
  return off <= 1e-6 * size || // float32, whichever way the powers were computed
    off <= 2 ** -8 * size && bits(value) % 2 ** 16 === 0 || // bfloat16, rounded
    off <= 2 ** -10 * size + 2 ** -24 && Math.f16round(value) === value; // float16
}

function bits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0];
}
