// Every product kernel against float64, and against the others to the last bit, at sizes that are no multiple of a tile.
// Worst error seen, in units of the root mean square of the result: 6e-7 (k = 130), 2e-6 through the GELU.
import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { readBuffers } from "../../../../lib/gpu/read.ts";
import { gelu, geluGrad } from "../../../reference/gelu.ts";
import { matmul as plainMatmul } from "../../../reference/matmul.ts";
import { matmul } from "../../../../lib/tensor/ops/matmul/matmul.ts";
import {
  type Epilogue,
  type ProductForm,
  productInto,
} from "../../../../lib/tensor/ops/matmul/product.ts";
import {
  type Plan,
  planOf,
  possibleVariants,
  preferVariants,
  type Variant,
} from "../../../../lib/tensor/ops/matmul/plan.ts";
import { transposeInto } from "../../../../lib/tensor/ops/transpose.ts";
import { empty, type Tensor, upload } from "../../../../lib/tensor/tensor.ts";
import { assertClose, random } from "../../../util.ts";
import { devices, gradients, parameter } from "../../gpu_util.ts";

const { gpu } = devices[0];
const variants = possibleVariants(gpu);
const FORMS: ProductForm[] = ["NN", "NT", "TN"];
const SIZES = [[1, 1, 1], [3, 5, 33], [5, 130, 3], [33, 61, 67], [67, 33, 130], [130, 67, 61]];

function matrix(seed: number, rows: number, columns: number, device = gpu): Tensor {
  return upload(device, { shape: [rows, columns], data: random(seed, rows * columns) });
}

/** a and b with m, n, k of the product, as the form stores them. */
function operands(form: ProductForm, [m, n, k]: number[], device = gpu): { a: Tensor; b: Tensor } {
  const a = form === "TN" ? matrix(1, k, m, device) : matrix(1, m, k, device);
  const b = form === "NT" ? matrix(2, n, k, device) : matrix(2, k, n, device);
  return { a, b };
}

async function expected(
  form: ProductForm,
  { a, b }: { a: Tensor; b: Tensor },
  [m, n, k]: number[],
) {
  const options = { m, n, k, transposeA: form === "TN", transposeB: form === "NT" };
  return plainMatmul(await a.read(), await b.read(), options);
}

/** The bytes of a tensor, padding included. */
async function bits(tensors: Tensor[]): Promise<Uint32Array[]> {
  const buffers = await readBuffers(tensors[0].gpu, tensors.map(({ range }) => range));
  return buffers.map((buffer) => new Uint32Array(buffer));
}

function withVariant(variant: Variant | Plan | undefined, body: () => void): void {
  preferVariants(gpu, () => variant);
  body();
  preferVariants(gpu, () => undefined);
}

/** Kernels with barriers take seconds to compile here, so that tiles, forms and what follows take turns. */
const TILE_OF: Record<ProductForm, Variant> = { NN: "tiled64x128", NT: "tiny", TN: "tiled128x64" };
const tile: Variant = "tiled64x64", direct = variants.filter((variant) => !isTile(variant));

function isTile(variant: Variant): boolean {
  return variant.startsWith("ti");
}

for (const form of FORMS) {
  Deno.test(`productInto() ${form} equals float64 in every kernel, bit by bit the same`, async () => {
    const variants = [...direct, TILE_OF[form]];
    for (const size of SIZES) {
      const [m, n] = size;
      const { a, b } = operands(form, size);
      const results = variants.map((variant) => {
        const c = empty(gpu, [m, n]);
        withVariant(variant, () => productInto(form, { a, b, c }));
        return c;
      });
      const name = `${form} ${size}`;
      assertClose(await results[0].read(), await expected(form, { a, b }, size), {
        name,
        rtol: 3e-6,
      });
      const all = await bits(results);
      variants.forEach((variant, i) => assertEquals(all[i], all[0], `${name} ${variant}`));
    }
  });
}

for (const variant of direct) {
  Deno.test(`productInto() applies every epilogue, ${variant}`, async () => {
    const size = [35, 67, 30];
    const [m, n] = size;
    const { a, b } = operands("NT", size);
    const bias = matrix(3, 1, n), other = matrix(4, m, n), pre = empty(gpu, [m, n]);
    const run = (epilogue: Epilogue) => {
      const c = empty(gpu, [m, n]);
      if (epilogue.accumulate) transposeInto(c, transposed);
      withVariant(variant, () => productInto("NT", { a, b, c }, epilogue));
      return c.read();
    };
    const transposed = empty(gpu, [n, m]);
    transposeInto(transposed, other);
    const sum = await expected("NT", { a, b }, size);
    const [shift, extra] = [await bias.read(), await other.read()];
    const biased = sum.map((v, i) => v + shift[i % n]);
    const close = (found: Float32Array, wanted: Float64Array, name: string) =>
      assertClose(found, wanted, { name, rtol: 1e-5 });
    close(
      await run({ bias, addend: other }),
      biased.map((v, i) => v + extra[i]),
      "bias and addend",
    );
    close(await run({ bias, geluPre: pre }), gelu(biased), "gelu");
    close(await pre.read(), biased, "pre-activation");
    close(
      await run({ geluGradOf: other, accumulate: true }),
      geluGrad(extra, sum).map((v, i) => v + extra[i]),
      "gelu' and accumulate",
    );
  });
}

