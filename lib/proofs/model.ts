/**
 * Max-of-K transformers as plain data: one layer, one head, attention only, no layer norm, no biases.
 *
 * Files are safetensors with TransformerLens names. A file of any other architecture is refused, with
 * the reason: a proof about weights that are not used as the proof assumes would be a false one.
 * @module
 */
import type { HostArray } from "../io/host_array.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { showName } from "../io/show.ts";

/** Sizes; d_vocab = d_vocab_out. K, the number of tokens, is n_ctx. */
export interface MaxOfKConfig {
  d_vocab: number;
  d_model: number;
  d_head: number;
  n_ctx: number;
}

/** v = d_vocab, d = d_model, K = n_ctx; every matrix row-major. */
export interface MaxOfKModel {
  config: MaxOfKConfig;
  /** [v, d] */
  W_E: Float32Array;
  /** [K, d] */
  W_pos: Float32Array;
  /** [d, d_head] */
  W_Q: Float32Array;
  /** [d, d_head] */
  W_K: Float32Array;
  /** [d, d_head] */
  W_V: Float32Array;
  /** [d_head, d] */
  W_O: Float32Array;
  /** [d, v] */
  W_U: Float32Array;
}

/** The matrices in the order of files and of hashes. */
export const MAX_OF_K_WEIGHTS = ["W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U"] as const;
export type MaxOfKWeight = typeof MAX_OF_K_WEIGHTS[number];

const FILE_NAMES: Record<MaxOfKWeight, string> = {
  W_E: "embed.W_E",
  W_pos: "pos_embed.W_pos",
  W_Q: "blocks.0.attn.W_Q",
  W_K: "blocks.0.attn.W_K",
  W_V: "blocks.0.attn.W_V",
  W_O: "blocks.0.attn.W_O",
  W_U: "unembed.W_U",
};
const BIASES = [
  ...["b_Q", "b_K", "b_V", "b_O"].map((name) => `blocks.0.attn.${name}`),
  "unembed.b_U",
];
const MASK = "blocks.0.attn.mask", IGNORE = "blocks.0.attn.IGNORE";
const BUFFERS = [MASK, IGNORE];

/** Rows and columns of each matrix. */
export function maxOfKShapes(config: MaxOfKConfig): Record<MaxOfKWeight, [number, number]> {
  const { d_vocab: v, d_model: d, d_head, n_ctx: K } = config;
  return {
    W_E: [v, d],
    W_pos: [K, d],
    W_Q: [d, d_head],
    W_K: [d, d_head],
    W_V: [d, d_head],
    W_O: [d_head, d],
    W_U: [d, v],
  };
}

/**
 * The model in named tensors, checked: exactly the seven matrices (biases that are exactly 0 and the
 * mask and IGNORE buffers may accompany them), all shapes agreeing, every number finite, sizes as in
 * checkMaxOfK().
 */
export function maxOfKFromTensors(tensors: ReadonlyMap<string, HostArray>): MaxOfKModel {
  const matrices = {} as Record<MaxOfKWeight, HostArray>;
  for (const name of MAX_OF_K_WEIGHTS) {
    const tensor = tensors.get(FILE_NAMES[name]);
    if (!tensor) refuse(`tensor ${FILE_NAMES[name]}`, list(tensors), "take a Max-of-K file");
    matrices[name] = tensor;
  }
  checkOthers(tensors);
  for (const [name, rank] of [["W_E", 2], ["W_pos", 2], ["W_Q", 3]] as const) {
    const { shape } = matrices[name];
    if (shape.length !== rank) {
      refuse(`${FILE_NAMES[name]} with ${rank} dimensions`, `[${shape}]`, "take a Max-of-K file");
    }
  }
  const config: MaxOfKConfig = {
    d_vocab: matrices.W_E.shape[0],
    d_model: matrices.W_E.shape.at(-1)!,
    d_head: matrices.W_Q.shape.at(-1)!,
    n_ctx: matrices.W_pos.shape[0],
  };
  const shapes = maxOfKShapes(config);
  for (const name of MAX_OF_K_WEIGHTS) {
    const file = FILE_NAMES[name];
    const expected = file.includes("attn") ? [1, ...shapes[name]] : shapes[name];
    const found = matrices[name].shape;
    if (expected.join() !== found.join()) {
      refuse(
        `${file} of shape [${expected}]`,
        `[${found}]`,
        "one layer, one head, d_vocab_out = d_vocab",
      );
    }
  }
  const model = { config } as MaxOfKModel;
  for (const name of MAX_OF_K_WEIGHTS) model[name] = matrices[name].data;
  checkMaxOfK(model);
  return model;
}

