// A gradient is right or refused, whatever is frozen, used twice or put in between. No fixture: the properties hold between
// runs of the same kernels, and slopes are held against differences of the losses themselves.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { decode } from "../../lib/crosscoder/encode.ts";
import { decoderNorms, NORM_KINDS, rowNorms } from "../../lib/crosscoder/decoder_norms.ts";
import { crosscoderLoss } from "../../lib/crosscoder/fused_loss.ts";
import { addAll } from "../../lib/crosscoder/losses/add_all.ts";
import { add, multiply, scale, subtract } from "../../lib/tensor/ops/arithmetic.ts";
import { attention } from "../../lib/tensor/ops/attention.ts";
import { attentionPattern } from "../../lib/tensor/ops/attention_pattern.ts";
import { batchedMatmul } from "../../lib/tensor/ops/matmul/batched_matmul.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex, embed } from "../../lib/tensor/ops/embedding.ts";
import { geluExact } from "../../lib/tensor/ops/gelu_exact.ts";
import { jumprelu } from "../../lib/tensor/ops/jumprelu.ts";
import { layerNorm, layerNormScale } from "../../lib/tensor/ops/layer_norm.ts";
import { gelu, linear, linearGelu } from "../../lib/tensor/ops/linear.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { reshape, view } from "../../lib/tensor/ops/reshape.ts";
import { stackColumns, takeRows } from "../../lib/tensor/ops/rows.ts";
import { topK } from "../../lib/tensor/ops/top_k.ts";
import { exp, positive, relu, root, tanh } from "../../lib/tensor/ops/unary.ts";
import { mean, squaredNorm, sum } from "../../lib/tensor/ops/sum.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { type Tensor, upload, uploadIds } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";
import { coder, gpu, gradsOf, leaf, penalties, weighted } from "./_leaves.ts";

const ids = uploadIds(gpu, [2, 3], [4, 0, 1, 4, 2, 2]);
const index = createScatterIndex(gpu, 6);
index.write(Uint32Array.of(4, 0, 1, 4, 2, 2));
const targets = uploadIds(gpu, [6], [0, 4, 2, 1, 1, 3]),
  weights = upload(gpu, {
    shape: [6],
    data: Float32Array.of(1, 0.5, 0, 2, 1, 1),
  });

type Case = { leaves: Record<string, number[]>; f: (t: Record<string, Tensor>) => Tensor };

