// Fixtures: tests/fixtures/{ops,jumprelu,crosscoder,gpt_neo}.py (PyTorch in float64, stored as float32).
// Both sides compute in float64 from equal inputs, so all that differs is the rounding of the stored value,
// at most 2^-24 = 5.97e-8 of it: rtol 1e-7. Measured over all tensors: below 6.0e-8.
import { assertEquals, assertThrows } from "@std/assert";
import { adamState, adamStep, clipByGlobalNorm } from "./adam.ts";
import { attention, attentionGrad } from "./attention.ts";
import { crossEntropy, crossEntropyGrad } from "./cross_entropy.ts";
import { crosscoderGrad, crosscoderLoss } from "./crosscoder_loss.ts";
import { embedding, embeddingGrad } from "./embedding.ts";
import { gelu, geluGrad } from "./gelu.ts";
import { gptNeo } from "./gpt_neo.ts";
import { jumprelu, jumpreluGrad } from "./jumprelu.ts";
import { layerNorm, layerNormGrad } from "./layer_norm.ts";
import { learningRate } from "./learning_rate.ts";
import { linear, linearGrad } from "./linear.ts";
import { matmul } from "./matmul.ts";
import { assertClose, fixture, fixtureOptions, random, values } from "../util.ts";

const ops = await fixture("ops");

/** Compares every tensor of `found` with the fixture's tensor of that name. */
function compare(found: Record<string, ArrayLike<number>>, prefix: string, expected = ops) {
  for (const [key, actual] of Object.entries(found)) {
    const name = prefix + key;
    assertClose(actual, expected[name], { name, rtol: 1e-7, atol: 1e-12 });
  }
}

Deno.test("matmul() gives one product from all four layouts, batch by batch", () => {
  const [batch, m, n, k] = [2, 3, 5, 4];
  const transpose = (x: ArrayLike<number>, rows: number, columns: number) =>
    Float64Array.from(x, (_, i) => {
      const [item, j] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
      return x[item * rows * columns + (j % rows) * columns + Math.floor(j / rows)];
    });
  const [a, b] = [random(1, batch * m * k), random(2, batch * k * n)];
  const size = { batch, m, n, k };
  const product = matmul(a, b, size);
  let last = 0;
  for (let i = 0; i < k; i++) {
    last += a[(batch * m - 1) * k + i] * b[(batch - 1) * k * n + i * n + n - 1];
  }
  assertEquals(product.at(-1), last);
  const [at, bt] = [transpose(a, m, k), transpose(b, k, n)];
  assertEquals(matmul(at, b, { ...size, transposeA: true }), product);
  assertEquals(matmul(a, bt, { ...size, transposeB: true }), product);
  assertEquals(matmul(at, bt, { ...size, transposeA: true, transposeB: true }), product);
});

Deno.test("linear() and linearGrad() equal PyTorch", () => {
  const { x, W, b, grad_y } = values(ops, "linear.");
  const d_out = b.length;
  compare({ y: linear(x, W, { b, d_out }), ...linearGrad(x, W, { d_out, grad_y }) }, "linear.");
});

Deno.test("linear() then gelu() and their gradients equal PyTorch", () => {
  const { x, W, b, grad_y } = values(ops, "linear_gelu.");
  const d_out = b.length;
  const pre = linear(x, W, { b, d_out });
  const grads = linearGrad(x, W, { d_out, grad_y: geluGrad(pre, grad_y) });
  compare({ pre, y: gelu(pre), ...grads }, "linear_gelu.");
});

Deno.test("gelu() and geluGrad() equal PyTorch from -6 to 6", () => {
  const { x, grad_y } = values(ops, "gelu.");
  compare({ y: gelu(x), grad_x: geluGrad(x, grad_y) }, "gelu.");
});

for (const name of ["layer_norm", "layer_norm_far"]) {
  Deno.test(`layerNorm() and layerNormGrad() equal PyTorch: ${name}`, () => {
    const { x, gamma, beta, grad_y } = values(ops, `${name}.`);
    const grads = layerNormGrad(x, gamma, { grad_y });
    compare({ y: layerNorm(x, gamma, { beta }), ...grads }, `${name}.`);
  });
}

