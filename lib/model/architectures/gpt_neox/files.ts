/** What a file of a GPT-NeoX holds: fused weights, masks and frequencies of older versions. @module */
import type { HostArray } from "../../../io/host_array.ts";
import { causalMask, dropBuffers, inverseFrequencies, penalty } from "../../buffers.ts";
import { rotaryFrequencies } from "../../components/rotary_scaling.ts";
import { fileShapes, putTogether, takeApart } from "../fused.ts";
import { refuseWrapper, tieMatrices } from "../file_names.ts";
import type { GptNeoxConfig } from "./config.ts";
import { EMBED_OUT, EMBEDDING, gptNeoxModules, gptNeoxShapes, LM_HEAD } from "./names.ts";

const BUFFER = /^gpt_neox\.(?:layers\.(\d+)\.attention\.)?(bias|masked_bias|rotary_emb\.inv_freq)$/;

/** Whether a name is that of a buffer, which may be boolean. */
export function isBuffer(name: string): boolean {
  return BUFFER.test(name);
}

/** Throws where the names are a GPT-NeoX's with something before them. */
export function checkNames(action: string, names: Iterable<string>, config: GptNeoxConfig): void {
  const expected = Object.keys(fileShapes(gptNeoxShapes(config), gptNeoxModules(config)));
  refuseWrapper(action, names, { expected, example: EMBEDDING });
}

/** Makes the parameters of the tensors of a file. */
export function takeOut(
  action: string,
  tensors: Map<string, HostArray>,
  config: GptNeoxConfig,
): void {
  const { n_ctx, n_layers, rotary, tied = false } = config;
  dropBuffers(action, tensors, (name) => {
    const [, block, kind] = BUFFER.exec(name) ?? [];
    if (kind === undefined || Number(block ?? 0) >= n_layers) return undefined;
    if (kind === "rotary_emb.inv_freq") {
      return inverseFrequencies(rotaryFrequencies(rotary).frequencies);
    }
    return kind === "bias" ? causalMask(n_ctx) : penalty;
  });
  const head = tensors.get(LM_HEAD);
  if (head !== undefined && !tensors.has(EMBED_OUT)) {
    tensors.delete(LM_HEAD);
    tensors.set(EMBED_OUT, head);
  }
  if (tied) tieMatrices(action, tensors, { head: EMBED_OUT, embedding: EMBEDDING });
  takeApart(action, tensors, { shapes: gptNeoxShapes(config), modules: gptNeoxModules(config) });
}

/** Makes the tensors of a file of the parameters. */
export function putBack(tensors: Map<string, HostArray>, config: GptNeoxConfig): void {
  putTogether(tensors, gptNeoxModules(config));
}