/** Every operation that lib exports with a gradient, at sizes that need padding where it may. */
const OPERATIONS: Record<string, Case> = {
  add: { leaves: { a: [3, 5], b: [3, 5] }, f: ({ a, b }) => add(a, b) },
  "add, b repeated": { leaves: { a: [4, 3, 5], b: [3, 5] }, f: ({ a, b }) => add(a, b) },
  subtract: { leaves: { a: [3, 5], b: [3, 5] }, f: ({ a, b }) => subtract(a, b) },
  "subtract, b repeated": { leaves: { a: [7, 5], b: [5] }, f: ({ a, b }) => subtract(a, b) },
  multiply: { leaves: { a: [3, 5], b: [3, 5] }, f: ({ a, b }) => multiply(a, b) },
  "multiply, b repeated": { leaves: { a: [70, 2, 3], b: [2, 3] }, f: ({ a, b }) => multiply(a, b) },
  scale: { leaves: { a: [3, 5] }, f: ({ a }) => scale(a, -0.7) },
  sum: { leaves: { a: [3, 5] }, f: ({ a }) => sum(a) },
  mean: { leaves: { a: [3, 5] }, f: ({ a }) => mean(a) },
  squaredNorm: { leaves: { a: [3, 5] }, f: ({ a }) => squaredNorm(a) },
  reshape: { leaves: { a: [2, 3, 4] }, f: ({ a }) => reshape(a, [6, 4]) },
  view: { leaves: { a: [2, 3, 4] }, f: ({ a }) => view(a, [2, 12]) },
  matmul: { leaves: { a: [3, 5], b: [5, 6] }, f: ({ a, b }) => matmul(a, b) },
  "matmul NT": { leaves: { a: [3, 5], b: [6, 5] }, f: ({ a, b }) => matmul(a, b, "NT") },
  "matmul TN": { leaves: { a: [5, 3], b: [5, 6] }, f: ({ a, b }) => matmul(a, b, "TN") },
  batchedMatmul: {
    leaves: { a: [2, 3, 5], b: [2, 5, 6] },
    f: ({ a, b }) => batchedMatmul(a, b),
  },
  linear: {
    leaves: { x: [4, 5], W: [3, 5], bias: [3], addend: [4, 3] },
    f: ({ x, W, bias, addend }) => linear(x, W, { bias, addend }),
  },
  gelu: { leaves: { a: [3, 5] }, f: ({ a }) => gelu(a) },
  geluExact: { leaves: { a: [3, 5] }, f: ({ a }) => geluExact(a) },
  linearGelu: {
    leaves: { x: [4, 5], W: [3, 5], bias: [3], V: [2, 3] },
    f: ({ x, W, bias, V }) => linear(linearGelu(x, W, bias).post, V),
  },
  layerNorm: {
    leaves: { x: [4, 6], weight: [6], bias: [6] },
    f: ({ x, weight, bias }) => layerNorm(x, weight, bias),
  },
  attention: {
    leaves: { q: [2, 5, 8], k: [2, 5, 8], v: [2, 5, 8] },
    f: ({ q, k, v }) => attention(q, k, v, { n_heads: 2, window: 3, scale: 0.5 }),
  },
  embed: {
    leaves: { W_E: [5, 6], W_pos: [4, 6] },
    f: ({ W_E, W_pos }) => embed(ids, W_E, { W_pos, index }),
  },
  crossEntropy: {
    leaves: { a: [6, 5] },
    f: ({ a }) => crossEntropy(a, targets, weights).loss,
  },
  relu: { leaves: { a: [3, 5] }, f: ({ a }) => relu(a) },
  tanh: { leaves: { a: [3, 5] }, f: ({ a }) => tanh(a) },
  exp: { leaves: { a: [3, 5] }, f: ({ a }) => exp(a) },
  root: { leaves: { a: [3, 5] }, f: ({ a }) => root(add(multiply(a, a), multiply(a, a))) },
  topK: { leaves: { a: [3, 5] }, f: ({ a }) => topK(a, { k: 2, over: "row" }).kept },
  "topK over all": { leaves: { a: [3, 5] }, f: ({ a }) => topK(a, { k: 5, over: "all" }).kept },
  ...Object.fromEntries(
    NORM_KINDS.map((kind): [string, Case] => [`decoderNorms ${kind}`, {
      leaves: { W_dec: [5, 2, 8] },
      f: ({ W_dec }) => addAll(decoderNorms(W_dec, kind)),
    }]),
  ),
  rowNorms: { leaves: { a: [7, 8] }, f: ({ a }) => rowNorms(a) },
  decode: {
    leaves: { acts: [3, 5], W_dec: [5, 2, 4], b_dec: [2, 4] },
    f: ({ acts, W_dec, b_dec }) => decode({ W_dec, b_dec }, acts),
  },
};

for (const [name, { leaves, f }] of Object.entries(OPERATIONS)) {
  const make = () =>
    Object.fromEntries(Object.entries(leaves).map(([key, shape], i) => [key, leaf(shape, i + 1)]));

  Deno.test(`${name} has the slope of its own values in every direction`, async () => {
    const tensors = make();
    const names = Object.keys(tensors), list = Object.values(tensors);
    const grads = await gradsOf(list, () => weighted(f(tensors)));
    const values = await readTensors(list);
    const h = 2 ** -6;
    for (const [i, tensor] of list.entries()) {
      const direction = random(50 + i, values[i].length);
      const at = async (step: number) => {
        tensor.write(values[i].map((x, j) => x + step * direction[j]));
        return (await weighted(f(tensors)).read())[0];
      };
      const slope = (await at(h) - await at(-h)) / (2 * h);
      tensor.write(values[i]);
      const found = grads[i].reduce((s, g, j) => s + g * direction[j], 0);
      const size = Math.sqrt(grads[i].reduce((s, g) => s + g * g, 0));
      assert(size > 0, `${names[i]} has a gradient`);
      const off = Math.abs(found - slope);
      assert(
        off < 4e-3 * (size + Math.abs(slope)),
        `${names[i]}: slope ${slope}, gradient ${found}`,
      );
    }
  });

  Deno.test(`${name} gives the same gradients whoever is frozen`, async () => {
    const tensors = make();
    const list = Object.values(tensors);
    const whole = await gradsOf(list, () => weighted(f(tensors)));
    for (let frozen = 1; frozen < 2 ** list.length - 1; frozen++) {
      list.forEach((tensor, i) => tensor.requiresGrad = (frozen >> i & 1) === 0);
      const found = await gradsOf(list, () => weighted(f(tensors)));
      found.forEach((grad, i) => {
        const expected = list[i].requiresGrad ? whole[i] : new Float32Array(grad.length);
        assertEquals(grad, expected, `${Object.keys(tensors)[i]}, frozen ${frozen.toString(2)}`);
      });
    }
  });

  Deno.test(`${name} accumulates where a tensor is used twice, and overwrites between calls`, async () => {
    const tensors = make();
    const list = Object.values(tensors);
    const once = await gradsOf(list, () => weighted(f(tensors)));
    const again = await gradsOf(list, () => weighted(f(tensors)));
    assertEquals(again, once);
    const twice = await gradsOf(
      list,
      () => add(weighted(f(tensors)), scale(weighted(f(tensors)), 2)),
    );
    twice.forEach((grad, i) => {
      assertClose(grad, once[i].map((g) => 3 * g), { name: Object.keys(tensors)[i], rtol: 1e-5 });
    });
  });
}

