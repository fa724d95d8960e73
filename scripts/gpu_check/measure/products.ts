/** Every kernel of the matrix product at the shapes of the training steps. @module */
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { record } from "../../../lib/gpu/program.ts";
import { type ProductForm, productInto } from "../../../lib/tensor/ops/matmul/product.ts";
import {
  planOf,
  possibleVariants,
  preferVariants,
  type Variant,
} from "../../../lib/tensor/ops/matmul/plan.ts";
import { empty, upload } from "../../../lib/tensor/tensor.ts";
import { randomValues } from "../../bench/products.ts";
import type { Row } from "../results.ts";
import { dispatchesIn, type Predictor, predictorOf, total } from "./predict.ts";
import { clockName, runSeconds } from "./timing.ts";

/** What is multiplied where; the paper's crosscoder has 5 x 768 inputs and 3,072 latents. */
export type Shape = { form: ProductForm; m: number; n: number; k: number; use: string };

export const SHAPES: readonly Shape[] = [
  { form: "NN", m: 256, n: 3072, k: 3840, use: "crosscoder, encode" },
  { form: "NN", m: 256, n: 3840, k: 3072, use: "crosscoder, decode" },
  { form: "NT", m: 256, n: 3072, k: 3840, use: "crosscoder, gradient of latents" },
  { form: "TN", m: 3072, n: 3840, k: 256, use: "crosscoder, gradient of W_dec" },
  { form: "NN", m: 4096, n: 3072, k: 3840, use: "crosscoder, batch 4096" },
  { form: "TN", m: 3072, n: 3840, k: 4096, use: "crosscoder, batch 4096" },
  { form: "NT", m: 2048, n: 768, k: 768, use: "TinyStories-33M, projection" },
  { form: "TN", m: 768, n: 768, k: 2048, use: "TinyStories-33M, gradient of a weight" },
  { form: "NT", m: 2048, n: 3072, k: 768, use: "TinyStories-33M, MLP" },
  { form: "NN", m: 2048, n: 768, k: 50257, use: "TinyStories-33M, gradient below the logits" },
  { form: "NT", m: 2048, n: 64, k: 64, use: "small model, projection" },
  { form: "TN", m: 64, n: 64, k: 2048, use: "small model, gradient of a weight" },
  { form: "NT", m: 2048, n: 256, k: 64, use: "small model, MLP" },
  { form: "NN", m: 512, n: 512, k: 512, use: "a cube" },
];

/** Operations and products of one submit: enough that the submit itself does not count. */
const FLOP = { cpu: 1e9, gpu: 2e10 }, MOST = 64;

/** What runs by default at every shape first, then the other kernels. */
export async function* productRows(): AsyncGenerator<Row> {
  using gpu = await openGpu();
  const predictor = await predictorOf(gpu);
  yield { name: "times by", text: clockName(gpu) };
  yield { name: "predictions by", text: predictor.source };
  for (const shape of SHAPES) {
    yield await productRow(gpu, { shape, predictor, variant: chosen(gpu, shape) });
  }
  for (const shape of SHAPES) {
    for (const variant of possibleVariants(gpu)) {
      if (variant === chosen(gpu, shape) || gpu.isCpu && hopeless(variant, shape)) continue;
      yield await productRow(gpu, { shape, predictor, variant });
    }
  }
}

function chosen(gpu: Gpu, { form, ...sizes }: Shape): Variant {
  return planOf(gpu, form, sizes).variant;
}

/** With barriers a CPU adapter takes forty times as long: small products show it. */
export function hopeless(variant: Variant, { m, n, k }: Shape): boolean {
  return /^ti/.test(variant) && m * n * k > 512 ** 3;
}

async function productRow(
  gpu: Gpu,
  { shape, variant, predictor }: Case & { predictor: Predictor },
): Promise<Row> {
  const { form, m, n, k, use } = shape, flop = 2 * m * n * k;
  const seen = dispatchesIn(gpu, (on) => recordProduct(on, { shape, variant }, 1).program.run());
  return {
    group: `${form} ${m} x ${k} x ${n}, ${use}`,
    name: `${variant}${variant === chosen(gpu, shape) ? ", by default" : ""}`,
    predicted: flop / total(seen, predictor),
    measured: flop / await productSeconds(gpu, { shape, variant }),
    unit: "FLOP/s",
  };
}

/** A kernel at a shape. */
type Case = { shape: Shape; variant: Variant };

/** Seconds of one product, of several in a submit. */
export async function productSeconds(gpu: Gpu, given: Case): Promise<number> {
  const { m, n, k } = given.shape;
  const times = Math.min(MOST, Math.ceil(FLOP[gpu.isCpu ? "cpu" : "gpu"] / (2 * m * n * k)));
  const { program, tensors } = recordProduct(gpu, given, times);
  const seconds = await runSeconds(program) / times;
  program[Symbol.dispose]();
  for (const tensor of tensors) tensor.release();
  return seconds;
}

function recordProduct(gpu: Gpu, { shape: { form, m, n, k }, variant }: Case, times: number) {
  const filled = (rows: number, columns: number) =>
    upload(gpu, { shape: [rows, columns], data: randomValues(rows * columns) });
  const a = form === "TN" ? filled(k, m) : filled(m, k);
  const b = form === "NT" ? filled(n, k) : filled(k, n);
  const c = empty(gpu, [m, n]);
  preferVariants(gpu, () => variant);
  const program = record(gpu, "product", () => {
    for (let i = 0; i < times; i++) productInto(form, { a, b, c });
  });
  preferVariants(gpu, () => undefined);
  return { program, tensors: [a, b, c] };
}