Deno.test("productInto() in tiles of 128 x 128 equals the other kernels, through the epilogue", async () => {
  const size = [131, 140, 37], [m, n] = size;
  const { a, b } = operands("NT", size);
  const bias = matrix(3, 1, n), pres: Tensor[] = [];
  const results = [variants[0], "tiled128x128" as const].map((variant) => {
    const c = empty(gpu, [m, n]), geluPre = empty(gpu, [m, n]);
    withVariant(variant, () => productInto("NT", { a, b, c }, { bias, geluPre }));
    pres.push(geluPre);
    return c;
  });
  const [wanted, found, ...pre] = await bits([...results, ...pres]);
  assertEquals(found, wanted);
  assertEquals(pre[1], pre[0]);
});

// Three chunks, the last of them short: on their own, two of them to a workgroup, all to one.
const LONG = [35, 67, 1090];
const PLANS: Record<ProductForm, Plan[]> = {
  NN: [{ variant: "tiny", layers: 1 }],
  NT: [{ variant: tile, layers: 2 }],
  TN: [{ variant: tile, layers: 1 }],
};
/** Those for CPU adapters, which have a chunk to a layer, and one of the others. */
const plansOf = (form: ProductForm) => [
  ...direct.map((variant) => ({ variant, layers: 3 })),
  ...PLANS[form],
];

for (const form of FORMS) {
  Deno.test(`productInto() ${form} gives the same bits however the chunks of a long sum are dealt out`, async () => {
    const [m, n, k] = LONG;
    const bias = matrix(3, 1, n), start = random(5, m * n), plans = plansOf(form);
    const accumulate = form !== "TN"; // whether a sum begins with what is there
    const { a, b } = operands(form, LONG);
    const results = plans.map((plan) => {
      const c = matrix(5, m, n);
      withVariant(plan, () => productInto(form, { a, b, c }, { accumulate, bias }));
      return c;
    });
    const shift = await bias.read();
    const wanted = (await expected(form, { a, b }, LONG)).map((v, i) =>
      v + (accumulate ? start[i] : 0) + shift[i % n]
    );
    assertClose(await results[0].read(), wanted, { name: `${form}, k ${k}`, rtol: 3e-6 });
    const all = await bits(results);
    plans.forEach(({ variant, layers }, i) =>
      assertEquals(all[i], all[0], `${form} ${variant} in ${layers} layers`)
    );
  });
}

Deno.test("productInto() adds to a result after a GELU over a long sum", async () => {
  const [m, n] = LONG;
  const { a, b } = operands("NN", LONG), pre = matrix(4, m, n);
  const [slope, start] = [await pre.read(), random(5, m * n)];
  const product = geluGrad(slope, await expected("NN", { a, b }, LONG));
  const plans: Plan[] = [direct[0], tile].map((variant) => ({ variant, layers: 1 }));
  for (const plan of plans) {
    const c = matrix(5, m, n);
    withVariant(
      plan,
      () => productInto("NN", { a, b, c }, { geluGradOf: pre, accumulate: true }),
    );
    assertClose(await c.read(), product.map((v, i) => v + start[i]), {
      name: `${plan.variant} in ${plan.layers} layers`,
      rtol: 1e-5,
    });
  }
});

Deno.test("productInto() gives the same bits where operands are beyond the binding limit", async () => {
  // 585 rows of 64 fit: 512 of them are a piece.
  using narrow = await openGpu({ maxBinding: 150_000 });
  const [m, n, k] = [64, 40, 1200];
  const [wide, pieces] = [gpu, narrow].map((device) => {
    const { a, b } = operands("TN", [m, n, k], device), c = matrix(4, m, n, device);
    productInto("TN", { a, b, c }, { accumulate: true });
    return c;
  });
  assertEquals(await bits([pieces]), await bits([wide]));
});

Deno.test("planOf() splits long sums of few results on this adapter", () => {
  assertEquals(planOf(gpu, "TN", { m: 60, n: 36, k: 2048 }).layers > 1, true);
  assertEquals(planOf(gpu, "TN", { m: 2048, n: 2048, k: 2048 }).layers, 1);
});

Deno.test("productInto() is not touched by what its textures held before", async () => {
  const nan = upload(gpu, { shape: [160, 160], data: new Float32Array(160 * 160).fill(NaN) });
  const [m, n, k] = [33, 61, 67];
  for (const form of FORMS) {
    const { a, b } = operands(form, [m, n, k]);
    const c = empty(gpu, [m, n]), first = empty(gpu, [160, 160]);
    withVariant("panels", () => {
      productInto(form, { a: nan, b: nan, c: first });
      productInto(form, { a, b, c });
    });
    assertClose(await c.read(), await expected(form, { a, b }, [m, n, k]), {
      name: form,
      rtol: 3e-6,
    });
  }
});

