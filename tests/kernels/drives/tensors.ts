/** Operations on tensors with their gradients, and every form, kernel and epilogue of the products. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { isSoftware } from "../../../lib/gpu/software.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { multiply } from "../../../lib/tensor/ops/arithmetic.ts";
import { attention, joinedAttention } from "../../../lib/tensor/ops/attention.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { layerNorm, layerNormScale } from "../../../lib/tensor/ops/layer_norm.ts";
import { gelu } from "../../../lib/tensor/ops/linear.ts";
import { batchedMatmul } from "../../../lib/tensor/ops/matmul/batched_matmul.ts";
import { matmul } from "../../../lib/tensor/ops/matmul/matmul.ts";
import {
  possibleVariants,
  preferVariants,
  type Variant,
  VARIANTS,
} from "../../../lib/tensor/ops/matmul/plan.ts";
import {
  type Epilogue,
  type ProductForm,
  productInto,
} from "../../../lib/tensor/ops/matmul/product.ts";
import { reshape } from "../../../lib/tensor/ops/reshape.ts";
import { rmsNorm, rmsNormScale } from "../../../lib/tensor/ops/rms_norm.ts";
import { rowAttention } from "../../../lib/tensor/ops/row_attention.ts";
import { groupRows } from "../../../lib/tensor/ops/row_groups.ts";
import { stackColumns } from "../../../lib/tensor/ops/rows.ts";
import { mean, squaredNorm, sum } from "../../../lib/tensor/ops/sum.ts";
import { transposeInto } from "../../../lib/tensor/ops/transpose.ts";
import { exp, positive, relu, root, tanh } from "../../../lib/tensor/ops/unary.ts";
import { empty, type Tensor, upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { type Drive, numbers } from "./drive.ts";

const tensor = (gpu: Gpu, seed: number, shape: number[]) =>
  upload(gpu, { shape, data: numbers(seed, shape.reduce((a, b) => a * b, 1)) });

/** The result of `forward` and the gradients of its sum with random weights. */
async function learned(
  gpu: Gpu,
  leaves: Tensor[],
  forward: (...leaves: Tensor[]) => Tensor,
): Promise<Record<string, ArrayLike<number>>> {
  for (const leaf of leaves) leaf.requiresGrad = true;
  let y: Tensor | undefined;
  withGradients(gpu, leaves, (keep) => {
    keep(y = forward(...leaves));
    return sum(multiply(y, tensor(gpu, 99, [...y.shape])));
  });
  const found: Record<string, ArrayLike<number>> = { y: await y!.read() };
  for (const [n, { grad }] of leaves.entries()) found[`grad ${n}`] = await grad!.read();
  return found;
}

type Op = [name: string, shapes: number[][], forward: (...leaves: Tensor[]) => Tensor];

const OPS: Op[] = [
  ["gelu", [[9, 22]], gelu],
  ["relu", [[9, 22]], relu],
  ["tanh", [[9, 22]], tanh],
  ["exp", [[9, 22]], exp],
  ["root", [[9, 22]], (a) => root(multiply(a, a))],
  ["mean", [[9, 22]], (a) => mean(a)],
  ["squaredNorm of many", [[300, 70]], (a) => squaredNorm(a)],
  ["layerNorm", [[70, 130], [130], [130]], (x, weight, bias) => layerNorm(x, weight, bias)],
  ["rmsNorm", [[70, 130], [130]], (x, weight) => rmsNorm(x, weight)],
  [
    "joinedAttention",
    [[2, 9, 256]],
    (qkv) => joinedAttention(qkv, { n_heads: 8, n_kv_heads: 4, window: 5, scale: 0.3 }),
  ],
  ["reshape", [[9, 22]], (a) => reshape(a, [22, 9])],
  ["matmul", [[9, 22], [22, 70]], (a, b) => matmul(a, b)],
  ["batchedMatmul", [[3, 9, 22], [3, 22, 70]], (a, b) => batchedMatmul(a, b)],
];

/** Heads of 1 to 80 numbers, each of which has a text of its own. */
const HEADS: [n_heads: number, n_kv_heads: number, d_head: number][] = [
  ...[1, 16, 32, 48, 80].map((d): [number, number, number] => [2, 2, d]),
  [6, 2, 8],
];

function attended([n_heads, n_kv_heads, d_head]: typeof HEADS[number]): Drive {
  return {
    name: `attention ${n_heads}, ${n_kv_heads}, ${d_head}`,
    run: (gpu) => {
      const shape = (heads: number) => d_head % 4 ? [2, 9, heads, d_head] : [2, 9, heads * d_head];
      const leaves = [n_heads, n_kv_heads, n_kv_heads].map((heads, seed) =>
        tensor(gpu, seed, shape(heads))
      );
      const options = { n_heads, n_kv_heads, window: 5, scale: 0.3 };
      return learned(gpu, leaves, (q, k, v) => attention(q, k, v, options));
    },
  };
}

