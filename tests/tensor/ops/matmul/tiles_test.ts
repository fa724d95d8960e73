// Which tiles a card would get: what is known of its width decides, and no card has to be there.
import { assert, assertEquals } from "@std/assert";
import { type SeenDispatch, standInGpu } from "../../../../lib/gpu/stand_in.ts";
import type { Gpu } from "../../../../lib/gpu/gpu.ts";
import { record } from "../../../../lib/gpu/program.ts";
import { unitsOf } from "../../../../lib/gpu/units.ts";
import { withGradients } from "../../../../lib/tensor/gradients.ts";
import { crossEntropy } from "../../../../lib/tensor/ops/cross_entropy.ts";
import { linear } from "../../../../lib/tensor/ops/linear.ts";
import { candidates, planOf } from "../../../../lib/tensor/ops/matmul/plan.ts";
import { type ProductForm, productInto } from "../../../../lib/tensor/ops/matmul/product.ts";
import { layersBeside, layersOf, tilesOf } from "../../../../lib/tensor/ops/matmul/tiles.ts";
import { empty, type Tensor, zeros } from "../../../../lib/tensor/tensor.ts";

const RTX_4090 = {
  description: "NVIDIA GeForce RTX 4090",
  isCpu: false,
  subgroupSize: 32,
  maxBinding: 2 ** 31 - 4,
};

function learning(gpu: Gpu, shape: number[]): Tensor {
  return Object.assign(zeros(gpu, shape), { requiresGrad: true, gradSlot: zeros(gpu, shape) });
}

/** The grids of a product on a 4090. */
function grids(form: ProductForm, [m, n, k]: number[]): { name: string; groups: number }[] {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ facts: RTX_4090, onDispatch: (dispatch) => seen.push(dispatch) });
  const a = zeros(gpu, form === "TN" ? [k, m] : [m, k]);
  const b = zeros(gpu, form === "NT" ? [n, k] : [k, n]);
  gpu.flush();
  seen.length = 0;
  productInto(form, { a, b, c: empty(gpu, [m, n]) });
  gpu.flush();
  return seen.map(({ kernel, grid: [x, y, z] }) => ({
    name: kernel.label.split(".")[0],
    groups: x * y * z,
  }));
}

Deno.test("unitsOf() knows cards by their names, and takes others for middling ones", () => {
  assertEquals(unitsOf(RTX_4090), 128);
  assertEquals(unitsOf({ description: "NVIDIA H100 80GB HBM3" }), 132);
  assertEquals(unitsOf({ description: "NVIDIA H100 PCIe" }), 114);
  assertEquals(unitsOf({ description: "Apple M2 Max" }), 32);
  const unknown = unitsOf({ description: "an adapter of next year" });
  assert(unknown > unitsOf({ description: "Tesla T4" }) && unknown < unitsOf(RTX_4090));
});

Deno.test("productInto() deals the chunks of a crosscoder's products out until a card is busy", () => {
  for (const size of [[256, 3072, 3840], [256, 3840, 3072]]) {
    for (const form of ["NN", "NT", "TN"] as const) {
      const [product, sum, ...more] = grids(form, size);
      assertEquals([product.name, sum?.name, more.length], ["matmul_tiled", "sum_parts", 0]);
      const busy = product.groups / 128;
      assert(busy / Math.ceil(busy) >= 0.75, `${form} ${size}: ${product.groups} workgroups`);
    }
  }
});

Deno.test("productInto() leaves a large product whole, and adds a small one's chunks up at once", () => {
  assertEquals(grids("TN", [3840, 3072, 4096]).map(({ name }) => name), ["matmul_tiled"]);
  for (const form of ["NN", "NT", "TN"] as const) {
    assertEquals(grids(form, [64, 256, 2048]).map(({ name }) => name), ["matmul_tiny"]);
    assertEquals(grids(form, [2048, 64, 64]).map(({ name }) => name), ["matmul_tiny"]);
  }
});