Deno.test("add(x, x) and multiply(x, x) count both of their operands", async () => {
  const x = leaf([3, 5], 1);
  const [values] = await readTensors([x]);
  assertEquals((await gradsOf([x], () => sum(add(x, x))))[0], values.map(() => 2));
  assertClose((await gradsOf([x], () => sum(multiply(x, x))))[0], values.map((v) => 2 * v), {
    name: "2 x",
    rtol: 1e-6,
  });
  assertEquals((await gradsOf([x], () => sum(subtract(x, x))))[0], values.map(() => 0));
});

Deno.test("a tensor made on the tape that is used three times gets all three gradients", async () => {
  const x = leaf([3, 5], 1), W = leaf([5, 6], 2);
  const once = await gradsOf([x, W], () => sum(matmul(x, W)));
  const thrice = await gradsOf([x, W], () => {
    const h = matmul(x, W);
    return sum(add(add(h, h), h));
  });
  thrice.forEach((grad, i) => {
    assertClose(grad, once[i].map((g) => 3 * g), { name: `${i}`, rtol: 1e-6 });
  });
});

Deno.test("crossEntropy() leaves logits alone that something else uses", async () => {
  const a = leaf([6, 5], 1), W = leaf([5, 5], 2);
  const [before] = await readTensors([a]);
  const one = await gradsOf([a, W], () => crossEntropy(matmul(a, W), targets, weights));
  const reversed = uploadIds(gpu, [6], [3, 1, 1, 2, 4, 0]);
  const other = await gradsOf([a, W], () => crossEntropy(matmul(a, W), reversed, weights));
  const both = await gradsOf([a, W], () => {
    const y = matmul(a, W);
    crossEntropy(y, targets, weights);
    crossEntropy(y, reversed, weights);
  });
  both.forEach((grad, i) => {
    assertClose(grad, one[i].map((g, j) => g + other[i][j]), { name: `${i}`, rtol: 1e-5 });
  });
  const norm = await gradsOf([a, W], () => squaredNorm(matmul(a, W)));
  for (const first of [true, false]) {
    const mixed = await gradsOf([a, W], () => {
      const y = matmul(a, W);
      const early = first ? squaredNorm(y) : undefined;
      crossEntropy(y, targets, weights);
      return early ?? squaredNorm(y);
    });
    mixed.forEach((grad, i) => {
      assertClose(grad, one[i].map((g, j) => g + norm[i][j]), { name: `${first}`, rtol: 1e-5 });
    });
  }
  const kept = withGradients(gpu, [a, W], () => {
    const y = matmul(a, W);
    return { y, ...crossEntropy(y, targets, weights) };
  });
  assertEquals(await kept.y.read(), await matmul(a, W).read());
  await gradsOf([a], () => crossEntropy(a, targets, weights));
  assertEquals(await a.read(), before);
});

Deno.test("crossEntropy() straight on attention's result leaves it for attention's own gradient", async () => {
  const [q, k, v] = [1, 2, 3].map((seed) => leaf([2, 3, 8], seed));
  const body = (through: (z: Tensor) => Tensor) => () =>
    crossEntropy(through(attention(q, k, v, { n_heads: 2 })), targets, weights);
  const direct = await gradsOf([q, k, v], body((z) => z));
  const copied = await gradsOf([q, k, v], body((z) => scale(z, 1)));
  direct.forEach((grad, i) => assertClose(grad, copied[i], { name: `${i}`, rtol: 1e-6 }));
});

