/** Matrix products with gradients. @module */
import { contribute } from "../../contribute.ts";
import { differentiable } from "../../tape.ts";
import { empty, type Tensor } from "../../tensor.ts";
import { type Form, productInto, productSizes } from "./product.ts";

/**
 * a · b with either operand transposed: a [m, k] or, for `form` "TN", [k, m]; b [k, n] or, for "NT", [n, k] → [m, n].
 * Axes before the last are taken together as rows. Throws where the summed axes differ.
 */
export function matmul(a: Tensor, b: Tensor, form: Form = "NN"): Tensor {
  const { m, n } = productSizes(form, a, b);
  const shape = form === "TN" ? [m, n] : [...a.shape.slice(0, -1), n];
  const c = empty(a.gpu, shape);
  productInto(form, { a, b, c });
  return differentiable(c, [a, b], {
    backward: (g) => {
      contribute(a, (target, accumulate) => {
        if (form === "NN") productInto("NT", { a: g, b, c: target }, { accumulate });
        else if (form === "NT") productInto("NN", { a: g, b, c: target }, { accumulate });
        else productInto("NT", { a: b, b: g, c: target }, { accumulate });
      });
      contribute(b, (target, accumulate) => {
        if (form === "NN") productInto("TN", { a, b: g, c: target }, { accumulate });
        else if (form === "NT") productInto("TN", { a: g, b: a, c: target }, { accumulate });
        else productInto("NN", { a, b: g, c: target }, { accumulate });
      });
    },
  });
}
