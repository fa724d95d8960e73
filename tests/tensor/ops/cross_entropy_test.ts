// Fixture: tests/fixtures/ops.py (PyTorch, float64). Worst errors over all shapes and both kinds of row group on lavapipe,
// relative to the root mean square of the expected values: loss and per_row 1e-7, grad_logits 1.8e-5 (6.5e-7 of PyTorch,
// where no row stands out).
import { assert, assertEquals, assertThrows } from "@std/assert";
import { crossEntropy as plain, crossEntropyGrad } from "../../reference/cross_entropy.ts";
import { crossEntropy } from "../../../lib/tensor/ops/cross_entropy.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { type Tensor, upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { assertClose, fixture, random, values } from "../../util.ts";
import { devices, padding, parameter, takenForGpu } from "../gpu_util.ts";

const ops = await fixture("ops");

type Case = { logits: Float32Array; targets: ArrayLike<number>; weights: Float32Array };

/** Logits of deviation 3, targets all over the vocabulary, every fifth weight 0. */
function randomCase(rows: number, d_vocab: number): Case {
  return {
    logits: random(1, rows * d_vocab).map((value) => 3 * value),
    targets: Uint32Array.from({ length: rows }, (_, r) => (r * 7919 + d_vocab - 1) % d_vocab),
    weights: random(2, rows).map((value, r) => r % 5 === 3 ? 0 : Math.abs(value)),
  };
}

async function run(gpu: Gpu, { logits, targets, weights }: Case) {
  const rows = targets.length;
  const x = parameter(gpu, [rows, logits.length / rows], logits);
  const [t, w] = [
    uploadIds(gpu, [rows], Uint32Array.from(targets)),
    upload(gpu, {
      shape: [rows],
      data: weights,
    }),
  ];
  const before = crossEntropy(x, t, w);
  const { loss, perRow } = withGradients(gpu, [x], () => crossEntropy(x, t, w));
  const tensors: Tensor[] = [loss, perRow, x.gradSlot!, x, before.loss];
  const [found, per_row, grad_logits, after, again] = await readTensors(tensors);
  assertEquals(found, again);
  assertEquals(after, Float32Array.from(logits), "a user's own logits stay as they are");
  for (const tensor of [loss, perRow, x.gradSlot!]) {
    assert((await padding(tensor)).every((value) => value === 0), "padding");
  }
  return { loss: found, per_row, grad_logits };
}

for (const { name, gpu } of [...devices, await takenForGpu()]) {
  for (const [rows, d_vocab] of [[1, 1], [13, 29], [37, 1200], [129, 257], [3, 50257]]) {
    const title = `crossEntropy() [${rows}, ${d_vocab}] equals the plain version, with ${name}`;
    Deno.test(title, async () => {
      const given = randomCase(rows, d_vocab);
      const found = await run(gpu, given);
      const expected = plain(given.logits, given);
      const grad_logits = crossEntropyGrad(given.logits, given);
      const errors = [
        assertClose(found.loss, [expected.loss], { name: "loss", rtol: 2e-6, atol: 1e-7 }),
        assertClose(found.per_row, expected.per_row, { name: "per_row", rtol: 2e-6, atol: 1e-6 }),
        assertClose(found.grad_logits, grad_logits, { name: "grad_logits", rtol: 1e-5 }),
      ];
      if (Deno.env.get("SHOW")) console.log(errors.map((e) => e.toExponential(1)));
    });
  }

  Deno.test(`crossEntropy() equals PyTorch, with ${name}`, async () => {
    const { logits, weights } = values(ops, "cross_entropy.");
    const found = await run(gpu, { logits, weights, targets: ops["cross_entropy.targets"].data });
    for (const [key, value] of Object.entries(found)) {
      const worst = assertClose(value, ops[`cross_entropy.${key}`].data, { name: key, rtol: 2e-6 });
      if (Deno.env.get("SHOW")) console.log(key, worst.toExponential(1));
    }
  });

  Deno.test(`crossEntropy() shows a NaN in a counted row, not in others, with ${name}`, async () => {
    for (const column of [0, 28, 57, 122]) {
      const given = randomCase(9, 123);
      given.logits[4 * 123 + column] = NaN;
      const seen = await run(gpu, given);
      assert(Number.isNaN(seen.loss[0]), `column ${column}`);
      assert(seen.grad_logits.slice(4 * 123, 5 * 123).some(Number.isNaN));
      given.weights[4] = 0;
      const hidden = await run(gpu, given);
      assert(Number.isFinite(hidden.loss[0]));
      assert(hidden.grad_logits.every(Number.isFinite));
      assert(Number.isNaN(hidden.per_row[4]));
    }
    const given = randomCase(9, 123);
    given.weights[2] = NaN;
    assert(Number.isNaN((await run(gpu, given)).loss[0]), "a NaN weight");
  });

  Deno.test(`crossEntropy() gives 0 where all weights are 0, with ${name}`, async () => {
    const given = randomCase(6, 10);
    const { loss, grad_logits } = await run(gpu, { ...given, weights: new Float32Array(6) });
    assertEquals(loss[0], 0);
    assert(grad_logits.every((value) => value === 0));
  });

  Deno.test(`crossEntropy() gives NaN for a target beyond d_vocab, with ${name}`, async () => {
    const given = randomCase(6, 10);
    const { per_row } = await run(gpu, { ...given, targets: [0, 9, 10, 5, 11, 4] });
    assertEquals([...per_row].map(Number.isNaN), [false, false, true, false, true, false]);
  });
}

Deno.test("crossEntropy() over several bindings equals one binding", async () => {
  const [{ gpu }] = devices;
  const given = randomCase(200, 1000);
  const whole = await run(gpu, given);
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 4 * 1000 });
  try {
    assertEquals(await run(gpu, given), whole);
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("crossEntropy() refuses targets of another length", () => {
  const [{ gpu }] = devices;
  const logits = upload(gpu, { shape: [6, 10], data: random(1, 60) });
  const weights = upload(gpu, { shape: [6], data: random(1, 6) });
  const targets = uploadIds(gpu, [5], new Uint32Array(5));
  assertThrows(
    () => crossEntropy(logits, targets, weights),
    RangeError,
    "expected targets u32 [6]",
  );
});
