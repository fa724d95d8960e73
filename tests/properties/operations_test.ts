// Every operation that lib/tensor exports: its gradient is right whatever is frozen, or refused by its name, and what is no
// tensor is refused by the operand's name. A new export has to be told here.
import { assertEquals, assertThrows } from "@std/assert";
import * as room from "../../lib/tensor/mod.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { gpu, gradsOf, leaf, weighted } from "./_leaves.ts";

/** `operands`: shapes of what may want a gradient, by name; `run` takes them in order. */
type Operation = {
  operands: Record<string, number[]>;
  run: (...operands: Tensor[]) => Tensor;
  gradient?: false;
  /** Operands in which it is flat wherever it has a slope. */
  flat?: string[];
  /** False: `run` gives the operand to another operation first. */
  named?: false;
};

const ids = room.uploadIds(gpu, [1, 3], [2, 0, 2]);
const flatIds = room.uploadIds(gpu, [2], [1, 0]);
const index = room.createScatterIndex(gpu, 3);
index.write(Uint32Array.of(2, 0, 2));
const ones = room.upload(gpu, { shape: [2], data: Float32Array.of(1, 1) });
const angles = room.upload(gpu, room.rotaryAngles([1, 0.1], { n_ctx: 3 }));
const counter = room.zeros(gpu, [1]);
const heads = { n_heads: 2 };
const sequence = [1, 3, 8];
const places = {
  sequences: room.uploadIds(gpu, [2], [0, 0]),
  positions: room.uploadIds(gpu, [2], [2, 0]),
};

const OPERATIONS: Record<string, Operation> = {
  add: { operands: { a: [2, 3], b: [3] }, run: room.add },
  subtract: { operands: { a: [2, 3], b: [3] }, run: room.subtract },
  multiply: { operands: { a: [2, 3], b: [3] }, run: room.multiply },
  scale: { operands: { a: [2, 3] }, run: (a) => room.scale(a, 3) },
  attention: {
    operands: { q: sequence, k: sequence, v: sequence },
    run: (q, k, v) => room.attention(q, k, v, heads),
  },
  attentionPattern: {
    operands: { q: sequence, k: sequence },
    run: (q, k) => room.attentionPattern(q, k, heads).pattern,
    gradient: false,
  },
  crossEntropy: {
    operands: { logits: [2, 5] },
    run: (logits) => room.crossEntropy(logits, flatIds, ones).loss,
  },
  embed: {
    operands: { W_E: [4, 5], W_pos: [3, 5] },
    run: (W_E, W_pos) => room.embed(ids, W_E, { W_pos, index }),
  },
  dropout: {
    operands: { x: [2, 5] },
    run: (x) => room.dropout(x, { p: 0.3, key: [1, 2], counter }),
  },
  jumprelu: { operands: { z: [2, 5], log_threshold: [5] }, run: (z, t) => room.jumprelu(z, t) },
  layerNorm: {
    operands: { x: [2, 5], weight: [5], bias: [5] },
    run: (x, weight, bias) => room.layerNorm(x, weight, bias),
  },
  layerNormScale: { operands: { x: [2, 5] }, run: (x) => room.layerNormScale(x), gradient: false },
  gelu: { operands: { x: [2, 5] }, run: room.gelu },
  geluExact: { operands: { x: [2, 5] }, run: room.geluExact },
  step: {
    operands: { z: [2, 5], log_threshold: [5] },
    run: (z, t) => room.step(z, t, { eps: 9 }),
    flat: ["z"],
  },
  topK: { operands: { z: [2, 5] }, run: (z) => room.topK(z, { k: 2, over: "row" }).kept },
  relu: { operands: { a: [2, 5] }, run: room.relu },
  tanh: { operands: { a: [2, 5] }, run: room.tanh },
  exp: { operands: { a: [2, 5] }, run: room.exp },
  root: { operands: { a: [2, 5] }, run: (a) => room.root(room.multiply(a, a)), named: false },
  positive: { operands: { a: [2, 5] }, run: room.positive, gradient: false },
  linear: {
    operands: { x: [2, 5], W: [3, 5], bias: [3], addend: [2, 3] },
    run: (x, W, bias, addend) => room.linear(x, W, { bias, addend }),
  },
  linearGelu: {
    operands: { x: [2, 5], W: [3, 5], bias: [3] },
    run: (x, W, bias) => room.linearGelu(x, W, bias).post,
  },
  batchedMatmul: {
    operands: { a: [2, 3, 5], b: [2, 5, 4] },
    run: (a, b) => room.batchedMatmul(a, b),
  },
  matmul: { operands: { a: [2, 5], b: [5, 3] }, run: (a, b) => room.matmul(a, b) },
  reshape: { operands: { x: [2, 4] }, run: (x) => room.reshape(x, [8]) },
  view: { operands: { x: [2, 4] }, run: (x) => room.view(x, [8]) },
  stackColumns: {
    operands: { "part 0": [2, 4], "part 1": [2, 8] },
    run: (a, b) => room.stackColumns([a, b]),
    gradient: false,
  },
  rmsNorm: {
    operands: { x: [2, 5], weight: [5] },
    run: (x, weight) => room.rmsNorm(x, weight),
  },
  rmsNormScale: { operands: { x: [2, 5] }, run: (x) => room.rmsNormScale(x), gradient: false },
  silu: { operands: { x: [2, 5] }, run: room.silu },
  rotary: {
    operands: { x: sequence },
    run: (x) => room.rotary(x, angles, heads),
  },
  rowAttention: {
    operands: { q: [2, 8], k: [2, 8], v: [2, 8], "kept k": sequence, "kept v": sequence },
    run: (q, k, v, keptK, keptV) =>
      room.rowAttention({ q, k, v }, { k: keptK, v: keptV, ...places }, heads),
    gradient: false,
  },
  takeRows: { operands: { a: [3, 5] }, run: (a) => room.takeRows(a, flatIds), gradient: false },
  mean: { operands: { a: [2, 5] }, run: room.mean },
  squaredNorm: { operands: { a: [2, 5] }, run: room.squaredNorm },
  sum: { operands: { a: [2, 5] }, run: (a) => room.sum(a) },
};

