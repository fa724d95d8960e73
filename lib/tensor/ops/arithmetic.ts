/**
 * Sums, differences and products of tensors, element by element, with gradients. The second operand
 * may be shorter: its shape is then that of the last axes of the first one, and it repeats over the
 * axes before. So a mask [n_heads, d_head] ablates heads of z [batch, pos, n_heads, d_head], and a
 * vector [d_model] steers a residual stream.
 *
 * @module
 */
import { contribute, contributeShared } from "../contribute.ts";
import { differentiable, wants } from "../tape.ts";
import { expectTensors, sameShape } from "../expect.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowsInto } from "./broadcast.ts";
import { columnSumsInto } from "./column_sums.ts";
import { elementwiseInto, scaleInto } from "./elementwise.ts";

/** a + b: b shaped like a, or like its last axes → shaped like a. */
export function add(a: Tensor, b: Tensor): Tensor {
  const out = apply("add", a, b);
  return differentiable(out, [a, b], {
    backward: (grad) => {
      contributeShared(a, grad);
      contributeRepeated(b, grad);
    },
  });
}

/** a − b: b shaped like a, or like its last axes → shaped like a. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  const out = apply("subtract", a, b);
  return differentiable(out, [a, b], {
    backward: (grad) => {
      contributeShared(a, grad);
      if (!wants(b)) return;
      const negative = empty(grad.gpu, grad.shape);
      scaleInto(negative, grad, -1);
      contributeRepeated(b, negative);
      negative.release();
    },
  });
}

/**
 * a · b, element by element: b shaped like a, or like its last axes, such as a mask → shaped like
 * a.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { upload } from "../tensor.ts";
 * import { multiply } from "./arithmetic.ts";
 * using gpu = await openGpu();
 * const z = upload(gpu, { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
 * const mask = upload(gpu, { shape: [3], data: Float32Array.of(1, 0, 1) });
 * assertEquals([...await multiply(z, mask).read()], [1, 0, 3, 4, 0, 6]);
 * ```
 */
export function multiply(a: Tensor, b: Tensor): Tensor {
  const out = apply("multiply", a, b);
  return differentiable(out, [a, b], {
    backward: (grad) => {
      if (wants(a)) passProduct(grad, b, (own) => contributeShared(a, own));
      if (wants(b)) passProduct(grad, a, (own) => contributeRepeated(b, own));
    },
  });
}

/** factor · a, shaped like a. */
export function scale(a: Tensor, factor: number): Tensor {
  if (!Number.isFinite(factor)) {
    throw new RangeError(
      `Cannot scale: expected a finite factor but found ${factor}: pass a number`,
    );
  }
  expectTensors("scale", { a: [a] });
  const out = empty(a.gpu, a.shape);
  scaleInto(out, a, factor);
  return differentiable(out, [a], {
    backward: (grad) => {
      const own = empty(a.gpu, a.shape);
      scaleInto(own, grad, factor);
      contributeShared(a, own);
      own.release();
    },
  });
}

type Operation = "add" | "subtract" | "multiply";

function apply(operation: Operation, a: Tensor, b: Tensor): Tensor {
  expectTensors(operation, { a: [a], b: [b] });
  if (!sameShape(b.shape, a.shape.slice(-b.shape.length)) || b.shape.length > a.shape.length) {
    throw new RangeError(
      `Cannot ${operation}: expected b of shape [${a.shape}] or of its last axes but found [${b.shape}]: ` +
        "pass equal shapes, or reshape b",
    );
  }
  const out = empty(a.gpu, a.shape);
  into(operation, out, { a, b });
  return out;
}

function into(operation: Operation, out: Tensor, { a, b }: { a: Tensor; b: Tensor }): void {
  if (a.size === b.size) elementwiseInto(operation, { a, b, out });
  else rowsInto(operation, out, { a, b });
}

/** Hands grad · other on, and releases it. */
function passProduct(grad: Tensor, other: Tensor, pass: (own: Tensor) => void): void {
  const own = empty(grad.gpu, grad.shape);
  into("multiply", own, { a: grad, b: other });
  pass(own);
  own.release();
}

/** The gradient of an operand that repeats: the sum over its repetitions. */
function contributeRepeated(b: Tensor, grad: Tensor): void {
  if (b.size === grad.size) return contributeShared(b, grad);
  const repetitions = grad.over([grad.size / b.size, b.size]);
  contribute(b, (target, accumulate) => {
    columnSumsInto(target.over([b.size]), repetitions, { accumulate });
  });
}
