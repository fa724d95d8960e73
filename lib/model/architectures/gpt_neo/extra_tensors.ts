/**
 * What files of GPT-Neo models hold beside the parameters: masks of attention, and names of
 * wrappers.
 * @module
 */
import type { HostArray } from "../../../io/host_array.ts";
import { showName } from "../../../io/show.ts";
import { causalMask, dropBuffers, penalty } from "../../buffers.ts";
import { refuseWrapper } from "../file_names.ts";
import { EMBEDDING, gptNeoShapes } from "./names.ts";
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
  const expected = Object.keys(gptNeoShapes(config)), all = [...names];
  refuseWrapper(action, all, { expected, example: EMBEDDING });
  const bare = all.find((name) => expected.includes(`transformer.${name}`));
  if (bare === undefined) return;
  throw new Error(
    `Cannot ${action}: expected names such as ${EMBEDDING} but found ${showName(bare)}, a ` +
      "GPTNeoModel's without the language model around it: save the GPTNeoForCausalLM that it " +
      "belongs to",
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