/**
 * Largest sizes of a model that can be proved: the exact tables and the counts have to be held and made.
 * Rounding bounds rely on them: sums of at most 1024 products, counts below 2^1000.
 */
const LARGEST = 1024, MOST_BITS = 960, MOST_MULTIPLIES = 2 ** 26;

/** Throws unless lengths agree, every weight is finite, v >= 2, K >= 2 and the sizes can be worked with. */
export function checkMaxOfK(model: MaxOfKModel): void {
  const { config } = model;
  for (
    const [key, least] of [["d_vocab", 2], ["n_ctx", 2], ["d_model", 1], ["d_head", 1]] as const
  ) {
    const value = config[key];
    if (!Number.isInteger(value) || value < least || value > LARGEST) {
      const advice = value < least ? "there is nothing to prove otherwise" : "take a smaller model";
      refuse(`${key} from ${least} to ${LARGEST}`, String(value), advice);
    }
  }
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = config;
  if (v ** (K / MOST_BITS) > 2) {
    refuse(`at most 2^${MOST_BITS} sequences`, `${v}^${K}`, "take a smaller d_vocab or n_ctx");
  }
  const multiplies = v * h * (v + d + K);
  if (multiplies > MOST_MULTIPLIES) {
    refuse(
      `exact tables of at most ${MOST_MULTIPLIES} products (d_vocab d_head (d_vocab + d_model + n_ctx))`,
      String(multiplies),
      "take a smaller model",
    );
  }
  const shapes = maxOfKShapes(config);
  for (const name of MAX_OF_K_WEIGHTS) {
    const [rows, cols] = shapes[name];
    if (model[name].length !== rows * cols) {
      refuse(`${name} with ${rows * cols} values`, String(model[name].length), "check the sizes");
    }
    const bad = model[name].findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      refuse(`finite weights in ${name}`, `${model[name][bad]} at ${bad}`, "train again");
    }
  }
}

/** The model as named tensors for a safetensors file. */
export function maxOfKToTensors(model: MaxOfKModel): Record<string, HostArray> {
  const shapes = maxOfKShapes(model.config);
  return Object.fromEntries(MAX_OF_K_WEIGHTS.map((name) => {
    const file = FILE_NAMES[name];
    const shape = file.includes("attn") ? [1, ...shapes[name]] : [...shapes[name]];
    return [file, { shape, data: model[name] }];
  }));
}

/** Reads and checks a model file; float64 is refused, for its rounded weights would be another model. */
export async function loadMaxOfK(path: string): Promise<MaxOfKModel> {
  const { tensors } = await readSafetensors(path, {
    integers: (name) => name === MASK,
    inspect: (header) => {
      for (const [name, { dtype }] of header) {
        if (dtype !== "F64") continue;
        refuse(`${showName(name)} in float32`, "F64", "round the weights, and test that model");
      }
    },
  });
  return maxOfKFromTensors(tensors);
}

/** Writes a model file. */
export async function saveMaxOfK(path: string, model: MaxOfKModel): Promise<void> {
  checkMaxOfK(model);
  await writeSafetensors(path, maxOfKToTensors(model));
}

function checkOthers(tensors: ReadonlyMap<string, HostArray>): void {
  const known: string[] = Object.values(FILE_NAMES);
  for (const [name, { data }] of tensors) {
    if (known.includes(name) || BUFFERS.includes(name)) continue;
    if (!BIASES.includes(name)) {
      refuse(
        "an attention-only model of one layer",
        `tensor ${showName(name)}`,
        "other architectures need other proofs",
      );
    }
    const at = data.findIndex((x) => x !== 0);
    if (at >= 0) {
      refuse(`${name} to be exactly 0`, `${data[at]} at ${at}`, "fold or train without biases");
    }
  }
}

function list(tensors: ReadonlyMap<string, HostArray>): string {
  return [...tensors.keys()].slice(0, 6).map(showName).join(", ") || "no tensor";
}

function refuse(expected: string, found: string, advice: string): never {
  throw new TypeError(
    `Cannot use as a Max-of-K model: expected ${expected} but found ${found}: ${advice}`,
  );
}
