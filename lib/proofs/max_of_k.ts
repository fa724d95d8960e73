/**
 * Max-of-K transformers as plain data: one layer, one head, attention only, no layer norm, no
 * biases.
 *
 * Files are safetensors with TransformerLens names. A file of any other architecture is refused,
 * with the reason: a proof about weights that are not used as the proof assumes would be a false
 * one.
 * @module
 */
import { type HostArray, sizeOf } from "../io/host_array.ts";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import { show, showName } from "../io/show.ts";

/** Sizes; d_vocab = d_vocab_out. K, the number of tokens, is n_ctx. */
export interface MaxOfKConfig {
  /** Tokens that a position can hold. */
  d_vocab: number;
  /** Width of the residual stream. */
  d_model: number;
  /** Width of the head. */
  d_head: number;
  /** Tokens of a sequence, K. */
  n_ctx: number;
}

/** v = d_vocab, d = d_model, K = n_ctx; every matrix row-major. */
export interface MaxOfKModel {
  /** The shape of the model. */
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
const ATTENTION = "blocks.0.attn";
/**
 * What may stand beside the matrices: it is in the files of TransformerLens, and must be without
 * effect.
 */
const MASK = `${ATTENTION}.mask`, IGNORE = `${ATTENTION}.IGNORE`;
/** Scores that IGNORE stands for: below all others. TransformerLens has -Infinity, and had -1e5. */
const MOST_IGNORED = -1e4;

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
 * The model in named tensors, checked: exactly the seven matrices, all shapes agreeing, every
 * number finite, sizes as in checkMaxOfK(). TransformerLens' other tensors may accompany them and
 * must say nothing else than the theorems do: biases that are exactly 0, a causal mask, an IGNORE
 * far below every score. Any other tensor is refused.
 */
export function maxOfKFromTensors(tensors: ReadonlyMap<string, HostArray>): MaxOfKModel {
  const model = { config: configOf(tensors) } as MaxOfKModel;
  for (const name of MAX_OF_K_WEIGHTS) model[name] = tensors.get(FILE_NAMES[name])!.data;
  checkMaxOfK(model);
  for (const [name, tensor] of tensors) checkValues(name, tensor, model.config.n_ctx);
  return model;
}

/** The sizes that names and shapes say; throws where they are not those of a Max-of-K model. */
function configOf(tensors: ReadonlyMap<string, { shape: number[] }>): MaxOfKConfig {
  const sizes = ([["W_E", 2], ["W_pos", 2], ["W_Q", 3]] as const).map(([name, rank]) => {
    const file = FILE_NAMES[name], shape = tensors.get(file)?.shape;
    if (!shape) return refuse(`tensor ${file}`, list(tensors), "take a Max-of-K file");
    if (shape.length === rank) return shape;
    return refuse(`${file} with ${rank} dimensions`, `[${shape}]`, "take a Max-of-K file");
  });
  const [[d_vocab, d_model], [n_ctx], [, , d_head]] = sizes;
  const config = { d_vocab, d_model, d_head, n_ctx };
  checkMaxOfKSizes(config);
  const expected = fileShapes(config);
  for (const [name, { shape }] of tensors) {
    if (!Object.hasOwn(expected, name)) {
      const found = `tensor ${showName(name)}`;
      refuse(
        "an attention-only model of one layer",
        found,
        "other architectures need other proofs",
      );
    }
    if (expected[name].join() !== shape.join()) {
      const advice = "one layer, one head, d_vocab_out = d_vocab";
      refuse(`${name} of shape [${expected[name]}]`, `[${shape}]`, advice);
    }
  }
  for (const name of Object.values(FILE_NAMES)) {
    if (!tensors.has(name)) refuse(`tensor ${name}`, list(tensors), "take a Max-of-K file");
  }
  return config;
}

/** Shapes of all tensors that a file may hold. */
function fileShapes(config: MaxOfKConfig): Record<string, number[]> {
  const { d_vocab, d_model, d_head, n_ctx } = config;
  const shapes = maxOfKShapes(config);
  const matrices = MAX_OF_K_WEIGHTS.map((name) => {
    const file = FILE_NAMES[name];
    return [file, file.startsWith(ATTENTION) ? [1, ...shapes[name]] : [...shapes[name]]];
  });
  return {
    ...Object.fromEntries(matrices),
    ...Object.fromEntries(["b_Q", "b_K", "b_V"].map((b) => [`${ATTENTION}.${b}`, [1, d_head]])),
    [`${ATTENTION}.b_O`]: [d_model],
    "unembed.b_U": [d_vocab],
    [MASK]: [n_ctx, n_ctx],
    [IGNORE]: [],
  };
}

/**
 * Throws where a tensor beside the matrices says something else than the theorems: that nothing is
 * added, and that the last position attends to all. A mask that hides earlier positions from one
 * another would have no effect on the last; but only the causal one is known to come from a model
 * of this kind.
 */
function checkValues(name: string, { shape, data }: HostArray, K: number): void {
  const values = Array.from(data), size = sizeOf(shape);
  if (values.length !== size) {
    refuse(`${name} with ${size} values`, `${values.length}`, "check the shape");
  }
  if (name === MASK) {
    const at = values.findIndex((x, i) => x !== (i % K <= Math.floor(i / K) ? 1 : 0));
    if (at < 0) return;
    refuse(
      `${MASK} to be causal, row i true up to position i and the last row throughout`,
      `${values[at]} at [${Math.floor(at / K)}, ${at % K}]`,
      "the theorems are for full attention of the last position: train with a causal mask",
    );
  }
  if (name === IGNORE) {
    if (values[0] <= MOST_IGNORED) return;
    refuse(`${IGNORE} to be -Infinity or at most ${MOST_IGNORED}`, `${values}`, "save it again");
  }
  if ((Object.values(FILE_NAMES) as string[]).includes(name)) return;
  const at = values.findIndex((x) => x !== 0); // -0 adds nothing either
  if (at >= 0) {
    refuse(`${name} to be exactly 0`, `${values[at]} at ${at}`, "fold or train without biases");
  }
}

/**
 * Largest sizes of a model that can be proved: the exact tables and the counts have to be held and
 * made. Rounding bounds rely on them: sums of at most 1024 products, counts below 2^1000.
 */
const LARGEST = 1024, MOST_BITS = 960, MOST_MULTIPLIES = 2 ** 26;

/**
 * Throws unless lengths agree, every weight is finite, v >= 2, K >= 2 and the sizes can be worked
 * with.
 */
export function checkMaxOfK(model: MaxOfKModel): void {
  if (typeof model !== "object" || model === null) {
    refuse("a model with config and weights", show(model), "take what loadMaxOfK() returns");
  }
  checkMaxOfKSizes(model.config);
  const shapes = maxOfKShapes(model.config);
  for (const name of MAX_OF_K_WEIGHTS) {
    const [rows, cols] = shapes[name], weights = model[name] as unknown;
    if (!(weights instanceof Float32Array)) {
      refuse(`${name} as a Float32Array`, show(weights), "round the weights, and test that model");
    }
    if (weights.length !== rows * cols) {
      refuse(`${name} with ${rows * cols} values`, String(weights.length), "check the sizes");
    }
    const bad = weights.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) refuse(`finite weights in ${name}`, `${weights[bad]} at ${bad}`, "train again");
  }
}

