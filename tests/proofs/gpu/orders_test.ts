// The GPU's float32 evaluations in several orders, against float64 and against what the widened tables say of them.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { certify } from "../../../lib/proofs/certify.ts";
import { evaluateLogits, wrongBy } from "../../../lib/proofs/evaluation/evaluate.ts";
import { FLOAT64 } from "../../../lib/proofs/evaluation/orders.ts";
import { widen } from "../../../lib/proofs/evaluation/widen.ts";
import { bruteForce } from "../../../lib/proofs/gpu/brute_force.ts";
import { gpuOrders, wrongByOrder } from "../../../lib/proofs/gpu/orders.ts";
import { loadMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { makeProver, proveBound } from "../../../lib/proofs/prove.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { bruteForceTiny, decideSequence } from "../../../lib/proofs/theorems/brute_force.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { everySequence, only, someModel } from "../evaluation/emulator.ts";

for (const { name, gpu } of devices) {
  Deno.test(`wrongByOrder() is float64's margin to float32's precision, in every order (${name})`, async () => {
    const model = someModel(2, { d_vocab: 6, d_model: 5, d_head: 7, n_ctx: 3 });
    const sequences = everySequence(model), orders = gpuOrders(5);
    const found = await wrongByOrder(gpu, model, { sequences, orders });
    sequences.forEach((tokens, n) => {
      const expected = wrongBy(evaluateLogits(model, tokens, FLOAT64), tokens);
      const row = found.subarray(n * orders.length, (n + 1) * orders.length);
      for (const x of row) assert(Math.abs(x - expected) < 1e-4, `${tokens}: ${x}, ${expected}`);
    });
    const differing = sequences.filter((_, n) =>
      new Set(found.subarray(n * orders.length, (n + 1) * orders.length)).size > 1
    );
    assert(differing.length > sequences.length / 2, `${differing.length}`);
  });

  Deno.test(`bruteForce() counts for every evaluation as exact enumeration in intervals does (${name})`, async () => {
    for (const [d_vocab, n_ctx] of [[5, 3], [9, 4], [33, 2]]) {
      for (const round of [2 ** -10, 2 ** -7]) {
        const model = someModel(n_ctx, { d_vocab, n_ctx, size: 0.6 });
        const tables = widen(makeTables(model), only({ round, exp: round }));
        const all = bruteForceTiny(tables), found = await bruteForce(gpu, tables);
        assertEquals([...found.right], [...all.right]);
        assertEquals([found.count, found.unsettled], [all.count, all.unsettled]);
        assertEquals(found.dependent.length, all.unsettled);
      }
    }
  });
}

Deno.test("the GPU's enumeration for wgsl encloses certificates of a trained model, and the GPU's own answers", async () => {
  const path = (end: string) =>
    fileURLToPath(new URL(`../fixtures/max_of_k.${end}`, import.meta.url));
  const model = await loadMaxOfK(path("safetensors")), { gpu } = devices[0];
  const { right } = JSON.parse(await Deno.readTextFile(path("json")));
  const prover = makeProver(model, { arithmetic: "wgsl" });
  const { count, unsettled, dependent } = await bruteForce(gpu, prover.tables);
  assert(count <= right && right <= count + unsettled && unsettled < 200, `${unsettled}`);
  const { result } = certify(prover, "N5", { G: 64 });
  assert(Number(result.certified) <= count);
  const lost = proveBound(makeProver(model), "N5", { G: 64 }).certified - result.certified;
  assert(lost > -100n && lost < 500n, `${lost}`);
  // Sequences that nothing certifies, and their neighbours, most of which are certified.
  const sequences = dependent.flatMap(([t, ...rest]) =>
    [t, (t + 1) % 64, (t + 32) % 64].map((other) => [other, ...rest])
  );
  const orders = gpuOrders(10), found = await wrongByOrder(gpu, model, { sequences, orders });
  const answers = sequences.map((tokens) => decideSequence(prover.tables, tokens).answer);
  answers.forEach((answer, n) => {
    const row = found.subarray(n * orders.length, (n + 1) * orders.length);
    if (answer === "right") assert(row.every((x) => x < 0), `${sequences[n]}`);
    if (answer === "wrong") assert(row.every((x) => x > 0), `${sequences[n]}`);
  });
  assertEquals(new Set(answers).has("right"), true);
  assertEquals(answers.filter((answer) => answer === "depends").length >= dependent.length, true);
});

Deno.test("wrongByOrder() refuses what is too wide for one invocation", async () => {
  const model = someModel(1, { d_vocab: 2, d_model: 128, d_head: 128, n_ctx: 2 });
  await assertRejects(
    () => wrongByOrder(devices[0].gpu, model, { sequences: [[0, 1]], orders: gpuOrders(0) }),
    RangeError,
    "evaluate on the CPU",
  );
});