/** What lib/tensor exports besides: makers and readers of tensors, gradients themselves, training. */
const OTHERS = new Set(
  ("cardSeconds contribute contributeAll contributeShared createParameters createScatterIndex createTraining differentiable " +
    "download empty expectTensors groupRows keep launch linearRamp measureRates predictSeconds readIds readParameters readTensors recordStep " +
    "releaseParameters releaseTraining rotaryAngles runTraining runTrainings trainerSchedule tune upload uploadIds wantsGradient warmupDecay withGradients " +
    "withoutGradient zeros").split(" "),
);

/** Operands that an option takes, and that may be missing. */
const OPTIONAL = new Set(["W_pos", "linear bias", "addend"]);

const leavesOf = ({ operands }: Operation) =>
  Object.values(operands).map((shape, i) => leaf(shape, i + 1, 0.7));

Deno.test("every export of lib/tensor is an operation of this test, or is none", () => {
  const told = [...Object.keys(OPERATIONS), ...OTHERS].sort();
  assertEquals(Object.keys(room).sort(), told);
});

for (const [name, operation] of Object.entries(OPERATIONS)) {
  const { operands, run, gradient = true } = operation;
  const names = Object.keys(operands);

  Deno.test(`${name}() refuses what is no tensor by the operand's name`, () => {
    for (const [i, operand] of names.entries()) {
      for (const wrong of [undefined, null, [1, 2], { shape: [2], data: [1, 2] }]) {
        const optional = OPTIONAL.has(operand) || OPTIONAL.has(`${name} ${operand}`);
        if (wrong === undefined && optional) continue;
        const given: unknown[] = leavesOf(operation);
        given[i] = wrong;
        assertThrows(
          () => run(...given as Tensor[]),
          TypeError,
          `expected tensor ${operation.named === false ? "" : `${operand} but found`}`,
        );
      }
    }
  });

  if (!gradient) {
    Deno.test(`${name}() has no gradient, and refuses to lose one`, () => {
      const leaves = leavesOf(operation);
      const body = () => room.sum(run(...leaves));
      assertThrows(() => room.withGradients(gpu, leaves, body), TypeError, `through ${name}`);
    });
    continue;
  }

  Deno.test(`${name}() passes the same gradients on whoever is frozen, through identities as well`, async () => {
    const leaves = leavesOf(operation);
    const body = () => weighted(run(...leaves));
    const whole = await gradsOf(leaves, body);
    for (const [i, grad] of whole.entries()) {
      const flat = operation.flat?.includes(names[i]) ?? false;
      assertEquals(grad.every((value) => value === 0), flat, names[i]);
    }
    const through = leaves.map((tensor) => () => room.reshape(tensor, tensor.shape));
    assertEquals(
      await gradsOf(leaves, () => weighted(run(...through.map((make) => make())))),
      whole,
    );
    for (let frozen = 1; frozen < 2 ** leaves.length - 1; frozen++) {
      const free = leaves.filter((_, i) => !(frozen >> i & 1));
      leaves.forEach((tensor, i) => tensor.requiresGrad = !(frozen >> i & 1));
      const expected = whole.filter((_, i) => !(frozen >> i & 1));
      assertEquals(await gradsOf(free, body), expected, `frozen ${frozen}`);
    }
  });
}