Deno.test("a loss of which something is made passes that gradient on", async () => {
  const a = leaf([6, 5], 1);
  const [one] = await gradsOf([a], () => crossEntropy(a, targets, weights));
  const [half] = await gradsOf([a], () => scale(crossEntropy(a, targets, weights).loss, 0.5));
  assertEquals(half, one.map((g) => 0.5 * g));
  const [regularised] = await gradsOf([a], () => {
    return add(crossEntropy(a, targets, weights).loss, scale(squaredNorm(a), 0.1));
  });
  const [values] = await readTensors([a]);
  assertClose(regularised, one.map((g, i) => g + 0.2 * values[i]), { name: "sum", rtol: 1e-6 });
});

Deno.test("withGradients() refuses what would lose a gradient, and is of use afterwards", async () => {
  const x = leaf([4, 8], 1), W = leaf([8, 8], 2), coded = coder();
  const constant = upload(gpu, { shape: [4, 8], data: random(3, 32) });
  const refused = (body: () => unknown, sentence: string, leaves = [x, W]) => {
    assertThrows(() => withGradients(gpu, leaves, body), Error, sentence);
  };
  const q = () => reshape(matmul(x, W), [1, 4, 8]);
  refused(() => sum(layerNormScale(matmul(x, W))), "through layerNormScale");
  refused(() => sum(positive(matmul(x, W))), "through positive");
  refused(
    () => sum(attentionPattern(q(), q(), { n_heads: 2 }).pattern),
    "through attentionPattern",
  );
  refused(() => sum(takeRows(x, uploadIds(gpu, [2], [0, 1]))), "through takeRows");
  refused(() => sum(stackColumns([x, x])), "through stackColumns");
  refused(() => sum(add(layerNormScale(x), layerNormScale(x))), "through layerNormScale");
  refused(() =>
    mean(
      crossEntropy(
        x,
        uploadIds(gpu, [4], [0, 1, 2, 3]),
        upload(gpu, {
          shape: [4],
          data: new Float32Array(4).fill(1),
        }),
      ).perRow,
    ), "through perRow of crossEntropy");
  refused(
    () => sum(crosscoderLoss(coded, x, penalties)[0]),
    "part of a loss",
    Object.values(coded),
  );
  refused(() => sum(layerNormScale(layerNormScale(x))), "through layerNormScale");
  refused(() => {
    const ones = upload(gpu, { shape: [4], data: new Float32Array(4).fill(1) });
    scale(crossEntropy(x, uploadIds(gpu, [4], [0, 1, 2, 3]), ones).loss, 2);
  }, "expected a loss but found none");
  refused(async () => {
    await Promise.resolve();
    return sum(x);
  }, "an async one");
  refused(() => withGradients(gpu, [x], () => sum(x)), "do not nest");
  refused(() => matmul(x, W), "expected a loss but found [4,8]");
  refused(() => void matmul(x, W), "expected a loss but found none");
  refused(() => sum(constant), "without requiresGrad", [constant]);
  // deno-lint-ignore no-explicit-any -- what a notebook may pass
  const anything = (value: unknown) => value as any;
  refused(() => sum(x), "expected parameters to be a list of tensors", anything(x));
  refused(() => sum(x), "expected tensor of parameters but found 3", anything([3]));
  refused(anything(x), "expected body to be a function");
  const weights = leaf([4], 5);
  refused(
    () => crossEntropy(matmul(x, W), uploadIds(gpu, [4], [0, 1, 2, 3]), weights),
    "expected weights without a gradient",
  );
  assertEquals((await gradsOf([x], () => sum(x)))[0], new Float32Array(32).fill(1));
});

Deno.test("jumprelu() has the gradient of its estimator whoever is frozen", async () => {
  const z = leaf([6, 5], 1), log_threshold = leaf([5], 2, 0.5);
  const whole = await gradsOf([z, log_threshold], () => weighted(jumprelu(z, log_threshold)));
  assert(whole.every((grad) => grad.some((g) => g !== 0)));
  for (const [i, tensor] of [z, log_threshold].entries()) {
    tensor.requiresGrad = false;
    const found = await gradsOf([z, log_threshold], () => weighted(jumprelu(z, log_threshold)));
    assertEquals(found[1 - i], whole[1 - i]);
    tensor.requiresGrad = true;
  }
});

