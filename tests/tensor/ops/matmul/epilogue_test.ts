// What a product can end in beside a GELU: a JumpReLU, and an addend with a scale for each run of its rows. Kernels share
// this text, so one for this adapter, one for GPUs and the one that finishes a long sum take turns.
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Plan,
  possibleVariants,
  preferVariants,
} from "../../../../lib/tensor/ops/matmul/plan.ts";
import { type ProductForm, productInto } from "../../../../lib/tensor/ops/matmul/product.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { empty, type Tensor, upload } from "../../../../lib/tensor/tensor.ts";
import { matmul as plainMatmul } from "../../../reference/matmul.ts";
import { assertClose, random } from "../../../util.ts";
import { devices } from "../../gpu_util.ts";

const { gpu } = devices[0];
const [M, N] = [35, 64];
const direct = possibleVariants(gpu).filter((variant) => !variant.startsWith("ti"));
/** A long sum is finished by a kernel of its own. */
const LONG = { k: 1090, plan: { variant: direct[0], layers: 3 } };

const matrix = (seed: number, shape: number[], device = gpu) =>
  upload(device, { shape, data: random(seed, shape.reduce((a, b) => a * b, 1)) });

function run(
  form: ProductForm,
  plan: Plan,
  tensors: { a: Tensor; b: Tensor; c: Tensor },
  epilogue: object,
) {
  preferVariants(gpu, () => plan);
  productInto(form, tensors, epilogue);
  preferVariants(gpu, () => undefined);
}

Deno.test("productInto() ends in a JumpReLU and keeps what it was taken of", async () => {
  const { k, plan } = LONG;
  const a = matrix(1, [M, k]), b = matrix(2, [k, N]), bias = matrix(3, [N]);
  const log_threshold = matrix(4, [N]), pre = empty(gpu, [M, N]), c = empty(gpu, [M, N]);
  run("NN", plan, { a, b, c }, { bias, jumprelu: { pre, log_threshold } });
  const shift = await bias.read(), theta = (await log_threshold.read()).map(Math.exp);
  const z = plainMatmul(await a.read(), await b.read(), { m: M, n: N, k })
    .map((v, i) => v + shift[i % N]);
  const found = await pre.read(), acts = await c.read();
  assertClose(found, z, { name: "pre-activations", rtol: 1e-5 });
  assertEquals([...acts], [...found.map((v, i) => v > theta[i % N] ? v : 0)]);
  assertEquals(acts.some((v) => v !== 0) && acts.some((v) => v === 0), true);
});

const SCALED: { k: number; plan: Plan; accumulate: boolean }[] = [
  { ...LONG, accumulate: false },
  { ...LONG, accumulate: true },
  { k: 30, plan: { variant: direct[0], layers: 1 }, accumulate: false },
  { k: 30, plan: { variant: "tiled64x64", layers: 1 }, accumulate: true },
];

for (const { k, plan, accumulate } of SCALED) {
  const name = `${plan.variant} in ${plan.layers} layers${
    accumulate ? ", added to the result" : ""
  }`;
  Deno.test(`productInto() scales the runs of an addend's rows, ${name}`, async () => {
    const a = matrix(1, [k, M]), b = matrix(2, [k, N]), addend = matrix(5, [M, N]);
    const addendScales = matrix(6, [M * 2]), start = random(7, M * N), c = matrix(7, [M, N]);
    const sum = plainMatmul(await a.read(), await b.read(), { m: M, n: N, k, transposeA: true });
    const scales = random(6, M * 2), added = random(5, M * N);
    run("TN", plan, { a, b, c }, { addend, addendScales, accumulate });
    const wanted = sum.map((v, i) =>
      v + scales[Math.floor(i / (N / 2))] * added[i] + (accumulate ? start[i] : 0)
    );
    assertClose(await c.read(), wanted, { name, rtol: 1e-5 });
  });
}

Deno.test("productInto() takes pieces of an addend with the scales of their rows", async () => {
  using narrow = await openGpu({ maxBinding: 20_000 }); // 64 rows of 64, so that 100 rows are two pieces
  const a = matrix(1, [9, 100], narrow), b = matrix(2, [9, N], narrow);
  const addend = matrix(5, [100, N], narrow), addendScales = matrix(6, [200], narrow);
  const c = empty(narrow, [100, N]), before = narrow.immediate.size;
  productInto("TN", { a, b, c }, { addend, addendScales });
  assertEquals(narrow.immediate.size - before > 1, true, "more than one piece");
  const sum = plainMatmul(await a.read(), await b.read(), { m: 100, n: N, k: 9, transposeA: true });
  const scales = random(6, 200), added = random(5, 100 * N);
  const wanted = sum.map((v, i) => v + scales[Math.floor(i / (N / 2))] * added[i]);
  assertClose(await c.read(), wanted, { name: "pieces", rtol: 1e-5 });
});

Deno.test("productInto() refuses what cannot follow a product", () => {
  const a = matrix(1, [M, 8]), b = matrix(2, [8, N]), c = empty(gpu, [M, N]);
  const addend = matrix(5, [M, N]), pre = empty(gpu, [M, N]);
  const refused = (epilogue: object, says: string) =>
    assertThrows(() => productInto("NN", { a, b, c }, epilogue), Error, says);
  refused({ addendScales: matrix(6, [M]) }, "addendScales with an addend");
  refused({ addend, addendScales: matrix(6, [M + 1]) }, "row by row, in one axis");
  const log_threshold = matrix(4, [N]);
  refused({ geluPre: pre, jumprelu: { pre, log_threshold } }, "but found more");
  refused({ jumprelu: { pre, log_threshold: matrix(4, [N - 4]) } }, "log_threshold");
});
