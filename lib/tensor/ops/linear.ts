/** Linear layers with bias, GELU and residual fused into the product. @module */
import { contribute, contributeJoined, contributeShared, joinable } from "../contribute.ts";
import { differentiable, preActivationOf, rememberPreActivation } from "../tape.ts";
import { anything, exactly, expectForm, list, maybe } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { empty, type Tensor } from "../tensor.ts";
import { together } from "../together.ts";
import { joined } from "../views.ts";
import { columnSumsInto } from "./column_sums.ts";
import { elementwiseInto } from "./elementwise.ts";
import { withAlikeTiles } from "./matmul/plan.ts";
import { checkEpilogue, productInto, productSizes } from "./matmul/product.ts";

/** What follows the product: `bias` [n]; `addend` is added to the result (the residual stream). */
export type LinearOptions = { bias?: Tensor; addend?: Tensor };

const OPTIONS = exactly({ bias: maybe(anything), addend: maybe(anything) });

/** x · Wᵀ + bias (+ addend): x [..., k], W [n, k] as torch.nn.Linear keeps it → [..., n]. */
export function linear(x: Tensor, W: Tensor, options: LinearOptions = {}): Tensor {
  expectForm("apply a linear layer", options, OPTIONS);
  const { bias, addend } = options;
  expectTensors("apply a linear layer", {
    x: [x],
    W: [W],
    bias: [bias, { optional: true }],
    addend: [addend, { optional: true }],
  });
  const shape = outputShape(x, W, { bias, addend });
  const y = empty(x.gpu, shape);
  productInto("NT", { a: x, b: W, c: y }, { bias, addend });
  return differentiable(y, [x, W, bias, addend], {
    backward: (grad) => {
      sideBySide(x, W, () => {
        linearBackward(x, W, grad);
        if (bias) contribute(bias, (to, accumulate) => columnSumsInto(to, grad, { accumulate }));
      });
      if (addend) contributeShared(addend, grad);
    },
  });
}

/** Linear layers of one input; all of them have a bias, or none. */
export type Layers = { W: readonly Tensor[]; bias?: readonly Tensor[] };

/** Whether `joinedLinear` can take these layers: weights and biases lie behind one another. */
export function layersJoin({ W, bias }: Layers): boolean {
  return joinable(W) && (bias === undefined || joinable(bias));
}

/**
 * Linear layers of one input as one product: x [..., k], each W [n_i, k] → their results side by
 * side [..., Σ n_i]. Throws where `layersJoin` is false.
 */
export function joinedLinear(x: Tensor, { W, bias }: Layers): Tensor {
  expectForm("apply joined layers", { W, bias }, LAYERS);
  expectTensors(
    "apply joined layers",
    Object.fromEntries([x, ...W, ...bias ?? []].map((tensor, i) => [`number ${i}`, [tensor]])),
  );
  const all = joined(W), shift = bias && joined(bias);
  if (!all || !layersJoin({ W, bias })) {
    throw new RangeError(
      "Cannot apply joined layers: expected weights, and biases, that lie behind one another but found " +
        `[${W.map(({ shape }) => `[${shape}]`)}] that do not: apply them one by one`,
    );
  }
  const y = empty(x.gpu, outputShape(x, all, { bias: shift }));
  productInto("NT", { a: x, b: all, c: y }, { bias: shift });
  return differentiable(y, [x, ...W, ...bias ?? []], {
    backward: (grad) =>
      sideBySide(x, all, () => {
        linearBackward(x, all, grad, (write) => contributeJoined(W, write));
        if (!bias) return;
        contributeJoined(bias, (to, accumulate) => columnSumsInto(to, grad, { accumulate }));
      }),
  });
}

const LAYERS = exactly({ W: list(anything, { least: 1 }), bias: maybe(list(anything)) });

/** gelu_new(x · Wᵀ + bias), and the pre-activation: x [..., k], W [n, k] → both [..., n]. */
export function linearGelu(x: Tensor, W: Tensor, bias: Tensor): { pre: Tensor; post: Tensor } {
  expectTensors("apply a linear layer and gelu", { x: [x], W: [W], bias: [bias] });
  const shape = outputShape(x, W, { bias });
  const pre = empty(x.gpu, shape), post = empty(x.gpu, shape);
  productInto("NT", { a: x, b: W, c: post }, { bias, geluPre: pre });
  differentiable(pre, [x, W, bias], {
    backward: (grad) =>
      sideBySide(x, W, () => {
        linearBackward(x, W, grad);
        contribute(bias, (to, accumulate) => columnSumsInto(to, grad, { accumulate }));
      }),
  });
  rememberPreActivation(post, pre);
  return { pre, post: geluNote(pre, post) };
}

/** The shape of x · Wᵀ; throws, before anything is made, where an operand does not fit. */
function outputShape(x: Tensor, W: Tensor, options: LinearOptions): number[] {
  const { m, n } = productSizes("NT", x, W);
  checkEpilogue("NT", options, { gpu: x.gpu, rows: m, columns: n, shape: [m, n] });
  return [...x.shape.slice(0, -1), n];
}

/** gelu_new(x), tanh form, same shape. */
export function gelu(x: Tensor): Tensor {
  expectTensors("apply gelu", { x: [x] });
  const y = empty(x.gpu, x.shape);
  elementwiseInto("gelu", { a: x, out: y });
  return geluNote(x, y);
}

/** Used where the gradient did not already reach `pre` through a fused product. */
function geluNote(pre: Tensor, post: Tensor): Tensor {
  return differentiable(post, [pre], {
    backward: (grad) => {
      const own = empty(pre.gpu, pre.shape);
      elementwiseInto("gelu_backward", { a: pre, b: grad, out: own });
      contributeShared(pre, own);
      own.release();
    },
  });
}

/** Gradients of x · Wᵀ; where x came out of a fused GELU they go straight to its pre-activation. */
function linearBackward(
  x: Tensor,
  W: Tensor,
  grad: Tensor,
  toWeight: (write: Parameters<typeof contribute>[1]) => void = (write) => contribute(W, write),
): void {
  const pre = preActivationOf(x);
  const toInput = () =>
    contribute(pre ?? x, (target, accumulate) => {
      productInto("NN", { a: grad, b: W, c: target }, { geluGradOf: pre, accumulate });
    });
  const weight = () =>
    toWeight((target, accumulate) => {
      productInto("TN", { a: grad, b: x, c: target }, { accumulate });
    });
  for (const run of weightFirst(x, W) ? [weight, toInput] : [toInput, weight]) run();
}

/** On a card the longer sums begin first, so that shorter ones fill the end. */
function weightFirst(x: Tensor, W: Tensor): boolean {
  return !x.gpu.isCpu && x.rows > W.rows;
}

/** Runs `body`, which computes the gradients of x · Wᵀ, so that they can share a dispatch. */
function sideBySide(x: Tensor, W: Tensor, body: () => void): void {
  const [rows, columns, out] = [x.rows, x.columns, W.rows];
  const products = [{ m: rows, n: columns, k: out }, { m: out, n: columns, k: rows }];
  if (weightFirst(x, W)) products.reverse();
  together(x.gpu, () => withAlikeTiles(x.gpu, products, body));
}
