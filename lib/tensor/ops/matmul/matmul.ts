/** Matrix products with gradients. @module */
import { contribute } from "../../contribute.ts";
import { differentiable } from "../../tape.ts";
import { empty, type Tensor } from "../../tensor.ts";
import { type ProductForm, productInto, productSizes } from "./product.ts";

type Multiply = (
  form: ProductForm,
  operands: { a: Tensor; b: Tensor; c: Tensor },
  options: { accumulate: boolean },
) => void;

/**
 * The gradients of a product are products of `g`, the gradient of its result, with the other
 * operand.
 */
export function productGradients(
  form: ProductForm,
  { a, b, g }: Record<"a" | "b" | "g", Tensor>,
  multiply: Multiply,
): void {
  contribute(a, (c, accumulate) => {
    if (form === "NN") multiply("NT", { a: g, b, c }, { accumulate });
    else if (form === "NT") multiply("NN", { a: g, b, c }, { accumulate });
    else multiply("NT", { a: b, b: g, c }, { accumulate });
  });
  contribute(b, (c, accumulate) => {
    if (form === "NN") multiply("TN", { a, b: g, c }, { accumulate });
    else if (form === "NT") multiply("TN", { a: g, b: a, c }, { accumulate });
    else multiply("NN", { a, b: g, c }, { accumulate });
  });
}

/**
 * a · b with either operand transposed: a [m, k] or, for `form` "TN", [k, m]; b [k, n] or, for
 * "NT", [n, k] → [m, n]. Axes before the last are taken together as rows. Throws where the summed
 * axes differ.
 */
export function matmul(a: Tensor, b: Tensor, form: ProductForm = "NN"): Tensor {
  const { m, n } = productSizes(form, a, b);
  const shape = form === "TN" ? [m, n] : [...a.shape.slice(0, -1), n];
  const c = empty(a.gpu, shape);
  productInto(form, { a, b, c });
  return differentiable(c, [a, b], {
    backward: (g) => productGradients(form, { a, b, g }, productInto),
  });
}