for (const name of ["global", "global_scaled", "local", "local_scaled"]) {
  const { q, k, v, grad_y, window, scale } = values(ops, `attention_${name}.`);
  const shape = ops[`attention_${name}.q`].shape as [number, number, number, number];
  const options = { shape, window: window[0], scale: /scaled/.test(name) ? shape[3] ** -0.5 : 1 };
  Deno.test(`attention() and attentionGrad() equal PyTorch: ${name}`, () => {
    assertClose([options.scale], scale, { name: "scale", rtol: 1e-7 });
    const { z, pattern } = attention({ q, k, v }, options);
    const grads = attentionGrad({ q, k, v }, grad_y, options);
    compare({ y: z, pattern, ...grads }, `attention_${name}.`);
  });
  Deno.test(`attention fixture tells the window and the scale: ${name}`, () => {
    for (const other of [{ window: 3 }, { window: options.window + 1 }, { scale: 0.5 }]) {
      const { z } = attention({ q, k, v }, { ...options, ...other });
      assertThrows(() => compare({ y: z }, `attention_${name}.`));
    }
  });
}

Deno.test("embedding() and embeddingGrad() equal PyTorch with repeated ids", () => {
  const { W_E, W_pos, ids, grad_y } = values(ops, "embedding.");
  const options = { ids, pos: 9, d_model: 10 };
  const grads = embeddingGrad(grad_y, { ...options, d_vocab: 23, n_ctx: 12 });
  compare({ y: embedding(W_E, W_pos, options), ...grads }, "embedding.");
});

Deno.test("crossEntropy() and crossEntropyGrad() equal PyTorch with weights", () => {
  const { logits, targets, weights } = values(ops, "cross_entropy.");
  const { per_row, loss } = crossEntropy(logits, { targets, weights });
  const grad_logits = crossEntropyGrad(logits, { targets, weights });
  compare({ per_row, loss: [loss], grad_logits }, "cross_entropy.");
});

type OptimOptions = {
  optimiser: {
    lr: number;
    steps: number;
    warmup: number;
    decay: number;
    max_norm: number;
    weight_decay: number;
  };
};

for (const name of ["adam", "adamw"]) {
  Deno.test(`adamStep() with clipping and schedule equals PyTorch: ${name}`, async () => {
    const { optimiser } = await fixtureOptions<OptimOptions>("ops");
    const { steps: n_steps, max_norm } = optimiser;
    const weight_decay = name === "adamw" ? optimiser.weight_decay : 0;
    const { W, b, norms, ...rest } = values(ops, `${name}.`);
    let [state_W, state_b] = [adamState(W), adamState(b)];
    const seen = { norms: [] as number[], lrs: [] as number[] };
    for (let step = 1; step <= n_steps; step++) {
      const given = {
        W: rest["grad.W"].subarray((step - 1) * W.length, step * W.length),
        b: rest["grad.b"].subarray((step - 1) * b.length, step * b.length),
      };
      const { norm, grads } = clipByGlobalNorm(given, max_norm);
      const lr = learningRate(step, { ...optimiser, n_steps });
      state_W = adamStep(state_W, grads.W, { step, lr, weight_decay });
      state_b = adamStep(state_b, grads.b, { step, lr, weight_decay });
      seen.norms.push(norm);
      seen.lrs.push(lr);
    }
    assertEquals([norms[1] < max_norm, norms[2] > max_norm], [true, true]);
    compare(seen, `${name}.`);
    compare({ "after.W": state_W.p, "m.W": state_W.m, "v.W": state_W.v }, `${name}.`);
    compare({ "after.b": state_b.p, "m.b": state_b.m, "v.b": state_b.v }, `${name}.`);
  });
}

Deno.test("learningRate() rises to lr, stays and falls to lr/decay at the last step", () => {
  const schedule = { lr: 1, n_steps: 40, warmup: 2, decay: 8 };
  const lrs = Array.from({ length: 40 }, (_, i) => learningRate(i + 1, schedule));
  compare({ lrs }, "schedule.");
  assertEquals([lrs[0], lrs[1], lrs[32], lrs[33], lrs[39]], [0.5, 1, 1, 0.875, 0.125]);
  assertEquals(learningRate(7, { lr: 0.25, n_steps: 7 }), 0.25);
});

Deno.test("jumprelu() and jumpreluGrad() equal PyTorch", async () => {
  const pt = await fixture("jumprelu");
  const { z, threshold, grad_acts, eps } = values(pt, "");
  const grads = jumpreluGrad(z, threshold, { grad_acts, eps: eps[0] });
  compare({ acts: jumprelu(z, threshold), ...grads }, "", pt);
});

