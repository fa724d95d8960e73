/** A tiny model's files, whole or with something changed. @module */
import { join } from "node:path";
import type { HostArray } from "../../lib/io/host_array.ts";
import { writeJson } from "../../lib/io/files.ts";
import {
  type GptNeoConfig,
  gptNeoConfig,
  toHuggingFace,
} from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { stream } from "../../lib/numerics/random.ts";

/** Two blocks, the second local with a window of 3. */
export const CONFIG = gptNeoConfig({
  d_vocab: 11,
  d_model: 8,
  n_layers: 2,
  n_heads: 2,
  n_ctx: 6,
  window: 3,
});
export const UNTIED: GptNeoConfig = { ...CONFIG, tied: false };

export function weightsOf(config: GptNeoConfig): Record<string, HostArray> {
  return initialWeights(config, stream(0, "files"), { std: 0.5 });
}

/** A tensor of a file that others wrote, in any type of the format. */
export type Raw = { dtype: string; shape: number[]; bytes: Uint8Array };

export const raw = (
  dtype: string,
  shape: number[],
  values: ArrayLike<number> & { buffer: ArrayBufferLike },
): Raw => ({ dtype, shape, bytes: new Uint8Array(values.buffer) });

/** Writes model.safetensors with these tensors, and config.json. */
export async function writeModel(
  folder: string,
  tensors: Record<string, HostArray | Raw>,
  json: Record<string, unknown> = toHuggingFace(CONFIG),
): Promise<void> {
  const header: Record<string, unknown> = {}, parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const { dtype, shape, bytes } = "bytes" in tensor
      ? tensor
      : raw("F32", tensor.shape, tensor.data);
    header[name] = { dtype, shape, data_offsets: [end, end += bytes.length] };
    parts.push(bytes);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  await Deno.writeFile(join(folder, "model.safetensors"), file);
  await writeJson(join(folder, "config.json"), json);
}
