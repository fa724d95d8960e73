/**
 * Decoding latents of which few are not zero, as a TopK leaves them, with the gradients that
 * training needs.
 * @module
 */
import { contribute } from "../tensor/contribute.ts";
import { columnSumsInto } from "../tensor/ops/column_sums.ts";
import { fillInto } from "../tensor/ops/elementwise.ts";
import {
  addSparsePlaces,
  nonzero,
  sparseColumnsInto,
  sparsePays,
  sparseRowsInto,
} from "../tensor/ops/sparse_product.ts";
import { differentiable } from "../tensor/tape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { asRow, asRows, decode } from "./encode.ts";

/**
 * As `decode`, with the same bits: acts [batch, d_sae] → [batch, n_sites · d_in], where `acts` is
 * what topK kept of `z`. The gradient of latents that are not 0 goes straight to `z`, where topK
 * would hand it on to.
 */
export function decodeFew(
  { W_dec, b_dec }: { W_dec: Tensor; b_dec?: Tensor },
  { acts, z }: { acts: Tensor; z: Tensor },
): Tensor {
  const rows = asRows(W_dec);
  if (!sparsePays(acts, rows.columns)) return decode({ W_dec, b_dec }, acts);
  const x_hat = empty(acts.gpu, [acts.rows, rows.columns]);
  const byRow = nonzero(acts, "row");
  const bias = b_dec && asRow(b_dec);
  sparseRowsInto(x_hat, { s: acts, lists: byRow }, { b: rows, ...(bias && { bias }) });
  return differentiable(x_hat, [z, W_dec, b_dec], {
    saved: [byRow.count, byRow.at],
    backward: (grad) => {
      contribute(z, (target, accumulate) => {
        if (!accumulate) fillInto(target, 0);
        addSparsePlaces(target, { s: acts, lists: byRow }, { a: grad, b: rows });
      });
      contribute(W_dec, (target, accumulate) => {
        using lists = nonzero(acts, "column");
        sparseColumnsInto(asRows(target), { s: acts, lists }, { b: grad, accumulate });
      });
      if (!b_dec) return;
      contribute(b_dec, (target, accumulate) => {
        columnSumsInto(asRow(target), grad, { accumulate });
      });
    },
  });
}
