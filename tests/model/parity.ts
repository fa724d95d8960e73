/**
 * How far a model is from what transformers and TransformerLens give for the same weights, quantity by quantity. The
 * cases, and how weights, ids and checks are made of hashes, are in tests/fixtures/parity.py.
 * @module
 */
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { type HostArray, sizeOf } from "../../lib/io/host_array.ts";
import { readSafetensors } from "../../lib/io/safetensors.ts";
import type { Architecture } from "../../lib/model/architecture.ts";
import { architectureOf } from "../../lib/model/architectures/mod.ts";
import { generate } from "../../lib/model/generate.ts";
import { hookNames } from "../../lib/model/hooks.ts";
import { createModel, type LanguageModel, logits } from "../../lib/model/language_model.ts";
import { runWithCache } from "../../lib/model/run_with_cache.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { upload, uploadIds } from "../../lib/tensor/tensor.ts";
import digests from "../fixtures/parity/digests.json" with { type: "json" };

/** SHA-256 of each case's file. */
export const DIGESTS: Record<string, string> = digests;
/** Cases of the sizes of published models: too heavy for the suite, parity_table.ts has them. */
export const LARGE = ["tinystories_33m"];
const FOLDER = fileURLToPath(new URL("../fixtures/parity/", import.meta.url));
const SAMPLES = 32;

export type Case = {
  name: string;
  tensors: Record<string, HostArray>;
  options: {
    architecture: string;
    config: Record<string, unknown>;
    lengths: number[];
    names: string[];
    shapes: Record<string, number[]>;
  };
};

/** The worst relative error of a group of quantities, and where it is. */
export type Worst = { error: number; at: string };
export const GROUPS = ["logits", "hooks", "loss", "gradients", "greedy"] as const;
export type Group = typeof GROUPS[number];

export async function readCase(name: string): Promise<Case> {
  const { tensors, metadata } = await readSafetensors(caseFile(name));
  return { name, tensors: Object.fromEntries(tensors), options: JSON.parse(metadata.options) };
}

export function caseFile(name: string): string {
  return `${FOLDER}${name}.safetensors`;
}

/** The weights of a case by their names in a file. */
export function caseWeights({ options: { shapes } }: Case): Map<string, HostArray> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, data: formula(name, shape) }]),
  );
}

/** The model of a case, its tensors taken apart as those of a file are. */
export function caseModel(gpu: Gpu, made: Case): LanguageModel {
  const architecture = architectureOf("test", made.options.config);
  const config = architecture.files.fromJson(made.options.config, { file: "config.json" });
  const tensors = caseWeights(made);
  architecture.files.checkNames?.("test", tensors.keys(), config);
  architecture.files.takeOut?.("test", tensors, config);
  return createModel(gpu, architecture, config, Object.fromEntries(tensors));
}

/** The worst error of every group of quantities; throws where hooks or gradients are other ones. */
export async function parityErrors(gpu: Gpu, made: Case): Promise<Record<Group, Worst>> {
  const { tensors, options } = made, model = caseModel(gpu, made);
  const worst = Object.fromEntries(GROUPS.map((group) => [group, { error: 0, at: "" }])) as Record<
    Group,
    Worst
  >;
  const seen = new Set<string>();
  const note = (group: Group, name: string, { shape, data }: HostArray, real?: number[]) => {
    const at = options.names.indexOf(name), width = SAMPLES + 3;
    const expected = tensors.checks.data.subarray(at * width, (at + 1) * width);
    const error = at < 0
      ? Infinity
      : difference(check(name, { shape, data }, real), expected, data);
    seen.add(name);
    if (!(error <= worst[group].error)) worst[group] = { error, at: name };
  };
  const rows = sequences(tensors.tokens);
  {
    const { logits, cache } = runWithCache(model, rows, hookNames(model));
    using owned = new DisposableStack();
    for (const tensor of [logits, ...cache.values()]) owned.use(tensor);
    note(
      "logits",
      "logits",
      { shape: [...logits.shape], data: await logits.read() },
      options.lengths,
    );
    for (const [name, tensor] of cache) {
      note("hooks", name, { shape: [...tensor.shape], data: await tensor.read() }, options.lengths);
    }
  }
  const { loss, gradients } = await lossAndGradients(model, tensors);
  note("loss", "loss", { shape: [1], data: loss });
  for (const [name, gradient] of gradients) note("gradients", `grad.${name}`, gradient);
  assertEquals([...seen].sort(), [...options.names].sort());
  const greedy = await greedyDifferences(model, tensors);
  worst.greedy = { error: greedy, at: "tokens that differ" };
  return worst;
}

