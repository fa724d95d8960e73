// Fixture: tests/fixtures/ops.py (PyTorch, float64). Values are copied and summed, so errors are those of the sums:
// at most 1.5e-6 of the root mean square.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { embedding, embeddingGrad } from "../../reference/embedding.ts";
import { createScatterIndex, embed, scatterIndex } from "../../../lib/tensor/ops/embedding.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, random, values } from "../../util.ts";
import { devices, gradients, parameter } from "../gpu_util.ts";

const ops = await fixture("ops");
// No kernel here has a variant for row groups: the first device stands for both.
const [{ gpu }] = devices;

type Sizes = { batch: number; pos: number; d_model: number; d_vocab: number; n_ctx: number };

function randomCase({ batch, pos, d_model, d_vocab, n_ctx }: Sizes) {
  const ids = Uint32Array.from({ length: batch * pos }, (_, i) => (i * i * 31) % d_vocab);
  const W_E = random(1, d_vocab * d_model), W_pos = random(2, n_ctx * d_model);
  return { ids, W_E, W_pos, grad_y: random(3, ids.length * d_model) };
}

type Case = ReturnType<typeof randomCase>;

function run(given: Case, { batch, pos, d_model, d_vocab, n_ctx }: Sizes, times = 1) {
  const tensors = {
    W_E: parameter(gpu, [d_vocab, d_model], given.W_E),
    W_pos: parameter(gpu, [n_ctx, d_model], given.W_pos),
  };
  const ids = uploadIds(gpu, [batch, pos], given.ids);
  const index = createScatterIndex(gpu, batch * pos);
  index.write(given.ids);
  const once = () => embed(ids, tensors.W_E, { W_pos: tensors.W_pos, index });
  const forward = () => Array.from({ length: times }, once);
  return gradients(gpu, tensors, { forward, grad_y: given.grad_y });
}

function check(found: Record<string, Float32Array>, given: Case, sizes: Sizes) {
  const expected: Record<string, Float64Array> = {
    y: embedding(given.W_E, given.W_pos, { ...sizes, ids: given.ids }),
    ...embeddingGrad(given.grad_y, { ...sizes, ids: given.ids }),
  };
  for (const [key, value] of Object.entries(expected)) {
    const worst = assertClose(found[key], value, { name: key, rtol: 1e-6 });
    if (Deno.env.get("SHOW")) console.log(key, worst.toExponential(1));
  }
}

const SHAPES: Sizes[] = [
  { batch: 3, pos: 13, d_model: 10, d_vocab: 23, n_ctx: 13 },
  { batch: 2, pos: 37, d_model: 64, d_vocab: 1200, n_ctx: 128 },
  { batch: 5, pos: 129, d_model: 33, d_vocab: 7, n_ctx: 130 },
];

for (const sizes of SHAPES) {
  Deno.test(`embed() equals the plain version, ${JSON.stringify(sizes)}`, async () => {
    const given = randomCase(sizes);
    check(await run(given, sizes), given, sizes);
  });
}

Deno.test("embed() of one table twice adds its gradients", async () => {
  const [sizes] = SHAPES;
  const given = randomCase(sizes);
  const { grad_W_E, grad_W_pos } = await run(given, sizes, 2);
  const expected = embeddingGrad(given.grad_y, { ...sizes, ids: given.ids });
  const twice = (values: Float64Array) => values.map((value) => 2 * value);
  assertClose(grad_W_E, twice(expected.grad_W_E), { name: "W_E", rtol: 1e-6 });
  assertClose(grad_W_pos, twice(expected.grad_W_pos), { name: "W_pos", rtol: 1e-6 });
});

Deno.test("embed() with its tables in several bindings equals the plain version", async () => {
  const sizes = { batch: 3, pos: 100, d_model: 8, d_vocab: 300, n_ctx: 128 };
  const given = randomCase(sizes);
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 128 * 8 * 4 });
  try {
    check(await run(given, sizes), given, sizes);
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("embed() equals PyTorch", async () => {
  const { W_E, W_pos, grad_y } = values(ops, "embedding.");
  const given = { W_E, W_pos, grad_y, ids: Uint32Array.from(ops["embedding.ids"].data) };
  const found = await run(given, { batch: 3, pos: 9, d_model: 10, d_vocab: 23, n_ctx: 12 });
  for (const [key, value] of Object.entries(found)) {
    assertClose(value, ops[`embedding.${key}`], { name: key, rtol: 1e-6 });
  }
});

Deno.test("embed() adds the rows of W_pos from each sequence's position on", async () => {
  const W_E = upload(gpu, { shape: [5, 4], data: random(1, 20) });
  const W_pos = upload(gpu, { shape: [9, 4], data: random(2, 36) });
  const ids = uploadIds(gpu, [2, 2], [4, 1, 0, 4]);
  const positions = uploadIds(gpu, [2], [7, 3]);
  const found = await embed(ids, W_E, { W_pos, positions }).read();
  const expected = [[4, 7], [1, 8], [0, 3], [4, 4]].flatMap(([id, position]) =>
    [0, 1, 2, 3].map((c) =>
      Math.fround(random(1, 20)[4 * id + c] + random(2, 36)[4 * position + c])
    )
  );
  assertEquals([...found], expected);
});

Deno.test("embed() gives NaN for ids and positions beyond their tables, and shows NaN in any input", async () => {
  const W_E = upload(gpu, { shape: [5, 4], data: random(1, 20) });
  const W_pos = upload(gpu, { shape: [9, 4], data: random(2, 36) });
  const ids = uploadIds(gpu, [2, 2], [4, 5, 0, 4]);
  const positions = uploadIds(gpu, [2], [2, 8]);
  const [plain, shifted] = await readTensors([
    embed(ids, W_E, { W_pos }),
    embed(ids, W_E, { W_pos, positions }),
  ]);
  const rows = (y: Float32Array) => [0, 4, 8, 12].map((at) => Number.isNaN(y[at]));
  assertEquals(rows(plain), [false, true, false, false]);
  assertEquals(rows(shifted), [false, true, false, true]);
  const [sizes] = SHAPES;
  for (const planted of ["W_E", "W_pos", "grad_y"] as const) {
    const given = randomCase(sizes);
    given[planted][5] = NaN;
    const found = await run(given, sizes);
    const seen = planted === "grad_y" ? [found.grad_W_E, found.grad_W_pos] : [found.y];
    assert(seen.every((tensor) => tensor.some(Number.isNaN)), planted);
  }
});

Deno.test("scatterIndex() lists the rows of every id in order, at fixed lengths", () => {
  const { count, ids, offsets, order } = scatterIndex(Uint32Array.of(9, 3, 9, 50256, 3, 9));
  assertEquals([count, [...ids], [...offsets]], [3, [3, 9, 50256, 0, 0, 0], [0, 2, 5, 6, 0, 0, 0]]);
  assertEquals([...order], [1, 4, 0, 2, 5, 3]);
});

Deno.test("embed() refuses to learn without an index of its ids", async () => {
  const W_E = parameter(gpu, [5, 4], random(1, 20));
  const forward = () => embed(uploadIds(gpu, [2, 2], [4, 1, 0, 4]), W_E);
  await assertRejects(
    () => gradients(gpu, { W_E }, { forward, grad_y: random(1, 16) }),
    RangeError,
    "expected an index of 4 ids but found none",
  );
});
