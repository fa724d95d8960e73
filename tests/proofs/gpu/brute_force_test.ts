// Counts of the GPU's enumeration against exact enumeration on the CPU and against PyTorch's count of a trained model.
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { stream } from "../../../lib/numerics/random.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { bruteForce } from "../../../lib/proofs/gpu/brute_force.ts";
import { bruteForceTerms } from "../../../lib/proofs/gpu/brute_force_terms.ts";
import { loadMaxOfK, type MaxOfKModel, maxOfKShapes } from "../../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { tinyModel, W1 } from "../tiny_models.ts";

function randomModel(d_vocab: number, n_ctx: number): MaxOfKModel {
  const config = { d_vocab, n_ctx, d_model: 4, d_head: 3 };
  const random = stream(d_vocab, `max of ${n_ctx}`);
  const weights = Object.entries(maxOfKShapes(config)).map(([name, [rows, columns]]) => [
    name,
    random.normals(rows * columns, 0.7),
  ]);
  return { config, ...Object.fromEntries(weights) };
}

for (const { name, gpu } of devices) {
  Deno.test(`bruteForce() counts right sequences by query and maximum as exact enumeration does (${name})`, async () => {
    // Sizes on both sides of a lane's four tokens, a block of inner tokens and a workgroup's columns; K = 2 .. 7.
    for (const [v, K] of [[5, 2], [7, 3], [33, 3], [9, 4], [17, 4], [5, 5], [2, 7], [130, 2]]) {
      const tables = makeTables(randomModel(v, K));
      const exact = bruteForceTiny(tables), found = await bruteForce(gpu, tables);
      assertEquals([...found.right], [...exact.right], `v = ${v}, K = ${K}`);
      assertEquals([found.count, found.unsettled], [exact.count, 0]);
    }
  });
}

Deno.test("bruteForce() is exact for degenerate models: ties, zero and huge matrices", async () => {
  await fc.assert(
    fc.asyncProperty(tinyModel, async (model) => {
      const tables = makeTables(model);
      const exact = bruteForceTiny(tables), found = await bruteForce(devices[0].gpu, tables);
      assertEquals([...found.right], [...exact.right]);
    }),
    { numRuns: 60, seed: 2 },
  );
});

Deno.test("bruteForce() certifies nothing that it leaves unsettled", async () => {
  const tables = makeTables({ ...W1, W_U: new Float32Array(12) });
  const { count, undecided, unsettled } = await bruteForce(devices[0].gpu, tables, { settle: 10 });
  assertEquals([count, undecided, unsettled], [0, 64, 54]);
});

Deno.test("bruteForce() decides all 64^4 sequences of a trained model as PyTorch's float64 does", async () => {
  const path = (end: string) =>
    fileURLToPath(new URL(`../fixtures/max_of_k.${end}`, import.meta.url));
  const expected = JSON.parse(await Deno.readTextFile(path("json")));
  const tables = makeTables(await loadMaxOfK(path("safetensors")));
  const result = await bruteForce(devices[0].gpu, tables);
  assertEquals([result.count, result.sequences], [expected.right, expected.sequences]);
  assert(result.undecided < 20, `${result.undecided} undecided`);
});

Deno.test("bruteForce() visits every sequence of a model that is wrong nearly everywhere, v = 200", async () => {
  // Always the answer 199, which the search for a larger logit meets last: the loops of an invocation turn most often so.
  const v = 200, config = { d_vocab: v, n_ctx: 3, d_model: 1, d_head: 1 };
  const weights = Object.entries(maxOfKShapes(config)).map(([name, [rows, columns]]) => [
    name,
    new Float32Array(rows * columns),
  ]);
  const model = { config, ...Object.fromEntries(weights) };
  model.W_E.fill(1);
  model.W_U[v - 1] = 4;
  const { count, undecided } = await bruteForce(devices[0].gpu, makeTables(model));
  assertEquals([count, undecided], [v ** 3 - (v - 1) ** 3, 0]);
});

Deno.test("bruteForce() refuses more tokens than workgroup memory holds sums of", async () => {
  const { gpu } = devices[0];
  const tables = makeTables(randomModel(4, 2));
  const room = gpu.device.limits.maxComputeWorkgroupStorageSize / 4;
  await assertRejects(
    () => bruteForce(gpu, { ...tables, v: room + 1 }),
    RangeError,
    `expected d_vocab of at most ${room} on this adapter`,
  );
});

Deno.test("bruteForce() refuses what does not fit into 32 bits", async () => {
  const tables = makeTables(randomModel(256, 2));
  await assertRejects(
    () => bruteForce(devices[0].gpu, { ...tables, K: 5 }),
    RangeError,
    "v^K below 2^32",
  );
});

Deno.test("bruteForce() hands the kernel no infinity and no NaN, however large a model is, and stays exact", async () => {
  for (const size of [1e30, 1e38]) {
    const model = { ...W1, W_U: W1.W_U.map((x) => x * size), W_V: W1.W_V.map((x) => x * size) };
    const large = { ...model, W_O: W1.W_O.map((x) => x * size), W_E: W1.W_E.map((x) => x * size) };
    const tables = makeTables(large);
    const { rows, last, diagonal, errors } = bruteForceTerms(tables, 64);
    for (const terms of [rows, last, diagonal, errors]) assert(terms.every(Number.isFinite));
    for (const { gpu } of devices) {
      const exact = bruteForceTiny(tables), found = await bruteForce(gpu, tables);
      assertEquals([...found.right], [...exact.right]);
    }
  }
});
