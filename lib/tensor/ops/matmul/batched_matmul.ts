/**
 * Many products of one shape at once: a batch axis over models, heads or sites, with gradients.
 * @module
 */
import { expectTensors } from "../../expect.ts";
import { differentiable } from "../../tape.ts";
import { ALIGNMENT } from "../../layout.ts";
import { empty, type Tensor } from "../../tensor.ts";
import { rowSlice } from "../../views.ts";
import { MOST_WORKGROUPS } from "../../launch.ts";
import { checkProductForm, type ProductForm, type Sizes } from "./call.ts";
import { productGradients } from "./matmul.ts";
import { dispatchProduct } from "./plan.ts";

/**
 * a[i] · b[i] for each i of the batch: a [batch, m, k] or, for "TN", [batch, k, m]; b [batch, k, n]
 * or, for "NT", [batch, n, k] → [batch, m, n]. Throws where the batches or the summed axes differ.
 */
export function batchedMatmul(a: Tensor, b: Tensor, form: ProductForm = "NN"): Tensor {
  const { m, n } = batchedSizes(form, a, b);
  const c = empty(a.gpu, [a.shape[0], m, n]);
  batchedProductInto(form, { a, b, c });
  return differentiable(c, [a, b], {
    backward: (g) => productGradients(form, { a, b, g }, batchedProductInto),
  });
}

/**
 * c[i] (+)= a[i] · b[i], without gradients; one dispatch where everything fits into one binding.
 */
function batchedProductInto(
  form: ProductForm,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  { accumulate = false }: { accumulate?: boolean } = {},
): void {
  const { m, n, k } = batchedSizes(form, a, b);
  expectTensors("multiply a batch", { a: [a], c: [c] });
  const batch = a.shape[0];
  if (c.shape.length !== 3 || c.rows !== batch * m || c.columns !== n) {
    throw new RangeError(
      `Cannot multiply a batch (${form}): expected a result [${batch}, ${m}, ${n}] but found ` +
        `[${c.shape}]: pass a tensor of that shape`,
    );
  }
  const perProduct = (tensor: Tensor) => tensor.rows / batch;
  const most = productsAtOnce([a, b, c]);
  for (let start = 0; start < batch; start += most) {
    const count = Math.min(most, batch - start);
    const part = (tensor: Tensor) =>
      rowSlice(tensor, start * perProduct(tensor), count * perProduct(tensor));
    const stride = (tensor: Tensor) => perProduct(tensor) * tensor.pitch / 4;
    dispatchProduct({
      form,
      m,
      n,
      k,
      a: part(a),
      b: part(b),
      c: part(c),
      epilogue: { accumulate },
      skip: { a: 0, b: 0, c: 0 },
      batch: { count, k, a: stride(a), b: stride(b), c: stride(c), split: false },
    });
  }
}

/**
 * How many products fit with every tensor into a binding, such that pieces begin at aligned
 * offsets.
 */
function productsAtOnce(tensors: Tensor[]): number {
  const { gpu, shape } = tensors[0];
  const widest = Math.max(...tensors.map(({ size }) => 4 * size / shape[0]));
  const fit = Math.min(Math.floor(gpu.maxBinding / widest), MOST_WORKGROUPS);
  if (fit >= shape[0]) return shape[0];
  const most = Math.floor(fit / ALIGNMENT) * ALIGNMENT;
  if (most === 0) {
    throw new RangeError(
      `Cannot multiply a batch: expected ${ALIGNMENT} products to fit into a binding of ` +
        `${gpu.maxBinding} bytes but one takes ${widest}: multiply them one by one`,
    );
  }
  return most;
}

function batchedSizes(form: ProductForm, a: Tensor, b: Tensor): Sizes {
  checkProductForm("multiply a batch", form);
  expectTensors("multiply a batch", { a: [a], b: [b] });
  const [rowsA, columnsA] = a.shape.slice(-2), [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = form === "TN" ? [columnsA, rowsA] : [rowsA, columnsA];
  const [n, k2] = form === "NT" ? [rowsB, columnsB] : [columnsB, rowsB];
  const batches = a.shape.length === 3 && b.shape.length === 3 && a.shape[0] === b.shape[0];
  if (!batches || k !== k2) {
    throw new RangeError(
      `Cannot multiply a batch (${form}): expected [batch, rows, columns] twice with equal batches ` +
        `and summed axes but found [${a.shape}] and [${b.shape}]: check the sizes`,
    );
  }
  return { m, n, k };
}