/** The loss, and its gradients by the names of a file. */
async function lossAndGradients(model: LanguageModel, tensors: Case["tensors"]) {
  const { gpu, parameters, architecture, config } = model, { shape, data } = tensors.tokens;
  const ids = Uint32Array.from(data), index = createScatterIndex(gpu, ids.length);
  index.write(ids);
  using owned = new DisposableStack();
  owned.use(index.tensor);
  const tokens = owned.use(uploadIds(gpu, shape, ids));
  const targets = owned.use(uploadIds(gpu, [ids.length], Uint32Array.from(tensors.targets.data)));
  const weights = owned.use(upload(gpu, { shape: [ids.length], data: tensors.weights.data }));
  const { loss } = withGradients(gpu, Object.values(parameters.tensors), (keep) => {
    const result = crossEntropy(logits(model, tokens, { index }), targets, weights);
    keep(result.loss);
    return result;
  });
  owned.use(loss);
  const gradients = new Map<string, HostArray>();
  for (const [name, tensor] of Object.entries(parameters.tensors)) {
    gradients.set(name, { shape: [...tensor.shape], data: await tensor.gradSlot!.read() });
  }
  (architecture as Architecture).files.putBack?.(gradients, config);
  return { loss: await loss.read(), gradients };
}

async function greedyDifferences(model: LanguageModel, tensors: Case["tensors"]): Promise<number> {
  const read = (kind: string) =>
    Object.keys(tensors).filter((name) => name.startsWith(kind)).sort()
      .map((name) => [...tensors[name].data]);
  const wanted = read("continuation_");
  const found = await generate(model, read("prompt_"), { maxNewTokens: wanted[0].length });
  return wanted.flat().filter((id, i) => id !== found.flat()[i]).length;
}

export function sequences({ shape: [batch, pos], data }: HostArray): Float32Array[] {
  return Array.from({ length: batch }, (_, b) => data.slice(b * pos, (b + 1) * pos));
}

/** Norm and signed sum relative to the norm, samples to the root mean square. */
function difference(found: number[], expected: Float32Array, data: Float32Array): number {
  const [norm, sum, infinite, ...samples] = found, rms = expected[0] / Math.sqrt(data.length);
  if (infinite !== expected[2] || Number.isNaN(sum)) return Infinity;
  const errors = samples.map((value, i) => Math.abs(value - expected[i + 3]) / rms);
  return Math.max(
    Math.abs(norm - expected[0]) / expected[0],
    Math.abs(sum - expected[1]) / expected[0],
    ...errors,
  );
}

/** What parity.py keeps of a tensor; `real` are the lengths of the sequences of a padded batch. */
function check(name: string, { shape, data }: HostArray, real?: number[]): number[] {
  const square = /hook_(attn_scores|pattern)$/.test(name), [batch, heads, second] = shape;
  const positions = square ? second : heads, blocks = square ? heads : 1;
  const width = data.length / (batch * blocks * positions);
  const signs = hashes(`${name} signs`), places = hashes(`${name} places`);
  let squares = 0, sum = 0, infinite = 0;
  const values = data.map((value, i) => {
    const position = Math.floor(i / width) % positions;
    const sequence = Math.floor(i / (width * positions * blocks));
    const kept = real === undefined || position < real[sequence] ? value : 0;
    if (kept === Infinity || kept === -Infinity) infinite++;
    const finite = Math.abs(kept) === Infinity ? 0 : kept;
    squares += finite ** 2;
    sum += signs(i) >>> 31 ? -finite : finite;
    return finite;
  });
  const samples = Array.from({ length: SAMPLES }, (_, i) => values[places(i) % data.length]);
  return [Math.sqrt(squares), sum, infinite, ...samples];
}

/** Values in (−1, 1) times a power of two, exact in float32; see parity.py. */
function formula(name: string, shape: number[]): Float32Array {
  const hash = hashes(name), columns = shape.at(-1)!;
  const one = shape.length === 1;
  const factor = one ? 1 / 4 : 2 ** -((32 - Math.clz32(columns)) >> 1);
  const mean = one && name.endsWith("weight") ? 1 : 0;
  return Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => mean + factor * (2 * (hash(i) >>> 20) - 4095) / 4096,
  );
}

/** FNV-1a of a text, then lowbias32 of it and a place: the hash of each place. */
function hashes(text: string): (place: number) => number {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) seed = Math.imul(seed ^ byte, 0x01000193);
  return (place) => {
    let x = (Math.imul(place, 0x9e3779b9) + seed) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  };
}