type CrosscoderFixture = {
  lambda_S: number;
  lambda_P: number;
  c: number;
  eps: number;
  lr: number;
  max_norm: number;
  steps: number;
};
const CROSSCODER = ["W_enc", "W_dec", "b_enc", "b_dec", "log_threshold"] as const;
const crosscoder = await fixture("crosscoder");
const crosscoderOptions = {
  n_sites: 3,
  ...await fixtureOptions<CrosscoderFixture>("crosscoder"),
};

Deno.test("crosscoderLoss() and crosscoderGrad() equal PyTorch", () => {
  const { W_enc, W_dec, b_enc, b_dec, log_threshold, x } = values(crosscoder, "");
  const parameters = { W_enc, W_dec, b_enc, b_dec, log_threshold };
  const { z, f, xhat, ...loss } = crosscoderLoss(parameters, x, crosscoderOptions);
  const parts = [loss.reconstruction, loss.sparsity, loss.preActivation];
  compare({ z, f, xhat, parts }, "", crosscoder);
  compare(crosscoderGrad(parameters, x, crosscoderOptions), "grad.", crosscoder);
});

Deno.test("crosscoder fixture tells each term of the gradient", () => {
  const { W_enc, W_dec, b_enc, b_dec, log_threshold, x } = values(crosscoder, "");
  const parameters = { W_enc, W_dec, b_enc, b_dec, log_threshold };
  for (const other of [{ lambda_S: 0 }, { lambda_P: 0 }, { c: 3.9 }, { eps: 1.9 }]) {
    const grads = crosscoderGrad(parameters, x, { ...crosscoderOptions, ...other });
    assertThrows(() => compare(grads, "grad.", crosscoder), Error, "differ");
  }
});

Deno.test("crosscoderGrad() with adamStep() follows PyTorch for five steps", () => {
  const { x, ...tensors } = values(crosscoder, "");
  let states = CROSSCODER.map((name) => [name, adamState(tensors[name])] as const);
  const losses: number[] = [], grad_norms: number[] = [];
  for (let step = 1; step <= crosscoderOptions.steps; step++) {
    const now = Object.fromEntries(states.map(([name, { p }]) => [name, p])) as Record<
      typeof CROSSCODER[number],
      Float64Array
    >;
    const loss = crosscoderLoss(now, x, crosscoderOptions);
    losses.push(loss.reconstruction, loss.sparsity, loss.preActivation);
    const all = crosscoderGrad(now, x, crosscoderOptions);
    const { norm, grads } = clipByGlobalNorm(all, crosscoderOptions.max_norm);
    grad_norms.push(norm);
    states = states.map(([name, state]) =>
      [name, adamStep(state, grads[name], { step, lr: crosscoderOptions.lr })] as const
    );
  }
  compare({ losses, grad_norms }, "", crosscoder);
  compare(Object.fromEntries(states.map(([name, { p }]) => [name, p])), "after.", crosscoder);
});

const neo = await fixture("gpt_neo");
const neoShape = { n_heads: 2, windows: [0, 5, 0, 5] };

Deno.test("gptNeo() equals transformers and every stored TransformerLens hook", () => {
  const weights = values(neo, "");
  const { logits, cache } = gptNeo(weights, { ids: weights.tokens, pos: 13 }, neoShape);
  compare({ logits }, "", neo);
  const stored = Object.entries(cache).filter(([name]) => name in neo);
  assertEquals(stored.length > 40, true);
  compare(Object.fromEntries(stored), "", neo);
});

Deno.test("gptNeo() gives the loss of transformers and the gradient of its logits", () => {
  const { tokens, targets, weights, ...rest } = values(neo, "");
  const { logits } = gptNeo(rest, { ids: tokens, pos: 13 }, neoShape);
  const { loss } = crossEntropy(logits, { targets, weights });
  const grad = crossEntropyGrad(logits, { targets, weights });
  compare({ loss: [loss], "grad.logits": grad }, "", neo);
});

Deno.test("gptNeo() continues two prompts greedily as transformers does", () => {
  const weights = values(neo, "");
  for (const index of [0, 1]) {
    const ids = [...weights[`prompt_${index}`]];
    const length = ids.length;
    for (const _ of weights[`continuation_${index}`]) {
      const { logits } = gptNeo(weights, { ids, pos: ids.length }, neoShape);
      const last = logits.subarray(-61);
      ids.push(last.indexOf(Math.max(...last)));
    }
    assertEquals(ids.slice(length), [...weights[`continuation_${index}`]]);
  }
});
