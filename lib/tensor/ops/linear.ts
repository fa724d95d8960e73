/** Linear layers with bias, GELU and residual fused into the product. @module */
import { contribute, contributeJoined, contributeShared, joinable } from "../contribute.ts";
import { differentiable, preActivationOf, rememberPreActivation, wants } from "../tape.ts";
import { anything, exactly, expectForm, list, maybe } from "../../io/form.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { expectTensors } from "../expect.ts";
import { empty, type Tensor } from "../tensor.ts";
import { together } from "../together.ts";
import { joined } from "../views.ts";
import { columnSumsInto } from "./column_sums.ts";
import { elementwiseInto } from "./elementwise.ts";
import type { Sizes } from "./matmul/call.ts";
import { planBeside, withAlikeTiles } from "./matmul/plan.ts";
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
      linearBackward(x, W, grad, { bias: () => bias && biasBackward(bias, grad) });
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
    backward: (grad) => {
      const shifts = () =>
        bias && contributeJoined(bias, (to, accumulate) => {
          columnSumsInto(to, grad, { accumulate });
        });
      linearBackward(x, all, grad, { joins: W, bias: shifts });
    },
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
    backward: (grad) => linearBackward(x, W, grad, { bias: () => biasBackward(bias, grad) }),
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

/** What else belongs to the gradients of a layer: the weights that W joins, and what its bias gets. */
type LayerGradients = { joins?: readonly Tensor[]; bias: () => void };

/**
 * Gradients of x · Wᵀ, which can share a dispatch; where x came out of a fused GELU they go straight to
 * its pre-activation.
 */
function linearBackward(
  x: Tensor,
  W: Tensor,
  grad: Tensor,
  { joins, bias }: LayerGradients,
): void {
  const { gpu, rows, columns } = x, out = W.rows, pre = preActivationOf(x);
  const input = {
    sizes: { m: rows, n: columns, k: out },
    wanted: wants(pre ?? x),
    run: () =>
      contribute(pre ?? x, (target, accumulate) => {
        productInto("NN", { a: grad, b: W, c: target }, { geluGradOf: pre, accumulate });
      }),
  };
  const weight = {
    sizes: { m: out, n: columns, k: rows },
    wanted: (joins ?? [W]).some(wants),
    run: () => {
      const write = (target: Tensor, accumulate: boolean) =>
        productInto("TN", { a: grad, b: x, c: target }, { accumulate });
      if (joins) contributeJoined(joins, write);
      else contribute(W, write);
    },
  };
  const order = beginsWithWeight(gpu, [weight, input]) ? [weight, input] : [input, weight];
  const products = order.filter(({ wanted }) => wanted).map(({ sizes }) => sizes);
  together(gpu, () =>
    withAlikeTiles(gpu, products, () => {
      for (const { run } of order) run();
      bias();
    }));
}

/** On a card the longer sums begin, unless they are dealt out, so that shorter ones fill the end. */
function beginsWithWeight(
  gpu: Gpu,
  [weight, input]: readonly { sizes: Sizes; wanted: boolean }[],
): boolean {
  const longer = weight.sizes.k > input.sizes.k && weight.wanted && input.wanted;
  if (gpu.isCpu || !longer) return false;
  return planBeside(gpu, [weight.sizes, input.sizes]).products[0].layers === 1;
}

function biasBackward(bias: Tensor, grad: Tensor): void {
  contribute(bias, (to, accumulate) => columnSumsInto(to, grad, { accumulate }));
}
