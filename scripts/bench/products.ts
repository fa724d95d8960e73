/**
 * Every variant of the matrix product, and the one that runs by default, at the shapes of issue and
 * paper.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { type ProductForm, productInto } from "../../lib/tensor/ops/matmul/product.ts";
import {
  planOf,
  possibleVariants,
  preferVariants,
  type Variant,
} from "../../lib/tensor/ops/matmul/plan.ts";
import { transposeInto } from "../../lib/tensor/ops/transpose.ts";
import { empty, upload } from "../../lib/tensor/tensor.ts";
import { stream } from "../../lib/numerics/random.ts";
import { timedBody } from "./measure.ts";
import type { Row } from "./table.ts";

/** m x k x n: a cube, the paper's crosscoder forward and back, its language model's MLP. */
export const SHAPES = [[512, 512, 512], [256, 3840, 3072], [256, 3072, 3840], [512, 768, 3072]];

/** Values between -1 and 1, cheap to make. */
export function randomValues(n: number): Float32Array {
  const random = stream(0, "bench");
  const block = Float32Array.from({ length: Math.min(n, 65536) }, () => 2 * random.uniform() - 1);
  return Float32Array.from({ length: n }, (_, i) => block[i % block.length]);
}

/**
 * One line a form, shape and variant, packing and all. `every` false: only the variant that would
 * run.
 */
export async function* productRows(gpu: Gpu, { every = true } = {}): AsyncGenerator<Row> {
  for (const [m, k, n] of SHAPES) {
    for (const form of ["NN", "NT", "TN"] as const) {
      const chosen = planOf(gpu, form, { m, n, k }).variant;
      // With barriers a CPU adapter takes a hundred times as long: one small shape and the smaller tiles show it.
      const variants = possibleVariants(gpu).filter((variant) =>
        variant === chosen ||
        every && (!gpu.isCpu || !/^ti/.test(variant) || m === n && !variant.includes("128"))
      );
      for (const variant of variants) {
        yield await productRow(gpu, { form, m, n, k, variant, chosen });
      }
    }
  }
}

async function productRow(
  gpu: Gpu,
  { form, m, n, k, variant, chosen }: {
    form: ProductForm;
    m: number;
    n: number;
    k: number;
    variant: Variant;
    chosen: Variant;
  },
): Promise<Row> {
  const shapeA = form === "TN" ? [k, m] : [m, k], shapeB = form === "NT" ? [n, k] : [k, n];
  const a = upload(gpu, { shape: shapeA, data: randomValues(m * k) });
  const b = upload(gpu, { shape: shapeB, data: randomValues(n * k) });
  const c = empty(gpu, [m, n]);
  preferVariants(gpu, () => variant);
  const flop = 2 * m * n * k;
  // Small products several times in a submit, as in a training step.
  const repeat = Math.ceil(2e9 / flop);
  const { wall, cpu } = await timedBody(gpu, "product", {
    body: () => {
      for (let i = 0; i < repeat; i++) productInto(form, { a, b, c });
    },
  });
  preferVariants(gpu, () => undefined);
  for (const tensor of [a, b, c]) tensor.release();
  const name = `${form} ${m} x ${k} x ${n}, ${variant}`;
  return {
    group: "products",
    name,
    wall: wall / repeat,
    cpu: cpu / repeat,
    flop,
    note: variant === chosen ? "chosen" : "",
  };
}

/** Transposition of the crosscoder's decoder. */
export async function* transposeRows(gpu: Gpu): AsyncGenerator<Row> {
  const [rows, columns] = [3072, 3840];
  const a = upload(gpu, { shape: [rows, columns], data: randomValues(rows * columns) });
  const out = empty(gpu, [columns, rows]);
  const times = await timedBody(gpu, "transpose", { body: () => transposeInto(out, a) });
  for (const tensor of [a, out]) tensor.release();
  yield {
    group: "kernels",
    name: `transpose ${rows} x ${columns}`,
    ...times,
    bytes: 8 * rows * columns,
  };
}