Deno.test("layersBeside() deals a sum out only where it would outlast the other product", () => {
  using gpu = standInGpu({ facts: RTX_4090 });
  const name = "tiled128x128" as const;
  const weight = { name, m: 768, n: 3072, k: 2048 }, input = { name, m: 2048, n: 3072, k: 768 };
  assertEquals(layersOf(gpu, name, weight), 4);
  assertEquals(layersBeside(gpu, [weight, input]), [1, 1]);
  const long = { name, m: 512, n: 512, k: 32_768 }, many = { name, m: 32_768, n: 512, k: 512 };
  assert(
    layersBeside(gpu, [long, many])[0] >= 4,
    "16 workgroups of 32,768 terms beside 1,024 of 512",
  );
  const narrow = { name, m: 512, n: 512, k: 8192 };
  assert(layersBeside(gpu, [narrow, { ...narrow, n: 384 }]).every((layers) => layers > 1));
  assertEquals(layersBeside(gpu, [{ ...narrow, m: 50_000 }, { ...narrow, name: "tiny" }]), [1, 1]);
});

/** Kernels of the gradients of x Wᵀ + bias on a 4090, in the order in which they are launched. */
function gradientKernels(
  [rows, columns, out]: number[],
  { frozen = false } = {},
): { label: string }[] {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ facts: RTX_4090, onDispatch: (dispatch) => seen.push(dispatch) });
  const [x, W, bias] = [[rows, columns], [out, columns], [out]].map((shape) =>
    learning(gpu, shape)
  );
  const targets = zeros(gpu, [rows], "u32"), weights = zeros(gpu, [rows]);
  const list = frozen ? [W, bias] : [x, W, bias];
  if (frozen) x.requiresGrad = false;
  using program = record(gpu, "layer", () => {
    withGradients(gpu, list, () => crossEntropy(linear(x, W, { bias }), targets, weights).loss);
  });
  gpu.flush();
  seen.length = 0;
  program.run();
  const kernels = seen.map(({ kernel }) => kernel);
  const first = kernels.findIndex(({ label }) => label.startsWith("cross_entropy.gradient")) + 1;
  return kernels.slice(first).filter(({ label }) => /FORM|sum_parts/.test(label));
}

Deno.test("linear()'s gradients of a wide layer are one dispatch on a card, and nothing is left to add up", () => {
  const [both, ...more] = gradientKernels([2048, 3072, 768]);
  assert(/FORM=0/.test(both.label) && /FORM=2/.test(both.label), both.label);
  assertEquals(more, []);
});

Deno.test("linear() deals a weight's sum out where no other product hides it, behind the other where one is", () => {
  const [alone, sum] = gradientKernels([2048, 3072, 768], { frozen: true });
  assert(/FORM=2.*SPLIT=1/.test(alone.label) && sum.label.startsWith("sum_parts"), alone.label);
  const [both, parts, ...more] = gradientKernels([8192, 512, 512]);
  assert(/FORM=0.*FORM=2[^\]]*SPLIT=1/.test(both.label), both.label);
  assert(parts.label.startsWith("sum_parts") && more.length === 0, parts.label);
});

Deno.test("candidates() of a card have neither subgroups nor textures, the default first", () => {
  using gpu = standInGpu({ facts: RTX_4090 });
  for (const [m, n, k] of [[4096, 3072, 3840], [64, 64, 2048], [256, 3072, 3840]]) {
    const found = candidates(gpu, { m, n, k });
    assertEquals(found[0], planOf(gpu, "NN", { m, n, k }).variant);
    assert(found.every((name) => /^ti/.test(name)), `${found}`);
  }
});

Deno.test("tilesOf() leaves out what needs more workgroup memory than the adapter has", () => {
  const tiles = (maxComputeWorkgroupStorageSize: number) =>
    tilesOf({ device: { limits: { maxComputeWorkgroupStorageSize } } } as Gpu);
  assertEquals(tiles(16_384), ["tiled64x64", "tiny"]);
  assertEquals(tiles(32_768).length, 5);
});
