/** What a file of a Llama holds beside its parameters. @module */
import type { HostArray } from "../../../io/host_array.ts";
import { dropBuffers, inverseFrequencies } from "../../buffers.ts";
import { rotaryFrequencies } from "../../components/rotary_scaling.ts";
import { refuseWrapper, tieMatrices } from "../file_names.ts";
import type { LlamaConfig } from "./config.ts";
import { EMBEDDING, llamaShapes, LM_HEAD } from "./names.ts";

/** Older versions of transformers saved the frequencies of every block. */
const BUFFER = /^model\.(?:layers\.(\d+)\.self_attn\.)?rotary_emb\.inv_freq$/;

/** Whether a name is that of a buffer. */
export function isBuffer(name: string): boolean {
  return BUFFER.test(name);
}

/** Throws where the names are a Llama's with something before them. */
export function checkNames(action: string, names: Iterable<string>, config: LlamaConfig): void {
  const expected = Object.keys(llamaShapes(config));
  refuseWrapper(action, names, { expected, example: EMBEDDING });
}

/** Makes the parameters of the tensors of a file. */
export function takeOut(
  action: string,
  tensors: Map<string, HostArray>,
  { n_layers, rotary, tied = false }: LlamaConfig,
): void {
  dropBuffers(action, tensors, (name) => {
    const found = BUFFER.exec(name);
    if (found === null || Number(found[1] ?? 0) >= n_layers) return undefined;
    return inverseFrequencies(rotaryFrequencies(rotary).frequencies);
  });
  if (tied) tieMatrices(action, tensors, { head: LM_HEAD, embedding: EMBEDDING });
}
