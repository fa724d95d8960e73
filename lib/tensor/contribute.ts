/**
 * How operations pass gradients on while a tape is walked backward: into their inputs' gradients,
 * once or added up.
 * @module
 */
import { columnSumsInto } from "./ops/column_sums.ts";
import { addInto, copyInto, fillInto } from "./ops/elementwise.ts";
import { letWait, roomForParts, sumLater } from "./pending_sums.ts";
import { tapeOf, wants } from "./tape.ts";
import { empty, Tensor } from "./tensor.ts";
import { joined } from "./views.ts";

/**
 * Adds a contribution to the gradient of `tensor`: `write(target, accumulate)` computes it into
 * `target`, adding to what stands there where `accumulate` is true.
 */
export function contribute(
  tensor: Tensor,
  write: (target: Tensor, accumulate: boolean) => void,
): void {
  if (!wants(tensor)) return;
  const tape = tapeOf(tensor.gpu)!;
  if (!tape.makers.has(tensor)) {
    const slot = slotOf(tensor);
    letWait(slot);
    write(slot, tape.written.has(tensor));
    tape.written.add(tensor);
    return;
  }
  const grad = tape.grads.get(tensor);
  if (grad && grad.storage.references === 1) return write(grad, true);
  const own = empty(tensor.gpu, tensor.shape);
  write(own, false);
  if (grad) {
    addInto(own, grad);
    grad.release();
  }
  tape.grads.set(tensor, own);
}

/**
 * The same for leaves that lie behind one another (`joined`), and their gradients too: `write` gets
 * one target over all of them.
 */
export function contributeJoined(
  leaves: readonly Tensor[],
  write: (target: Tensor, accumulate: boolean) => void,
): void {
  if (!leaves.some(wants)) return;
  const { written } = tapeOf(leaves[0].gpu)!, target = joined(leaves.map(slotOf));
  if (!target || !leaves.every(wants)) {
    throw new TypeError(
      "Cannot take a gradient of joined tensors: expected all or none of them to want one, in places " +
        "behind one another, but found others: ask joinable() before",
    );
  }
  const begun = leaves.some((leaf) => written.has(leaf));
  for (const leaf of leaves) {
    if (begun && !written.has(leaf)) fillInto(slotOf(leaf), 0);
    written.add(leaf);
  }
  letWait(target);
  write(target, begun);
}

/**
 * Whether tensors can be taken as one: they lie behind one another, and where one of them wants a
 * gradient all do and have its places behind one another.
 */
export function joinable(leaves: readonly Tensor[]): boolean {
  if (joined(leaves) === undefined) return false;
  if (!leaves.some(wants)) return true;
  const tape = tapeOf(leaves[0].gpu)!;
  const alike = leaves.every((leaf) => wants(leaf) && !tape.makers.has(leaf));
  return alike && joined(leaves.map(slotOf)) !== undefined;
}

/** Room for `count` parts of the gradient of `tensor` [count, its values], for `contributeParts`. */
export function partsOfGradient(tensor: Tensor, count: number): Tensor {
  if (!wants(tensor) || tapeOf(tensor.gpu)!.makers.has(tensor)) {
    return empty(tensor.gpu, [count, tensor.size]);
  }
  const slot = slotOf(tensor);
  letWait(slot);
  return roomForParts(slot, count);
}

/** The same with a contribution that comes in parts, which are given up. */
export function contributeParts(tensor: Tensor, parts: Tensor): void {
  let waits = false;
  contribute(tensor, (target, accumulate) => {
    waits = sumLater(target, parts, { accumulate });
    if (!waits) columnSumsInto(target.over([target.size]), parts, { accumulate });
  });
  if (!waits) parts.release();
}

/** Hands `gradient` itself on as a contribution, without a copy where `tensor` has none yet. */
export function contributeShared(tensor: Tensor, gradient: Tensor): void {
  if (!wants(tensor)) return;
  const tape = tapeOf(tensor.gpu)!;
  if (!tape.makers.has(tensor) || tape.grads.has(tensor)) {
    contribute(tensor, (target, accumulate) => {
      if (accumulate) addInto(target, gradient);
      else copyInto(target, gradient);
    });
  } else {
    gradient.storage.references++;
    const { gpu, storage, options } = gradient;
    tape.grads.set(tensor, new Tensor(gpu, tensor.shape, storage, options));
  }
}

/**
 * The contributions of one kernel to several tensors at once: `write` gets a target for each of
 * them, a scratch tensor for those that want no gradient. The kernel "overwrites" its targets,
 * "adds" to them, or does "either" as `write` is told for each; a tensor that stands twice in the
 * list, or that has a gradient already, ends with the sum. With `always` the kernel runs even where
 * none of them wants a gradient, for what else it writes.
 */
export function contributeAll(
  tensors: Tensor[],
  write: (targets: Tensor[], accumulate: boolean[]) => void,
  { kernel = "overwrites", always = false }: {
    kernel?: "overwrites" | "adds" | "either";
    always?: boolean;
  } = {},
): void {
  if (!always && !tensors.some(wants)) return;
  const places = tensors.map((tensor, i) => {
    const direct = wants(tensor) && tensors.indexOf(tensor) === i ? begun(tensor) : undefined;
    if (direct && (direct.first || kernel !== "overwrites")) {
      if (direct.first && kernel === "adds") fillInto(direct.target, 0);
      return { tensor, target: direct.target, accumulate: !direct.first, scratch: false };
    }
    const target = empty(tensor.gpu, tensor.shape);
    if (kernel === "adds") fillInto(target, 0);
    return { tensor, target, accumulate: false, scratch: true };
  });
  write(places.map(({ target }) => target), places.map(({ accumulate }) => accumulate));
  for (const { tensor, target, scratch } of places) {
    if (!scratch) markBegun(tensor, target);
  }
  for (const { tensor, target, scratch } of places) {
    if (!scratch) continue;
    contributeShared(tensor, target);
    target.release();
  }
}

/**
 * Where a kernel may write the gradient of a tensor directly, and whether nothing stands there yet.
 */
function begun(tensor: Tensor): { target: Tensor; first: boolean } | undefined {
  const tape = tapeOf(tensor.gpu)!;
  if (!tape.makers.has(tensor)) {
    return { target: slotOf(tensor), first: !tape.written.has(tensor) };
  }
  const grad = tape.grads.get(tensor);
  if (!grad) return { target: empty(tensor.gpu, tensor.shape), first: true };
  return grad.storage.references === 1 ? { target: grad, first: false } : undefined;
}

function markBegun(tensor: Tensor, target: Tensor): void {
  const tape = tapeOf(tensor.gpu)!;
  if (tape.makers.has(tensor)) tape.grads.set(tensor, target);
  else tape.written.add(tensor);
}

/**
 * The place of a leaf's gradient; a tensor of the user's own gets one that lasts as long as itself.
 */
export function slotOf(leaf: Tensor): Tensor {
  if (!leaf.gradSlot) leaf.placeGrad?.();
  if (!leaf.gradSlot) {
    const { gpu } = leaf;
    const storage = gpu.lasting.allocate(4 * leaf.size, { fresh: true });
    leaf.gradSlot = new Tensor(gpu, leaf.shape, storage);
    leaf.attach([leaf.gradSlot], "that was the gradient of a tensor released before");
  }
  leaf.grad = leaf.gradSlot;
  return leaf.gradSlot;
}
