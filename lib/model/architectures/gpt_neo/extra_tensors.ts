/**
 * What files of GPT-Neo models hold beside the parameters: masks of attention, and one matrix under
 * two names.
 * @module
 */
import { type HostArray, placeOf } from "../../../io/host_array.ts";
import { showName } from "../../../io/show.ts";
import { causalMask, dropBuffers, penalty } from "../../buffers.ts";
import { EMBEDDING, gptNeoShapes, LM_HEAD } from "./names.ts";
import type { GptNeoConfig } from "./config.ts";

const BUFFER = /^transformer\.h\.(\d+)\.attn\.attention\.(bias|masked_bias)$/;

/** Whether a name is that of an attention buffer, which may be boolean. */
export function isBuffer(name: string): boolean {
  return BUFFER.test(name);
}

/**
 * Throws where the names are a GPT-Neo model's with something before them, or without their
 * `transformer.`.
 */
export function refusePrefix(
  action: string,
  names: Iterable<string>,
  config: GptNeoConfig,
): void {
  const expected = Object.keys(gptNeoShapes(config));
  const all = [...names];
  const prefixes = all.map((name) => {
    const whole = expected.find((own) => name.endsWith(`.${own}`) || name === own);
    return whole === undefined ? "" : name.slice(0, name.length - whole.length);
  });
  const prefix = prefixes.find((found) => found !== "");
  const bare = all.find((name) => expected.includes(`transformer.${name}`));
  if (prefix === undefined && bare === undefined) return;
  const [found, todo] = prefix !== undefined
    ? [
      `${prefixes.filter((found) => found === prefix).length} of ${all.length} names with the ` +
      `prefix ${showName(prefix)}`,
      `save the model without its wrapper, or the tensors without the prefix`,
    ]
    : [
      `${showName(bare!)}, a GPTNeoModel's without the language model around it`,
      "save the GPTNeoForCausalLM that it belongs to",
    ];
  throw new Error(
    `Cannot ${action}: expected names such as ${EMBEDDING} but found ${found}: ${todo}`,
  );
}

/** Removes the attention buffers of `tensors`. Throws where one is not the mask of its block. */
export function dropMasks(
  action: string,
  tensors: Map<string, HostArray>,
  { n_ctx, n_layers, window, attention }: GptNeoConfig,
): void {
  dropBuffers(action, tensors, (name) => {
    const [, block, kind] = BUFFER.exec(name) ?? [];
    if (block === undefined || Number(block) >= n_layers) return undefined;
    if (kind === "masked_bias") return penalty;
    return causalMask(n_ctx, attention[Number(block)] === "local" ? window : n_ctx);
  });
}

/**
 * Leaves a tied model with one matrix, the embedding; either name serves, as in transformers.
 * Throws where a file has both and they differ, although its configuration ties them.
 */
export function tieEmbeddings(
  action: string,
  tensors: Map<string, HostArray>,
  { tied = true }: GptNeoConfig,
): void {
  const head = tensors.get(LM_HEAD), embedding = tensors.get(EMBEDDING);
  if (!tied || head === undefined) return;
  const fault = embedding === undefined ? undefined : difference(head, embedding);
  if (fault !== undefined) {
    throw new Error(
      `Cannot ${action}: expected ${LM_HEAD} to equal ${EMBEDDING}, as ` +
        `tie_word_embeddings is true or absent, but found ${fault}: set it to false in config.json ` +
        `where the model has an unembedding of its own, else delete ${LM_HEAD}`,
    );
  }
  if (embedding === undefined) tensors.set(EMBEDDING, head);
  tensors.delete(LM_HEAD);
}

/** Where two matrices differ in their bits. */
function difference(a: HostArray, b: HostArray): string | undefined {
  if (`${a.shape}` !== `${b.shape}`) return `shapes [${a.shape}] and [${b.shape}]`;
  const [x, y] = [a, b].map(({ data }) =>
    new Uint32Array(data.buffer, data.byteOffset, data.length)
  );
  const bad = x.findIndex((bits, i) => bits !== y[i]);
  return bad === -1 ? undefined : `${a.data[bad]} and ${b.data[bad]} at [${placeOf(bad, a.shape)}]`;
}
