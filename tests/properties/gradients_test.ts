// A gradient is right or refused, whatever is frozen, used twice or put in between. No fixture: the properties hold between
// runs of the same kernels, and slopes are held against differences of the losses themselves.
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type CoderTensors, crosscoderLoss, decode, encode } from "../../lib/crosscoder/loss.ts";
import { gptNeoConfig, initialWeights } from "../../lib/model/config.ts";
import { createGptNeo, type GptNeo, logits } from "../../lib/model/gpt_neo.ts";
import { type Edit, hookNames, makeHooks } from "../../lib/model/hooks.ts";
import { forwardLoss } from "../../lib/proofs/gpu/forward.ts";
import { lastRows, mixRows } from "../../lib/proofs/gpu/max_of_k_ops.ts";
import { initialModel, stackModels } from "../../lib/proofs/gpu/train.ts";
import { MAX_OF_K_WEIGHTS } from "../../lib/proofs/model.ts";
import { stream } from "../../lib/random.ts";
import { add, multiply, scale, subtract } from "../../lib/tensor/ops/arithmetic.ts";
import { attention } from "../../lib/tensor/ops/attention.ts";
import { attentionPattern } from "../../lib/tensor/ops/attention_pattern.ts";
import { batchedMatmul } from "../../lib/tensor/ops/batched_matmul.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex, embed } from "../../lib/tensor/ops/embedding.ts";
import { jumprelu } from "../../lib/tensor/ops/jumprelu.ts";
import { layerNorm, layerNormScale } from "../../lib/tensor/ops/layer_norm.ts";
import { gelu, linear, linearGelu } from "../../lib/tensor/ops/linear.ts";
import { matmul } from "../../lib/tensor/ops/matmul.ts";
import { reshape, view } from "../../lib/tensor/ops/reshape.ts";
import { stackColumns, takeRows } from "../../lib/tensor/ops/rows.ts";
import { mean, squaredNorm, sum } from "../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/tape.ts";
import { readTensors, type Tensor, upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";
import { devices } from "../tensor/gpu_util.ts";

const [{ gpu }] = devices;

/** A tensor of the user's own that wants a gradient. */
function leaf(shape: number[], seed: number, std = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const tensor = upload(gpu, { shape, data: random(seed, size).map((x) => std * x) });
  tensor.requiresGrad = true;
  return tensor;
}

/** The gradients that `body` gives the leaves. */
async function gradsOf(leaves: Tensor[], body: () => unknown): Promise<Float32Array[]> {
  withGradients(gpu, leaves, body);
  return await readTensors(leaves.map(({ grad }) => grad!));
}

/** Σ y · r with a fixed random r: an upstream gradient of which no two values are alike. */
function weighted(y: Tensor): Tensor {
  const size = y.shape.reduce((a, b) => a * b, 1);
  return sum(multiply(y, upload(gpu, { shape: [...y.shape], data: random(99, size) })));
}

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
  decode: {
    leaves: { acts: [3, 5], W_dec: [5, 2, 4], b_dec: [2, 4] },
    f: ({ acts, W_dec, b_dec }) => decode({ W_dec, b_dec } as CoderTensors, acts),
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

const config = gptNeoConfig({ d_vocab: 23, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 8 });
const tokens = Uint32Array.from({ length: 12 }, (_, i) => (i * 7 + 3) % 23);

function model(): GptNeo {
  return createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.3 }));
}

/** The loss of the model with edits at hooks. */
function modelLoss(model: GptNeo, edits: Record<string, Edit> = {}, watched: string[] = []) {
  const index = createScatterIndex(gpu, 12);
  index.write(tokens);
  const hooks = makeHooks(config.n_layers, { edits, wanted: watched });
  const result = logits(model, uploadIds(gpu, [2, 6], tokens), { index, hooks });
  const next = uploadIds(gpu, [12], tokens.map((id) => (id + 1) % 23));
  return crossEntropy(
    result,
    next,
    upload(gpu, { shape: [12], data: new Float32Array(12).fill(1) }),
  );
}

Deno.test("a language model gives the same gradients whichever parameters are frozen", async () => {
  const made = model();
  const list = Object.values(made.parameters.tensors);
  const whole = await gradsOf(list, () => modelLoss(made));
  assert(whole.every((grad) => grad.some((g) => g !== 0)));
  const subsets = fc.array(fc.boolean(), { minLength: list.length, maxLength: list.length });
  await fc.assert(
    fc.asyncProperty(subsets, async (wanted) => {
      list.forEach((tensor, i) => tensor.requiresGrad = wanted[i]);
      const found = await gradsOf(list, () => modelLoss(made));
      found.forEach((grad, i) => {
        assertEquals(grad, wanted[i] ? whole[i] : new Float32Array(grad.length));
      });
    }),
    { numRuns: 12, seed: 1 },
  );
});