const rows: Drive = {
  name: "rowAttention and what moves rows",
  run: async (gpu) => {
    const count = 300, kept = [1, 2].map((seed) => tensor(gpu, seed, [3, 13, 32]));
    const [q, k, v] = [3, 4, 5].map((seed) => tensor(gpu, seed, [count, 32]));
    const at = {
      sequences: Uint32Array.from({ length: count }, (_, r) => Math.floor(r / 100)),
      positions: Uint32Array.from({ length: count }, (_, r) => (5 * r) % 14),
    };
    const places = {
      k: kept[0],
      v: kept[1],
      sequences: uploadIds(gpu, [count], at.sequences),
      positions: uploadIds(gpu, [count], at.positions),
    };
    const options = { n_heads: 2, scale: 0.2 };
    const alone = rowAttention({ q, k, v }, places, options);
    const groups = groupRows(gpu, at);
    const grouped = rowAttention({ q, k, v }, { ...places, groups }, options);
    const turned = empty(gpu, [32, count]);
    transposeInto(turned, q);
    const stacked = stackColumns([q, k]);
    const tensors = {
      alone,
      grouped,
      turned,
      stacked,
      positive: positive(q),
      layer_norm: layerNormScale(q),
      rms_norm: rmsNormScale(q),
    };
    const found: Record<string, ArrayLike<number>> = {};
    for (const [name, tensor] of Object.entries(tensors)) found[name] = await tensor.read();
    return found;
  },
};

/** A loss of which something is made has its gradient scaled. */
const scaledLoss: Drive = {
  name: "crossEntropy, scaled",
  run: (gpu) => {
    const targets = uploadIds(gpu, [30], Uint32Array.from({ length: 30 }, (_, r) => r % 50));
    const weights = upload(gpu, { shape: [30], data: new Float32Array(30).fill(1) });
    return learned(
      gpu,
      [tensor(gpu, 1, [30, 50])],
      (logits) => crossEntropy(logits, targets, weights).loss,
    );
  },
};

const FORMS: ProductForm[] = ["NN", "NT", "TN"];

/**
 * A program takes seconds to compile a tile's kernel, also where it passes for a GPU: there large tiles
 * have one form each, tests/tensor/ops/matmul/matmul_test.ts has them in others.
 */
const FORMS_OF: Partial<Record<Variant, ProductForm[]>> = {
  tiled128x128: ["TN"],
  tiled64x128: ["NT"],
  tiled128x64: ["NN"],
  tiled64x64: ["NN"],
};

/** One kernel of the products with all that it can do on the way out, and with a sum that is split. */
function products(variant: Variant): Drive {
  return {
    name: `products, ${variant}`,
    run: async (gpu) => {
      if (!possibleVariants(gpu).includes(variant)) return {};
      const found: Record<string, ArrayLike<number>> = {};
      // Chunks of a long sum are dealt out, but in one form.
      preferVariants(gpu, (form) => form === "NN" ? { variant, layers: 1 } : variant);
      for (const form of isSoftware(gpu) ? FORMS_OF[variant] ?? FORMS : FORMS) {
        for (const [m, n, k] of [[35, 70, 30], [12, 36, 1030]]) {
          const a = tensor(gpu, 1, form === "TN" ? [k, m] : [m, k]);
          const b = tensor(gpu, 2, form === "NT" ? [n, k] : [k, n]);
          const bias = tensor(gpu, 3, [n]), other = tensor(gpu, 4, [m, n]);
          const epilogues: Record<string, Epilogue> = {
            plain: {},
            accumulated: { accumulate: true },
            biased: { bias },
            "biased and added": { bias, addend: other },
            gelu: { bias, geluPre: empty(gpu, [m, n]) },
            "gelu'": { geluGradOf: other },
            "gelu' accumulated": { geluGradOf: other, accumulate: true },
          };
          for (const [name, epilogue] of Object.entries(epilogues)) {
            // What follows a sum knows nothing of its form, nor of its tile's size.
            if (
              (form !== "NT" || variant.includes("128")) && !["plain", "accumulated"].includes(name)
            ) continue;
            const c = tensor(gpu, 5, [m, n]);
            productInto(form, { a, b, c }, epilogue);
            found[`${form} ${k} ${name}`] = await c.read();
          }
        }
      }
      preferVariants(gpu, () => undefined);
      return found;
    },
  };
}

export const TENSORS: readonly Drive[] = [
  ...OPS.map(([name, shapes, forward]): Drive => ({
    name,
    run: (gpu) => learned(gpu, shapes.map((shape, seed) => tensor(gpu, seed, shape)), forward),
  })),
  ...HEADS.map(attended),
  rows,
  scaledLoss,
  ...VARIANTS.map(products),
];
