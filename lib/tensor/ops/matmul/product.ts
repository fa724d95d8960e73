/**
 * One matrix product on the device, without gradients: `matmul.ts` and `linear.ts` stand on it.
 * Operands beyond the adapter's binding limit are taken in pieces (`pieces.ts`); kernel and
 * splitting are chosen in `plan.ts`.
 * @module
 */
import { expectTensors } from "../../expect.ts";
import type { Tensor } from "../../tensor.ts";
import {
  checkProductForm,
  type Epilogue,
  oneProduct,
  type ProductForm,
  type Sizes,
} from "./call.ts";
import { inPieces } from "./pieces.ts";

export type { Epilogue, ProductForm };

/** Sizes of a product; throws where the shapes do not fit together. */
export function productSizes(form: ProductForm, a: Tensor, b: Tensor): Sizes {
  checkProductForm("multiply", form);
  expectTensors(`multiply (${form})`, { a: [a], b: [b] });
  const [m, k] = form === "TN" ? [a.columns, a.rows] : [a.rows, a.columns];
  const [n, k2] = form === "NT" ? [b.rows, b.columns] : [b.columns, b.rows];
  if (k !== k2) {
    throw new RangeError(
      `Cannot multiply (${form}): expected the summed axes to agree but found a [${a.shape}] ` +
        `and b [${b.shape}]: ${k} is not ${k2}`,
    );
  }
  return { m, n, k };
}

/**
 * c = a · b in the given form, with the epilogue; tensors are seen as [rows, columns]. The same
 * sizes give the same bits on an adapter whichever kernel it prefers. Throws on shapes and types that do not fit
 * together.
 */
export function productInto(
  form: ProductForm,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  epilogue: Epilogue = {},
): void {
  const { m, n, k } = productSizes(form, a, b);
  expectTensors(`multiply (${form})`, { a: [a], c: [c] });
  if (c.rows !== m || c.columns !== n) {
    throw new RangeError(
      `Cannot multiply (${form}): expected a result [${m}, ${n}] but found [${c.shape}]: ` +
        "pass a tensor of that shape",
    );
  }
  checkEpilogue(form, epilogue, c);
  inPieces({
    form,
    m,
    n,
    k,
    a,
    b,
    c,
    epilogue,
    skip: { a: 0, b: 0, c: 0 },
    batch: oneProduct(k),
  });
}

/** Throws where what follows a product does not fit its result `c`. */
export function checkEpilogue(
  form: ProductForm,
  epilogue: Epilogue,
  c: Pick<Tensor, "gpu" | "rows" | "columns" | "shape">,
): void {
  const { bias, addend, addendScales, accumulate, geluPre, geluGradOf, jumprelu } = epilogue;
  const activations = [geluPre, geluGradOf, jumprelu].filter(Boolean).length;
  if ((addend && accumulate && !addendScales) || activations > 1) {
    throw new TypeError(
      `Cannot multiply (${form}): expected one of addend and accumulate, and one of geluPre, ` +
        "geluGradOf and jumprelu, but found more: run two operations",
    );
  }
  if (addendScales && (!addend || form === "NT" || activations > 0)) {
    throw new TypeError(
      `Cannot multiply (${form}): expected addendScales with an addend, in the forms NN and TN, without an ` +
        "activation, but found other options: run two operations",
    );
  }
  const pre = jumprelu?.pre, log_threshold = jumprelu?.log_threshold;
  for (const [name, tensor] of Object.entries({ addend, geluPre, geluGradOf, pre })) {
    if (tensor && (tensor.rows !== c.rows || tensor.columns !== c.columns)) {
      throw new RangeError(
        `Cannot multiply (${form}): expected ${name} of shape [${c.shape}] but found ` +
          `[${tensor.shape}]: shape it like the result`,
      );
    }
  }
  expectTensors(
    `multiply (${form})`,
    {
      bias: [bias, { row: c.columns, optional: true }],
      addend: [addend, { optional: true }],
      geluPre: [geluPre, { optional: true }],
      geluGradOf: [geluGradOf, { optional: true }],
      pre: [pre, { optional: true }],
      log_threshold: [log_threshold, { row: c.columns, optional: true }],
    },
    "give one value for each column of the result",
  );
  if (addendScales) checkScales(form, addendScales, c);
}

/** Throws where rows of the result `c` do not fall into runs of whole vec4f, one for each scale. */
function checkScales(
  form: ProductForm,
  scales: Tensor,
  { rows, columns }: Pick<Tensor, "rows" | "columns">,
): void {
  const runs = scales.columns / rows;
  if (scales.rows === 1 && Number.isInteger(runs) && columns % (4 * runs) === 0) return;
  throw new RangeError(
    `Cannot multiply (${form}): expected addendScales of some number of runs of whole fours for each of ` +
      `${rows} rows of ${columns} but found [${scales.shape}]: give them row by row, in one axis`,
  );
}