Deno.test("the value that a body returns is the loss, whatever else was made of it", async () => {
  const x = leaf([3, 5], 1), ones = new Float32Array(15).fill(1);
  const [grad] = await gradsOf([x], () => {
    const loss = sum(x);
    scale(loss, 2);
    return loss;
  });
  assertEquals(grad, ones);
});

Deno.test("operations refuse shapes that only fit with their padding, and ids for numbers", () => {
  const f = (shape: number[]) => leaf(shape, 1);
  const u = (n: number) => uploadIds(gpu, [n], new Uint32Array(n));
  const refused = (body: () => unknown, sentence: string) =>
    assertThrows(body, RangeError, sentence);
  refused(() => add(f([5]), f([7])), "expected b of shape [5] or of its last axes but found [7]");
  refused(() => add(f([5]), f([2, 5])), "but found [2,5]");
  refused(() => subtract(f([2, 5]), f([2, 7])), "but found [2,7]");
  refused(() => multiply(f([4, 2]), f([4])), "but found [4]");
  refused(() => linear(f([2, 5]), f([7, 5]), { bias: f([5]) }), "expected bias [7] but found [5]");
  refused(
    () => linear(f([2, 5]), f([7, 5]), { addend: f([2, 5]) }),
    "expected addend of shape [2,7]",
  );
  refused(() => jumprelu(f([2, 8]), f([4])), "expected log_threshold [8] but found [4]");
  refused(() => jumprelu(f([2, 8]), f([8]), { eps: 0 }), "expected eps");
  refused(() => layerNorm(f([2, 8]), f([7]), f([8])), "expected weight [8] but found [7]");
  for (const total of [sum, mean, squaredNorm, gelu]) refused(() => total(u(5)), "found u32 [5]");
  refused(() => add(u(5), u(5)), "expected a f32 [5] but found u32 [5]");
  refused(() => matmul(f([1, 5]), uploadIds(gpu, [5, 1], [1, 2, 3, 4, 5])), "found u32 [5,1]");
  refused(() => embed(f([2, 3]), f([5, 4])), "expected ids u32");
  refused(
    () => crossEntropy(uploadIds(gpu, [2, 3], new Uint32Array(6)), u(2), f([2])),
    "logits f32",
  );
  refused(() => crossEntropy(f([2, 3]), f([2]), f([2])), "expected targets u32 [2]");
  refused(() => takeRows(f([3, 4]), f([2])), "expected index u32");
  refused(() => scale(f([3]), NaN), "expected a finite factor");
  // deno-lint-ignore no-explicit-any -- what a notebook may pass
  const any = (value: unknown) => value as any;
  refused(() => linear(f([2, 5]), f([7, 5]), any({ bais: f([7]) })), "did you mean bias?");
  refused(() => layerNorm(f([2, 8]), f([8]), f([8]), any({ epsilon: 1 })), "did you mean eps?");
  refused(() => layerNorm(f([2, 8]), f([8]), f([8]), { eps: -1 }), "expected eps");
  refused(() => jumprelu(f([2, 8]), f([8]), any({ epz: 1 })), "did you mean eps?");
  refused(() => embed(u(3), f([5, 4]), any({ W_pso: f([5, 4]) })), "did you mean W_pos?");
  const q = f([1, 2, 8]);
  refused(() => attention(q, q, q, any({ n_heads: 2, windw: 1 })), "did you mean window?");
  refused(() => attention(q, q, q, { n_heads: 0 }), "expected n_heads");
  refused(() => matmul(f([2, 2]), f([2, 2]), any("TT")), "expected form to be one of");
  refused(() => batchedMatmul(f([1, 2, 2]), f([1, 2, 2]), any("nn")), "expected form to be one of");
  refused(() => reshape(f([4, 4]), [-4, -4]), "expected a shape with the values");
});

Deno.test("runs on several bindings give the gradients of one", async () => {
  const a = leaf([200, 64], 1), b = leaf([200, 64], 2), mask = leaf([64], 3);
  const body = () => squaredNorm(multiply(add(multiply(a, b), mask), mask));
  const whole = await gradsOf([a, b, mask], body);
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 4 * 64 });
  try {
    const split = await gradsOf([a, b], body);
    split.forEach((grad, i) => assertClose(grad, whole[i], { name: `${i}`, rtol: 1e-5 }));
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});
