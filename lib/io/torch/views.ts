/**
 * Tensors as views of their storages: a tensor of a saved file may begin in the middle of its
 * storage, step over values, or share them with another tensor.
 *
 * @module
 */
import { sizeOf } from "../host_array.ts";
import type { Fail } from "../safetensors_header.ts";
import { showName } from "../show.ts";
import { bytesIn, type Opened } from "./opened.ts";
import { kindOf, type Value, type View } from "./values.ts";
import { widthOf } from "../dtypes.ts";

/** Values that all tensors have together, for each that is stored: views may overlap, but not for ever. */
const MOST_SHARED = 4;

/** The tensors of a state dictionary by name, in its order, each within its storage. */
export function viewsOf({ value, storages }: Opened, fail: Fail): Map<string, View> {
  const dict = typeof value === "object" && value?.kind === "dict" ? value : undefined;
  if (dict === undefined) {
    const todo = "save model.state_dict() with torch.save";
    return fail("a dictionary of tensors", kindOf(value), todo);
  }
  const views = new Map<string, View>();
  for (const [name, view] of dict.entries) {
    if (typeof name !== "string") return fail("names of tensors", kindOf(name));
    views.set(name, expectTensor(name, view, fail));
  }
  const [all, stored] = [[...views.values()].filter(isCopy), [...storages.values()]];
  const values = all.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const room = MOST_SHARED * stored.reduce((sum, { length }) => sum + length, 0);
  if (values <= room) return views;
  return fail(`at most ${room} values in views of its storages`, values, "save them contiguous");
}

function expectTensor(name: string, view: Value, fail: Fail): View {
  if (typeof view !== "object" || view?.kind !== "tensor") {
    const todo = "save model.state_dict() alone";
    return fail(`a tensor as ${showName(name)}`, kindOf(view), todo);
  }
  const { shape, strides, offset, dtype } = view;
  const count = sizeOf(shape), length = bytesIn(view.storage) / widthOf(dtype)!;
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  const most = `${length} values of its storage`;
  if (count === 0) {
    if (offset <= length) return view;
    return fail(`tensor ${showName(name)} within the ${most}`, `an offset of ${offset}`);
  }
  if (!Number.isSafeInteger(count) || !(last < length)) {
    return fail(`tensor ${showName(name)} within the ${most}`, `one that reaches to ${last + 1}`);
  }
  if (count <= length) return view;
  return fail(
    `tensor ${showName(name)} of at most the ${most}`,
    `${count}, which repeat`,
    "save it contiguous",
  );
}

/** Whether a view has a copy of its values: one that is its whole storage has not. */
function isCopy(view: View): boolean {
  return !isWhole(view);
}

/** Whether a tensor is its storage, from the first value to the last in order. */
export function isWhole({ storage, dtype, offset, shape, strides }: View): boolean {
  if (offset !== 0 || sizeOf(shape) * widthOf(dtype)! !== bytesIn(storage)) return false;
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

/** The values of a view in row-major order; `stored` are those of its storage. */
export function gathered(stored: Float32Array, { offset, shape, strides }: View): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (values.length === 0) return values;
  const inner = shape.at(-1) ?? 1, step = strides.at(-1) ?? 1, outer = shape.slice(0, -1);
  const index = outer.map(() => 0);
  for (let at = 0, from = offset; at < values.length; at += inner) {
    if (step === 1) values.set(stored.subarray(from, from + inner), at);
    else for (let j = 0; j < inner; j++) values[at + j] = stored[from + j * step];
    for (let axis = outer.length - 1; axis >= 0; axis--) { // to the next row
      from += strides[axis];
      if (++index[axis] < outer[axis]) break;
      from -= outer[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return values;
}
