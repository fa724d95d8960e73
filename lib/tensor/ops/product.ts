/**
 * One matrix product on the device: form, epilogue and splitting, without gradients. `matmul.ts` and `linear.ts` stand
 * on it. Which kernel and tile runs is decided in `product_plan.ts`; all of them sum in order of k.
 * @module
 */
import type { BufferRange } from "../../gpu/recorder.ts";
import { rowChunks, rowSlice, type Tensor } from "../tensor.ts";
import { dispatchProduct } from "./product_plan.ts";

/** NN: a [m,k] b [k,n]. NT: a [m,k] b [n,k]. TN: a [k,m] b [k,n]. */
export type Form = "NN" | "NT" | "TN";

/** What happens to a sum before it is stored, in this order. */
export type Epilogue = {
  /** [n], added to each row. */
  bias?: Tensor;
  /** Where v goes before the GELU is applied to it. */
  geluPre?: Tensor;
  /** v is multiplied by gelu'(geluGradOf). */
  geluGradOf?: Tensor;
  /** Shaped like the result, added. */
  addend?: Tensor;
  /** Adds to what stands in the result. */
  accumulate?: boolean;
};

/** A product whose operands each fit into one binding, as the kernels want it. */
export type ProductCall = {
  form: Form;
  m: number;
  n: number;
  k: number;
  a: Tensor;
  b: Tensor;
  c: Tensor;
  epilogue: Epilogue;
};

/** Sizes of a product; throws where the shapes do not fit together. */
export function productSizes(
  form: Form,
  a: Tensor,
  b: Tensor,
): { m: number; n: number; k: number } {
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

/** c = a · b in the given form, with the epilogue; tensors are seen as [rows, columns]. Large ones are split by rows. */
export function product(
  form: Form,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  epilogue: Epilogue = {},
): void {
  const { m, n, k } = productSizes(form, a, b);
  if (c.rows !== m || c.columns !== n) {
    throw new RangeError(
      `Cannot multiply (${form}): expected a result [${m}, ${n}] but found [${c.shape}]: ` +
        "pass a tensor of that shape",
    );
  }
  // Rows of the result come from rows of a (NN, NT): split there first, the others follow.
  const bPieces = rowChunks(b);
  if (form === "NT") splitNT({ form, m, n, k, a, b, c, epilogue }, bPieces);
  else if (form === "NN") splitNN({ form, m, n, k, a, b, c, epilogue }, bPieces);
  else splitTN({ form, m, n, k, a, b, c, epilogue });
}

type Pieces = { piece: Tensor; start: number }[];

function rowsOf(epilogue: Epilogue, start: number, count: number): Epilogue {
  const cut = (tensor?: Tensor) => tensor && rowSlice(tensor, start, count);
  return {
    ...epilogue,
    geluPre: cut(epilogue.geluPre),
    geluGradOf: cut(epilogue.geluGradOf),
    addend: cut(epilogue.addend),
  };
}

/** Rows of b are columns of c: pieces of b write side by side into the same rows of c. */
function splitNT(call: ProductCall, pieces: Pieces): void {
  const { a, c, epilogue } = call;
  for (const { piece: cRows, start } of rowChunks(c, Math.max(a.pitch, c.pitch))) {
    const aRows = rowSlice(a, start, cRows.rows);
    const rows = rowsOf(epilogue, start, cRows.rows);
    for (const { piece: bRows, start: column } of pieces) {
      dispatchProduct({
        ...call,
        m: cRows.rows,
        n: bRows.rows,
        a: aRows,
        b: bRows,
        c: cRows,
        epilogue: rows,
      }, { column });
    }
  }
}

/** Rows of b are terms of the sum: later pieces add to what the first ones stored. */
function splitNN(call: ProductCall, pieces: Pieces): void {
  const { a, c, epilogue } = call;
  for (const { piece: cRows, start } of rowChunks(c, Math.max(a.pitch, c.pitch))) {
    const aRows = rowSlice(a, start, cRows.rows);
    const rows = rowsOf(epilogue, start, cRows.rows);
    pieces.forEach(({ piece: bRows, start: term }, i) => {
      const last = i === pieces.length - 1;
      dispatchProduct({
        ...call,
        m: cRows.rows,
        k: bRows.rows,
        a: aRows,
        b: bRows,
        c: cRows,
        epilogue: last ? { ...rows, accumulate: i > 0 || rows.accumulate } : {
          accumulate: i > 0 || rows.accumulate,
        },
      }, { term });
    });
  }
}

/** Rows of a and b are terms; rows of c are columns of a. */
function splitTN(call: ProductCall): void {
  const { a, b, c, epilogue } = call;
  rowChunks(a, Math.max(a.pitch, b.pitch)).forEach(({ piece: aRows, start }, i) => {
    for (const { piece: cRows, start: column } of rowChunks(c)) {
      dispatchProduct({
        ...call,
        m: cRows.rows,
        k: aRows.rows,
        a: aRows,
        b: rowSlice(b, start, aRows.rows),
        c: cRows,
        epilogue: { ...epilogue, accumulate: i > 0 || epilogue.accumulate },
      }, { aColumn: column });
    }
  });
}

/** The range of a tensor that begins `skip` values in; for pieces that are columns of wider rows. */
export function rangeFrom({ storage, offset, size }: Tensor, skip: number): BufferRange {
  return { buffer: storage.buffer, offset: 4 * (offset + skip), size: 4 * (size - skip) };
}
