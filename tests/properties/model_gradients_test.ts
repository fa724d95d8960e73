// Language models, crosscoders and Max-of-K models have the same gradients whatever is frozen, watched or put in between. No
// fixture: the properties hold between runs of the same kernels.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decode, preActivations } from "../../lib/crosscoder/encode.ts";
import { crosscoderLoss } from "../../lib/crosscoder/fused_loss.ts";
import { attentionOnly } from "../../lib/model/architectures/attention_only.ts";
import { createGptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { llama } from "../../lib/model/architectures/llama.ts";
import { llamaConfig } from "../../lib/model/architectures/llama/config.ts";
import type { ActivationName } from "../../lib/model/components/mlp.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { type Edit, hookNames, hookPoint, makeHooks } from "../../lib/model/hooks.ts";
import { createModel, type LanguageModel, logits } from "../../lib/model/language_model.ts";
import { randomWeights } from "../../lib/model/random_weights.ts";
import { forwardLoss } from "../../lib/proofs/gpu/forward.ts";
import { lastRows, mixRows } from "../../lib/proofs/gpu/max_of_k_ops.ts";
import { initialModel, stackModels } from "../../lib/proofs/gpu/train.ts";
import { MAX_OF_K_WEIGHTS } from "../../lib/proofs/max_of_k.ts";
import { stream } from "../../lib/numerics/random.ts";
import { add, multiply, scale, subtract } from "../../lib/tensor/ops/arithmetic.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { jumprelu } from "../../lib/tensor/ops/jumprelu.ts";
import { reshape, view } from "../../lib/tensor/ops/reshape.ts";
import { squaredNorm } from "../../lib/tensor/ops/sum.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose } from "../util.ts";
import { coder, gpu, gradsOf, leaf, penalties, weighted } from "./_leaves.ts";

const sizes = { d_vocab: 23, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 8 };
const tokens = Uint32Array.from({ length: 12 }, (_, i) => (i * 7 + 3) % 23);

function gptNeo(activation: ActivationName): LanguageModel {
  const config = gptNeoConfig({ ...sizes, activation });
  return createGptNeo(gpu, config, initialWeights(config, stream(0, "weights"), { std: 0.3 }));
}

function attentionOnlyModel(): LanguageModel {
  const config = { ...sizes, n_heads: 1, d_head: 8 }, random = stream(0, "weights");
  const weights = Object.entries(attentionOnly.shapes(config)).map(([name, shape]) => {
    return [name, { shape, data: random.normals(shape.reduce((a, b) => a * b), 0.3) }];
  });
  return createModel(gpu, attentionOnly, config, Object.fromEntries(weights));
}

function llamaModel(): LanguageModel {
  const config = llamaConfig({ ...sizes, d_head: 6, n_kv_heads: 1, tied: true });
  const weights = randomWeights(llama, config, stream(0, "weights"), { std: 0.3 });
  return createModel(gpu, llama, config, weights);
}

const MODELS: Record<string, () => LanguageModel> = {
  "GPT-Neo": () => gptNeo("gelu_new"),
  "GPT-Neo with gelu": () => gptNeo("gelu"),
  "GPT-Neo with relu": () => gptNeo("relu"),
  "an attention-only model": attentionOnlyModel,
  "Llama with shared keys and heads of six": llamaModel,
};

/** The loss of the model with edits at hooks. */
function modelLoss(model: LanguageModel, edits: Record<string, Edit> = {}, watched: string[] = []) {
  const index = createScatterIndex(gpu, 12);
  index.write(tokens);
  const hooks = makeHooks(model, { edits, wanted: watched });
  const result = logits(model, uploadIds(gpu, [2, 6], tokens), { index, hooks });
  const next = uploadIds(gpu, [12], tokens.map((id) => (id + 1) % 23));
  return crossEntropy(
    result,
    next,
    upload(gpu, { shape: [12], data: new Float32Array(12).fill(1) }),
  );
}

const IDENTITIES: Record<string, Edit> = {
  "add of zeros": (x) => add(x, zeros(gpu, x.shape)),
  "subtract of zeros": (x) => subtract(x, zeros(gpu, x.shape)),
  "multiply by ones": (x) =>
    multiply(x, upload(gpu, { shape: [x.columns], data: new Float32Array(x.columns).fill(1) })),
  "scale by 1": (x) => scale(x, 1),
  reshape: (x) => reshape(reshape(x, [1, ...x.shape]), x.shape),
  view: (x) => view(view(x, [1, ...x.shape]), x.shape),
};

for (const [kind, make] of Object.entries(MODELS)) {
  Deno.test(`${kind} has the same gradients whichever parameters are frozen`, async () => {
    const model = make(), list = Object.values(model.parameters.tensors);
    const whole = await gradsOf(list, () => modelLoss(model));
    assert(whole.every((grad) => grad.some((g) => g !== 0)));
    const subsets = fc.array(fc.boolean(), { minLength: list.length, maxLength: list.length });
    await fc.assert(
      fc.asyncProperty(subsets, async (wanted) => {
        list.forEach((tensor, i) => tensor.requiresGrad = wanted[i]);
        const found = await gradsOf(list, () => modelLoss(model));
        found.forEach((grad, i) => {
          assertEquals(grad, wanted[i] ? whole[i] : new Float32Array(grad.length));
        });
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  Deno.test(`an identity put in at any hook changes no gradient of ${kind}`, async () => {
    const model = make(), list = Object.values(model.parameters.tensors);
    const whole = await gradsOf(list, () => modelLoss(model));
    const hooks = hookNames(model).filter((name) => !hookPoint(model, name).readOnly);
    const names = Object.keys(IDENTITIES);
    for (const [i, hook] of hooks.entries()) {
      const name = names[i % names.length];
      const found = await gradsOf(list, () => modelLoss(model, { [hook]: IDENTITIES[name] }));
      found.forEach((grad, p) =>
        assertClose(grad, whole[p], { name: `${name} at ${hook}`, rtol: 2e-5 })
      );
    }
    for (const [name, edit] of Object.entries(IDENTITIES)) {
      const everywhere = Object.fromEntries(hooks.map((hook) => [hook, edit]));
      const found = await gradsOf(list, () => modelLoss(model, everywhere));
      found.forEach((grad, p) => assertClose(grad, whole[p], { name, rtol: 5e-5 }));
    }
  });

  Deno.test(`looking at every hook changes no gradient of ${kind}`, async () => {
    const model = make(), list = Object.values(model.parameters.tensors);
    const whole = await gradsOf(list, () => modelLoss(model));
    const found = await gradsOf(list, () => modelLoss(model, {}, hookNames(model)));
    found.forEach((grad, p) => assertClose(grad, whole[p], { name: "watched", rtol: 2e-5 }));
  });
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
    () => {
      const acts = jumprelu(preActivations(tensors, x), tensors.log_threshold);
      return scale(squaredNorm(subtract(decode(tensors, acts), x)), 1 / 9);
    },
  );
  composed.forEach((grad, i) => assertClose(grad, fused[i], { name: `${i}`, rtol: 2e-5 }));
});

Deno.test("crosscoderLoss() has the same parts with a tape and without one", async () => {
  const tensors = coder(), x = leaf([9, 8], 7);
  const [alone] = crosscoderLoss(tensors, x, penalties);
  const [onTape] = withGradients(
    gpu,
    Object.values(tensors),
    () => crosscoderLoss(tensors, x, penalties),
  );
  const [without, with_] = await readTensors([alone, onTape]);
  assertEquals(without, with_);
});

Deno.test("forwardLoss() of Max-of-K models has the same gradients, frozen, through identities and twice", async () => {
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
  const loss = () => forwardLoss(tensors, data);
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
  const through = await gradsOf(list, () => {
    const views = Object.entries(tensors).map(([name, W]) => [name, scale(reshape(W, W.shape), 1)]);
    return forwardLoss(Object.fromEntries(views), data);
  });
  through.forEach((grad, i) => assertClose(grad, whole[i], { name: `${i}`, rtol: 1e-6 }));
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