const IDENTITIES: Record<string, Edit> = {
  "add of zeros": (x) => add(x, zeros(gpu, x.shape)),
  "subtract of zeros": (x) => subtract(x, zeros(gpu, x.shape)),
  "multiply by ones": (x) =>
    multiply(x, upload(gpu, { shape: [x.columns], data: new Float32Array(x.columns).fill(1) })),
  "scale by 1": (x) => scale(x, 1),
  reshape: (x) => reshape(reshape(x, [1, ...x.shape]), x.shape),
  view: (x) => view(view(x, [1, ...x.shape]), x.shape),
};

Deno.test("an identity put in at any hook changes no gradient of a language model", async () => {
  const made = model();
  const list = Object.values(made.parameters.tensors);
  const whole = await gradsOf(list, () => modelLoss(made));
  const hooks = hookNames(2).filter((name) =>
    !/hook_(embed|pos_embed|scale|normalized|attn_scores|pattern)$/.test(name)
  );
  let i = 0;
  for (const hook of hooks) {
    const names = Object.keys(IDENTITIES);
    const name = names[i++ % names.length];
    const found = await gradsOf(list, () => modelLoss(made, { [hook]: IDENTITIES[name] }));
    found.forEach((grad, p) =>
      assertClose(grad, whole[p], { name: `${name} at ${hook}`, rtol: 2e-5 })
    );
  }
  for (const [name, edit] of Object.entries(IDENTITIES)) {
    const everywhere = Object.fromEntries(hooks.map((hook) => [hook, edit]));
    const found = await gradsOf(list, () => modelLoss(made, everywhere));
    found.forEach((grad, p) => assertClose(grad, whole[p], { name, rtol: 5e-5 }));
  }
});

Deno.test("looking at every hook changes no gradient, and what has none is refused in a loss", async () => {
  const made = model();
  const list = Object.values(made.parameters.tensors);
  const whole = await gradsOf(list, () => modelLoss(made));
  const all = hookNames(2);
  const found = await gradsOf(list, () => modelLoss(made, {}, all));
  found.forEach((grad, p) => assertClose(grad, whole[p], { name: "watched", rtol: 2e-5 }));
});

const CODER = { W_enc: [2, 4, 7], W_dec: [7, 2, 4], b_enc: [7], b_dec: [2, 4], log_threshold: [7] };
const penalties = { lambda_S: 0.3, lambda_P: 0.2, c: 2, eps: 1 };

function coder(): CoderTensors {
  const arrays = Object.entries(CODER).map(([name, shape], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: random(20 + i, size).map((x) => 0.5 * x) }];
  });
  return createParameters(gpu, Object.fromEntries(arrays)).tensors as CoderTensors;
}

Deno.test("crosscoderLoss() gives the same gradients whoever is frozen, its input included", async () => {
  const tensors = coder(), x = leaf([9, 8], 7);
  const list = [...Object.values(tensors), x];
  const whole = await gradsOf(list, () => crosscoderLoss(tensors, x, penalties));
  assert(whole.every((grad) => grad.some((g) => g !== 0)));
  for (let frozen = 1; frozen < 63; frozen++) {
    list.forEach((tensor, i) => tensor.requiresGrad = (frozen >> i & 1) === 0);
    const found = await gradsOf(list, () => crosscoderLoss(tensors, x, penalties));
    found.forEach((grad, i) => {
      const expected = list[i].requiresGrad ? whole[i] : new Float32Array(grad.length);
      assertEquals(grad, expected, `tensor ${i}, frozen ${frozen.toString(2)}`);
    });
  }
});

Deno.test("crosscoderLoss() twice on one crosscoder adds up, and beside another loss too", async () => {
  const tensors = coder(), x = leaf([9, 8], 7);
  const list = [...Object.values(tensors), x];
  const once = await gradsOf(list, () => crosscoderLoss(tensors, x, penalties));
  const both = await gradsOf(list, () => {
    crosscoderLoss(tensors, x, penalties);
    crosscoderLoss(tensors, x, penalties);
  });
  both.forEach((grad, i) =>
    assertClose(grad, once[i].map((g) => 2 * g), { name: `${i}`, rtol: 2e-5 })
  );
  const norm = await gradsOf(list, () => squaredNorm(tensors.b_enc));
  const beside = await gradsOf(list, () => {
    crosscoderLoss(tensors, x, penalties);
    return squaredNorm(tensors.b_enc);
  });
  beside.forEach((grad, i) => {
    assertClose(grad, once[i].map((g, j) => g + norm[i][j]), { name: `${i}`, rtol: 2e-5 });
  });
});

Deno.test("crosscoderLoss() without penalties has the gradients of encode and decode", async () => {
  const tensors = coder(), x = leaf([9, 8], 7);
  const list = [...Object.values(tensors), x];
  const plain = { lambda_S: 0, lambda_P: 0, c: 1, eps: 2 };
  const fused = await gradsOf(list, () => crosscoderLoss(tensors, x, plain));
  const composed = await gradsOf(
    list,
    () => scale(squaredNorm(subtract(decode(tensors, encode(tensors, x)), x)), 1 / 9),
  );
  composed.forEach((grad, i) => assertClose(grad, fused[i], { name: `${i}`, rtol: 2e-5 }));
});