Deno.test("productInto() takes operands beyond the binding limit in pieces", async () => {
  using narrow = await openGpu({ maxBinding: 196608 });
  preferVariants(narrow, () => "panels");
  const sizes = { NT: [70, 600, 100], NN: [70, 100, 600], TN: [150, 300, 400] };
  for (const form of FORMS) {
    const size = sizes[form];
    const [m, n] = size;
    const { a, b } = operands(form, size, narrow);
    const bias = matrix(3, 1, n, narrow), c = matrix(4, m, n, narrow);
    const [shift, start] = [await bias.read(), await c.read()];
    const before = narrow.immediate.size;
    productInto(form, { a, b, c }, { bias, accumulate: true });
    assertEquals(narrow.immediate.size - before > 3, true, `${form} in one piece`);
    const wanted = (await expected(form, { a, b }, size)).map((v, i) =>
      v + shift[i % n] + start[i]
    );
    assertClose(await c.read(), wanted, { name: form, rtol: 3e-6 });
  }
  const { a, b } = operands("NN", [70, 100, 600], narrow);
  const [c, geluPre] = [empty(narrow, [70, 100]), empty(narrow, [70, 100])];
  assertThrows(() => productInto("NN", { a, b, c }, { geluPre }), RangeError, "apply the GELU");
});

Deno.test("productInto() multiplies with a vocabulary larger than a binding", async () => {
  const [m, n, k] = [3, 50257, 768];
  const b = upload(gpu, {
    shape: [n, k],
    data: Float32Array.from({ length: n * k }, (_, i) => (i * 7919 % 1000) / 500 - 1),
  });
  assertEquals(b.range.size > gpu.maxBinding, true);
  const a = matrix(1, m, k), c = empty(gpu, [m, n]);
  productInto("NT", { a, b, c });
  const [left, found] = [await a.read(), await c.read()];
  for (const column of [0, 1, 43000, 43690, 43775, 43776, 50255, 50256]) {
    const row = Float64Array.from(
      { length: k },
      (_, i) => ((column * k + i) * 7919 % 1000) / 500 - 1,
    );
    for (let r = 0; r < m; r++) {
      const sum = row.reduce((s, v, i) => s + v * left[r * k + i], 0);
      assertClose([found[r * n + column]], [sum], {
        name: `${r}, ${column}`,
        rtol: 1e-5,
        atol: 1e-4,
      });
    }
  }
  b.release();
});

for (const { name, gpu } of devices) {
  for (const form of FORMS) {
    Deno.test(`matmul() ${form} gives both gradients, ${name}`, async () => {
      const [m, n, k] = [13, 21, 34];
      const make = (seed: number, rows: number, columns: number) =>
        parameter(gpu, [rows, columns], random(seed, rows * columns));
      const a = form === "TN" ? make(1, k, m) : make(1, m, k);
      const b = form === "NT" ? make(2, n, k) : make(2, k, n);
      const grad_y = random(3, m * n);
      const found = await gradients(gpu, { a, b }, { forward: () => matmul(a, b, form), grad_y });
      const [left, right] = [await a.read(), await b.read()];
      const wanted = form === "TN"
        // a [k, m]: its gradient is b gᵀ.
        ? plainMatmul(right, grad_y, { m: k, n: m, k: n, transposeB: true })
        : plainMatmul(grad_y, right, { m, n: k, k: n, transposeB: form === "NN" });
      const wantedB = form === "NT"
        ? plainMatmul(grad_y, left, { m: n, n: k, k: m, transposeA: true })
        : plainMatmul(left, grad_y, { m: k, n, k: m, transposeA: form === "NN" });
      assertClose(found.grad_a, wanted, { name: "grad_a", rtol: 3e-6 });
      assertClose(found.grad_b, wantedB, { name: "grad_b", rtol: 3e-6 });
    });
  }
}

Deno.test("productInto() and transposeInto() refuse shapes that do not fit together", () => {
  const [a, b] = [matrix(1, 3, 4), matrix(2, 5, 6)];
  assertThrows(() => matmul(a, b), RangeError, "4 is not 5");
  assertThrows(() => productInto("NT", { a, b: a, c: b }), RangeError, "expected a result [3, 3]");
  assertThrows(
    () => productInto("NT", { a, b: a, c: empty(gpu, [3, 3]) }, { bias: b }),
    RangeError,
    "bias",
  );
  assertThrows(() => transposeInto(a, b), RangeError, "expected a result [6, 5]");
});

Deno.test("productInto() passes 0, all and NaN through a GELU at its far ends", async () => {
  const pre = upload(gpu, { shape: [1, 4], data: Float32Array.of(-1e30, 1e20, 1e30, NaN) });
  const a = upload(gpu, { shape: [1, 1], data: Float32Array.of(2) });
  const b = upload(gpu, { shape: [1, 4], data: Float32Array.of(3, 4, 5, 6) });
  const c = empty(gpu, [1, 4]);
  productInto("NN", { a, b, c }, { geluGradOf: pre });
  assertEquals((await c.read()).map((v) => v + 0), Float32Array.of(0, 8, 10, NaN));
});
