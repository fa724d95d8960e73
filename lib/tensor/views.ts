/** Other shapes and parts of a tensor over the same memory, without gradients. @module */
import { ALIGNMENT } from "./layout.ts";
import { Tensor } from "./tensor.ts";

/**
 * Another tensor over the same memory, under another shape if wanted: it holds the memory on its
 * own and is released on its own. No gradient; `reshape` passes one on.
 */
export function share(tensor: Tensor, shape: readonly number[] = tensor.shape): Tensor {
  const { buffer: _held } = tensor.range;
  checkView(tensor, shape);
  const other = new Tensor(tensor.gpu, shape, tensor.storage, tensor.options);
  tensor.storage.references++;
  other.gpu.memory.made?.add(other);
  return other;
}

/**
 * The same values under another shape, borrowed: unknown to a tape, and not to be released. For the
 * inside of operations; ops/reshape.ts has those that pass gradients on. The last axis may change
 * only where no padding is involved.
 */
export function alias(tensor: Tensor, shape: readonly number[]): Tensor {
  checkView(tensor, shape);
  return tensor.over(shape);
}

/**
 * Rows `start` to `start + count` of a tensor seen as [rows, columns]; shares the memory, no
 * gradient.
 */
export function rowSlice(tensor: Tensor, start: number, count: number): Tensor {
  return tensor.over([count, tensor.columns], tensor.offset + start * tensor.pitch);
}

/**
 * One tensor over tensors that lie behind one another without a gap: matrices [rows, n] as one of
 * all rows, vectors as one of all values. Undefined where they do not lie so. Borrowed, no gradient.
 */
export function joined(tensors: readonly Tensor[]): Tensor | undefined {
  const [first] = tensors, flat = first.shape.length === 1;
  let end = first.offset;
  for (const tensor of tensors) {
    const alike = flat
      ? tensor.shape.length === 1 && tensor.pitch === tensor.columns
      : tensor.shape.length === 2 && tensor.columns === first.columns;
    if (!alike || tensor.storage !== first.storage || tensor.offset !== end) return undefined;
    end += tensor.size;
  }
  const size = end - first.offset;
  return first.over(flat ? [size] : [size / first.pitch, first.columns]);
}

/**
 * Pieces of a tensor that each fit into one binding, as [rows, columns] with their first row.
 * Pieces begin at multiples of 64 rows, so that their offsets are aligned whatever the width, and
 * have `most` rows (at least 64) where that is less.
 */
export function rowChunks(
  tensor: Tensor,
  widest = tensor.pitch,
  most = Infinity,
): { piece: Tensor; start: number }[] {
  const fit = Math.floor(tensor.gpu.maxBinding / (4 * Math.max(widest, tensor.pitch)));
  const limit = Math.min(fit, most);
  const rows = Math.floor(limit / ALIGNMENT) * ALIGNMENT;
  if (tensor.rows <= limit) return [{ piece: rowSlice(tensor, 0, tensor.rows), start: 0 }];
  if (rows === 0) {
    throw new RangeError(
      `Cannot split [${tensor.shape}]: expected 64 rows to fit into a binding of ` +
        `${tensor.gpu.maxBinding} bytes but a row has ${4 * tensor.pitch}: take fewer columns`,
    );
  }
  const pieces = [];
  for (let start = 0; start < tensor.rows; start += rows) {
    const count = Math.min(rows, tensor.rows - start);
    pieces.push({ piece: rowSlice(tensor, start, count), start });
  }
  return pieces;
}

/**
 * Whether the values lie under another shape as they do under the tensor's own. Throws where that
 * shape has not as many.
 */
export function sameLayout(tensor: Tensor, shape: readonly number[]): boolean {
  const count = (s: readonly number[]) => s.reduce((a, b) => a * b, 1);
  const whole = shape.every((n) => Number.isInteger(n) && n >= 1);
  if (!whole || count(shape) !== count(tensor.shape)) throw wrongShape(tensor, shape);
  const same = (shape.at(-1) ?? 1) === tensor.columns;
  return same || (tensor.pitch === tensor.columns && (shape.at(-1) ?? 1) % 4 === 0);
}

function checkView(tensor: Tensor, shape: readonly number[]): void {
  if (!sameLayout(tensor, shape)) {
    throw wrongShape(tensor, shape, "the last axis may change only between multiples of four");
  }
}

function wrongShape(tensor: Tensor, shape: readonly number[], todo = "count its values"): Error {
  return new RangeError(
    `Cannot reshape: expected a shape with the values of [${tensor.shape}] but found [${shape}]: ` +
      todo,
  );
}
