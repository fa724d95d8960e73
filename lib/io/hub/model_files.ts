/**
 * Which files of a model's repository are read here. Many repositories hold the same weights in
 * five forms, and again in folders below.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isModelFile } from "./model_files.ts";
 * const all = ["config.json", "model.safetensors", "onnx/config.json", "pytorch_model.bin", "tf_model.h5"];
 * assertEquals(all.filter((path) => isModelFile(path, all)), ["config.json", "model.safetensors"]);
 * ```
 * @module
 */

/** Configurations, tokenizers, merges, what a model must give. */
const SMALL = /\.(?:json|jsonl|txt)$/;
/** Weights; not Mistral's second copy of its own. */
const SAFETENSORS = /^(?!consolidated).*\.safetensors$/;
/** Weights as PyTorch keeps them, in one file or several, or of an adapter. */
const PYTORCH = /^(?:pytorch_model(?:-\d+-of-\d+)?|adapter_model)\.bin$/;

/**
 * Whether a model or a crosscoder needs the file: of those that lie highest among `all`, which are
 * what the user named, the small ones of text and the weights; PyTorch's where there are no
 * safetensors.
 */
export function isModelFile(path: string, all: readonly string[]): boolean {
  const depth = Math.min(...all.map(depthOf));
  if (depthOf(path) !== depth) return false;
  const name = nameOf(path);
  if (SMALL.test(name) || SAFETENSORS.test(name)) return true;
  const beside = all.filter((other) => depthOf(other) === depth).map(nameOf);
  return PYTORCH.test(name) && !beside.some((other) => SAFETENSORS.test(other));
}

function depthOf(path: string): number {
  return path.split("/").length;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
