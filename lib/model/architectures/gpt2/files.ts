/**
 * What a file of a GPT-2 holds: fused and transposed weights, masks of older versions, names with
 * `transformer.` or, as the hub's gpt2 has them, without.
 * @module
 */
import type { HostArray } from "../../../io/host_array.ts";
import { causalMask, dropBuffers, penalty } from "../../buffers.ts";
import { fileShapes, putTogether, takeApart } from "../fused.ts";
import { refuseWrapper, tieMatrices } from "../file_names.ts";
import type { Gpt2Config } from "./config.ts";
import { EMBEDDING, gpt2Modules, gpt2Shapes, LM_HEAD } from "./names.ts";

const PREFIX = "transformer.";
const BUFFER = /^(?:transformer\.)?h\.(\d+)\.attn\.(bias|masked_bias)$/;

/** Whether a name is that of an attention buffer, which may be boolean. */
export function isBuffer(name: string): boolean {
  return BUFFER.test(name);
}

/** Throws where the names are a GPT-2's with something else before them. */
export function checkNames(action: string, names: Iterable<string>, config: Gpt2Config): void {
  const expected = Object.keys(fileShapes(gpt2Shapes(config), gpt2Modules(config)));
  const whole = [...names].map((name) => isBare(name, expected) ? PREFIX + name : name);
  refuseWrapper(action, whole, { expected, example: EMBEDDING });
}

/** Makes the parameters of the tensors of a file. */
export function takeOut(
  action: string,
  tensors: Map<string, HostArray>,
  config: Gpt2Config,
): void {
  const { n_ctx, n_layers, tied = true } = config;
  const shapes = gpt2Shapes(config), modules = gpt2Modules(config);
  dropBuffers(action, tensors, (name) => {
    const [, block, kind] = BUFFER.exec(name) ?? [];
    if (block === undefined || Number(block) >= n_layers) return undefined;
    return kind === "bias" ? causalMask(n_ctx) : penalty;
  });
  const expected = Object.keys(fileShapes(shapes, modules));
  for (const [name, array] of [...tensors]) {
    if (!isBare(name, expected) || tensors.has(PREFIX + name)) continue;
    tensors.delete(name);
    tensors.set(PREFIX + name, array);
  }
  if (tied) tieMatrices(action, tensors, { head: LM_HEAD, embedding: EMBEDDING });
  takeApart(action, tensors, { shapes, modules });
}

/** Makes the tensors of a file of the parameters, under the names with `transformer.`. */
export function putBack(tensors: Map<string, HostArray>, config: Gpt2Config): void {
  putTogether(tensors, gpt2Modules(config));
}

function isBare(name: string, expected: readonly string[]): boolean {
  return !expected.includes(name) && expected.includes(PREFIX + name);
}