/** Throws unless v >= 2, K >= 2 and the sizes can be worked with. */
export function checkMaxOfKSizes(config: MaxOfKConfig): void {
  if (typeof config !== "object" || config === null) {
    refuse("sizes in its config", show(config), "give d_vocab, d_model, d_head and n_ctx");
  }
  for (
    const [key, least] of [["d_vocab", 2], ["n_ctx", 2], ["d_model", 1], ["d_head", 1]] as const
  ) {
    const value = config[key];
    if (!Number.isInteger(value) || value < least || value > LARGEST) {
      const advice = value < least ? "there is nothing to prove otherwise" : "take a smaller model";
      refuse(`${key} from ${least} to ${LARGEST}`, show(value), advice);
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
}

/** The model as named tensors for a safetensors file. */
export function maxOfKToTensors(model: MaxOfKModel): Record<string, HostArray> {
  const shapes = fileShapes(model.config);
  return Object.fromEntries(MAX_OF_K_WEIGHTS.map((name) => {
    const file = FILE_NAMES[name];
    return [file, { shape: shapes[file], data: model[name] }];
  }));
}

/**
 * Reads and checks a model file as maxOfKFromTensors() does, names and shapes before any value;
 * float64 is refused, for its rounded weights would be another model. Free texts in the file decide
 * nothing.
 */
export async function loadMaxOfK(path: string): Promise<MaxOfKModel> {
  const { tensors } = await readSafetensors(path, {
    integers: (name) => name === MASK,
    inspect: (header) => {
      for (const [name, { dtype }] of header) {
        if (dtype !== "F64") continue;
        refuse(`${showName(name)} in float32`, "F64", "round the weights, and test that model");
      }
      configOf(header);
    },
  });
  return maxOfKFromTensors(tensors);
}

/** Writes a model file. */
export async function saveMaxOfK(path: string, model: MaxOfKModel): Promise<void> {
  checkMaxOfK(model);
  await writeSafetensors(path, maxOfKToTensors(model));
}

function list(tensors: ReadonlyMap<string, unknown>): string {
  return [...tensors.keys()].slice(0, 6).map(showName).join(", ") || "no tensor";
}

function refuse(expected: string, found: string, advice: string): never {
  throw new TypeError(
    `Cannot use as a Max-of-K model: expected ${expected} but found ${found}: ${advice}`,
  );
}