Deno.test("crosscoderLoss() has the same parts with a tape and without one", async () => {
  const tensors = coder(), x = leaf([9, 8], 7);
  const [alone, aloneStats] = crosscoderLoss(tensors, x, penalties);
  const [onTape, stats] = withGradients(
    gpu,
    Object.values(tensors),
    () => crosscoderLoss(tensors, x, penalties),
  );
  const read = await readTensors([alone, aloneStats, onTape, stats]);
  assertEquals([read[0], read[1]], [read[2], read[3]]);
});

Deno.test("forwardLoss() of Max-of-K models gives the same gradients whoever is frozen", async () => {
  const config = { d_vocab: 9, d_model: 8, d_head: 4, n_ctx: 3 };
  const { tensors } = createParameters(
    gpu,
    stackModels([0, 1].map((seed) => initialModel(config, seed))),
  );
  const list = MAX_OF_K_WEIGHTS.map((name) => tensors[name]);
  const drawn = Uint32Array.from({ length: 2 * 5 * 3 }, (_, i) => (i * 5 + 1) % 9);
  const maxima = Array.from(
    { length: 10 },
    (_, s) => Math.max(...drawn.subarray(3 * s, 3 * s + 3)),
  );
  const data = {
    tokens: uploadIds(gpu, [30], drawn),
    targets: uploadIds(gpu, [10], maxima),
    batch: 5,
  };
  // deno-lint-ignore no-explicit-any -- only what the loss reads
  const loss = () => forwardLoss(tensors, data as any);
  const whole = await gradsOf(list, loss);
  assert(whole.every((grad) => grad.some((g) => g !== 0)));
  for (let frozen = 1; frozen < 127; frozen += 5) {
    list.forEach((tensor, i) => tensor.requiresGrad = (frozen >> i & 1) === 0);
    const found = await gradsOf(list, loss);
    found.forEach((grad, i) => {
      const expected = list[i].requiresGrad ? whole[i] : new Float32Array(grad.length);
      assertEquals(grad, expected, `${MAX_OF_K_WEIGHTS[i]}, frozen ${frozen.toString(2)}`);
    });
  }
  list.forEach((tensor) => tensor.requiresGrad = true);
  const twice = await gradsOf(list, () => {
    loss();
    loss();
  });
  twice.forEach((grad, i) =>
    assertClose(grad, whole[i].map((g) => 2 * g), { name: `${i}`, rtol: 1e-5 })
  );
});

Deno.test("lastRows() and mixRows() give the same gradients in either order, and lastRows() alone", async () => {
  const W_E = leaf([2, 9, 8], 1), W_pos = leaf([2, 3, 8], 2), key = leaf([2, 5, 8], 3);
  const drawn = Uint32Array.from({ length: 30 }, (_, i) => (i * 5 + 1) % 9);
  const inputs = { tokens: uploadIds(gpu, [30], drawn), batch: 5, W_E, W_pos };
  const leaves = [W_E, W_pos, key];
  const run = (first: "last" | "mixed") =>
    gradsOf(leaves, () => {
      const early = first === "last" ? lastRows(inputs) : undefined;
      const mixed = mixRows(inputs, key, 0.5);
      return weighted(add(early ?? lastRows(inputs), mixed));
    });
  const [one, other] = [await run("last"), await run("mixed")];
  one.forEach((grad, i) => assertClose(grad, other[i], { name: `${i}`, rtol: 1e-6 }));
  const last = await gradsOf(leaves, () => weighted(lastRows(inputs)));
  const mixed = await gradsOf(leaves, () => weighted(mixRows(inputs, key, 0.5)));
  one.forEach((grad, i) => {
    assertClose(grad, last[i].map((g, j) => g + mixed[i][j]), { name: `${i}`, rtol: 1e-5 });
  });
  W_E.requiresGrad = false;
  assertEquals((await gradsOf(leaves, () => weighted(lastRows(inputs))))[1], last[1]);
});

Deno.test("lastRows() of one table for tokens and positions has the sum of both gradients", async () => {
  const [A, B] = [leaf([2, 3, 8], 1), leaf([2, 3, 8], 1)];
  const tokens = uploadIds(gpu, [30], Uint32Array.from({ length: 30 }, (_, i) => (i * 5 + 1) % 3));
  const run = (W_E: Tensor, W_pos: Tensor) => () =>
    weighted(lastRows({ tokens, batch: 5, W_E, W_pos }));
  const [a, b] = await gradsOf([A, B], run(A, B));
  // What the pool hands out next is full of other numbers.
  for (const junk of Array.from({ length: 8 }, () => scale(A, 1e6))) junk.release();
  const [both] = await gradsOf([A], run(A, A));
  assertClose(both, a.map((g, i) => g + b[i]), { name: "both", rtol: 1e-6 });
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
  refused(
    () => sum(crosscoderLoss(coded, x, penalties)[1]),
    "penalties of crosscoderLoss",
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
