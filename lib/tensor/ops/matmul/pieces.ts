/**
 * Products of operands beyond the adapter's binding limit: row by row pieces, each a product of its
 * own.
 * @module
 */
import { rowChunks, rowSlice } from "../../views.ts";
import type { Tensor } from "../../tensor.ts";
import { CHUNK, type Epilogue, MOST_TERMS, oneProduct, type ProductCall, termsOf } from "./call.ts";
import { dispatchProduct } from "./plan.ts";

/** Rows or columns of one dispatch: the narrowest tile has 16. */
const MOST_ROWS = 2 ** 19;

/** Runs the product, in one piece where everything fits. */
export function inPieces(call: ProductCall): void {
  if (call.form === "NT") splitNT(call);
  else if (call.form === "NN") splitNN(call);
  else splitTN(call);
}

/** Rows of b are columns of c: pieces of b write side by side into the same rows of c. */
function splitNT(call: ProductCall): void {
  const { a, b, c, epilogue } = call;
  const pieces = rowChunks(b, b.pitch, MOST_ROWS);
  for (const { piece: cRows, start } of rowChunks(c, Math.max(a.pitch, c.pitch), MOST_ROWS)) {
    const rows = rowsOf(epilogue, start, cRows.rows);
    for (const { piece: bRows, start: column } of pieces) {
      dispatchProduct({
        ...call,
        m: cRows.rows,
        n: bRows.rows,
        a: rowSlice(a, start, cRows.rows),
        b: bRows,
        c: cRows,
        epilogue: rows,
        skip: { a: 0, b: 0, c: column },
      });
    }
  }
}

/** Rows of b are terms of the sum: later pieces add to what the first ones stored. */
function splitNN(call: ProductCall): void {
  const { a, b, c, epilogue } = call;
  const pieces = termChunks(b, b.pitch);
  for (const { piece: cRows, start } of rowChunks(c, Math.max(a.pitch, c.pitch), MOST_ROWS)) {
    const rows = rowsOf(epilogue, start, cRows.rows);
    pieces.forEach(({ piece: bRows, start: term }, i) => {
      dispatchProduct({
        ...call,
        m: cRows.rows,
        k: bRows.rows,
        a: rowSlice(a, start, cRows.rows),
        b: bRows,
        c: cRows,
        epilogue: termsOf(rows, i, pieces.length),
        skip: { a: term, b: 0, c: 0 },
        batch: oneProduct(bRows.rows),
      });
    });
  }
}

/** Rows of a and b are terms; rows of c are columns of a. */
function splitTN(call: ProductCall): void {
  const { a, b, c, epilogue } = call;
  const pieces = termChunks(a, Math.max(a.pitch, b.pitch));
  pieces.forEach(({ piece: aRows, start }, i) => {
    for (const { piece: cRows, start: column } of rowChunks(c)) {
      dispatchProduct({
        ...call,
        m: cRows.rows,
        k: aRows.rows,
        a: aRows,
        b: rowSlice(b, start, aRows.rows),
        c: cRows,
        epilogue: termsOf(rowsOf(epilogue, column, cRows.rows), i, pieces.length),
        skip: { a: column, b: 0, c: 0 },
        batch: oneProduct(aRows.rows),
      });
    }
  });
}

/** Pieces of an operand whose rows are terms: whole chunks of the sum, where as many rows fit. */
function termChunks(tensor: Tensor, widest: number): { piece: Tensor; start: number }[] {
  const fit = Math.floor(tensor.gpu.maxBinding / (4 * Math.max(widest, tensor.pitch)));
  const whole = tensor.rows <= fit || fit < CHUNK;
  return rowChunks(tensor, widest, whole ? fit : Math.floor(fit / CHUNK) * CHUNK);
}

function rowsOf(epilogue: Epilogue, start: number, count: number): Epilogue {
  const cut = (tensor?: Tensor) => tensor && rowSlice(tensor, start, count);
  const { jumprelu, addendScales: scales } = epilogue;
  return {
    ...epilogue,
    geluPre: cut(epilogue.geluPre),
    geluGradOf: cut(epilogue.geluGradOf),
    ...(jumprelu && { jumprelu: { ...jumprelu, pre: rowSlice(jumprelu.pre, start, count) } }),
    addend: cut(epilogue.addend),
    ...(scales && { addendScales: cutScales(scales, epilogue.addend!, { start, count }) }),
  };
}

/** The scales of rows `start` to `start + count` of an addend. */
function cutScales(
  scales: Tensor,
  addend: Tensor,
  { start, count }: { start: number; count: number },
): Tensor {
  const runs = scales.columns / addend.rows;
  return scales.over([count * runs], scales.offset + start * runs);
}

/** Whether a product NN of this second operand is summed in one piece, so that an activation may follow. */
export function isSummedWhole(b: Tensor): boolean {
  return termChunks(b, b.pitch).length === 1 && b.rows <= MOST_TERMS;
}
