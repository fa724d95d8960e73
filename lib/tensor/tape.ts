/**
 * Gradients, right or refused. While a tape runs, each operation notes how to pass the gradient of its result on to its
 * inputs; `withGradients` then walks the notes backward. Intermediate tensors go back to the pool as soon as no note
 * needs them, so a recorded step needs little more memory than its activations.
 *
 * A leaf is a tensor with `requiresGrad` that was not made on the tape: a parameter, or a tensor of the user's own. What
 * an operation without a gradient makes of one may be looked at; an operation that would need its gradient refuses it.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { addTo, copyInto, fill } from "./ops/elementwise.ts";
import { empty, Tensor, upload } from "./tensor.ts";

type Note = {
  result: Tensor;
  inputs: Tensor[];
  saved: Tensor[];
  backward: (grad: Tensor | undefined) => void;
  loss: LossKind;
  readsResult: boolean;
};

/** "whole": an end in itself, of which nothing more can be made; "scalar": an end unless something is made of it. */
type LossKind = "no" | "scalar" | "whole";

type Tape = {
  notes: Note[];
  /** Which note made a tensor. */
  makers: Map<Tensor, Note>;
  /** Gradients of what was made on the tape, while it is walked backward. */
  grads: Map<Tensor, Tensor>;
  /** Leaves whose gradient has begun: a further contribution is added. */
  written: Set<Tensor>;
  kept: Set<Tensor>;
  /** How many notes that were not walked yet take a tensor. */
  taken: Map<Tensor, number>;
  /** What was made without a gradient from tensors that want one, and by which operation. */
  opaque: Map<Tensor, string>;
  /** A fused GELU's result and its pre-activation, so that the gradient can be fused as well. */
  preActivations: Map<Tensor, Tensor>;
  walking: boolean;
};

const running = new WeakMap<Gpu, Tape>();

function tapeOf(gpu: Gpu): Tape | undefined {
  return running.get(gpu);
}

/** True inside the body of `withGradients`, and while it computes the gradients. */
export function isTaping(gpu: Gpu): boolean {
  return running.has(gpu);
}

/**
 * Notes that `result` depends on `inputs`. `backward` is called with the gradient of `result`, with none where the
 * operation is a loss that ends in itself. `saved` are further tensors that only `backward` needs: without a tape, or
 * where no input wants a gradient, they are released at once. `readsResult`: backward looks at the values of `result`.
 *
 * Throws where an input came out of an operation without a gradient, or is a loss of which nothing can be made.
 */
export function differentiable(
  result: Tensor,
  inputs: (Tensor | undefined)[],
  { saved = [], backward, loss = "no", readsResult = false }: {
    saved?: Tensor[];
    backward: (grad: Tensor) => void;
    loss?: LossKind;
    readsResult?: boolean;
  },
): Tensor {
  const tape = tapeOf(result.gpu);
  const given = inputs.filter((input) => input !== undefined);
  if (!tape || !wantsGradient(result.gpu, given)) {
    for (const tensor of saved) tensor.release();
    return result;
  }
  const note: Note = {
    result,
    inputs: given,
    saved,
    backward: backward as Note["backward"],
    loss,
    readsResult,
  };
  tape.notes.push(note);
  tape.makers.set(result, note);
  for (const input of given) tape.taken.set(input, (tape.taken.get(input) ?? 0) + 1);
  return result;
}

/**
 * Notes that `result` was made of `inputs` by an operation that has no gradient: it may be read, and whatever would need
 * a gradient through it is refused, naming `operation`.
 */
export function withoutGradient(
  operation: string,
  result: Tensor,
  inputs: (Tensor | undefined)[],
): Tensor {
  const tape = tapeOf(result.gpu);
  if (tape && !tape.walking) {
    const source = inputs.map((input) => input && tape.opaque.get(input)).find(Boolean);
    if (source || inputs.some((input) => input && wants(input))) {
      tape.opaque.set(result, source ?? operation);
    }
  }
  return result;
}

/**
 * True where a gradient for one of `inputs` will be asked for. Throws where one of them depends on a tensor that wants a
 * gradient through an operation that has none.
 */
export function wantsGradient(gpu: Gpu, inputs: (Tensor | undefined)[]): boolean {
  const tape = tapeOf(gpu);
  if (!tape || tape.walking) return false;
  for (const input of inputs) {
    const operation = input && tape.opaque.get(input);
    if (operation) {
      throw new TypeError(
        `Cannot take a gradient through ${operation}: expected an operation with a gradient but found one ` +
          "without: use its result outside withGradients, or compute it from operations that have one",
      );
    }
    if (input && tape.makers.get(input)?.loss === "whole") {
      throw new TypeError(
        "Cannot take a gradient through a part of a loss: expected a loss that ends in itself but found an " +
          "operation on it: scale its penalties instead, or put the loss together from encode and decode",
      );
    }
  }
  return inputs.some((input) => input !== undefined && wants(input));
}

/** Whether this tensor wants a gradient: a leaf with `requiresGrad`, or made of one on the running tape. */
export function wants(tensor: Tensor): boolean {
  const tape = tapeOf(tensor.gpu);
  return tape !== undefined && (tensor.requiresGrad || tape.makers.has(tensor));
}

/**
 * Adds a contribution to the gradient of `tensor`: `write(target, accumulate)` computes it into `target`, adding to
 * what stands there where `accumulate` is true.
 */
export function contribute(
  tensor: Tensor,
  write: (target: Tensor, accumulate: boolean) => void,
): void {
  if (!wants(tensor)) return;
  const tape = tapeOf(tensor.gpu)!;
  if (!tape.makers.has(tensor)) {
    write(slotOf(tensor), tape.written.has(tensor));
    tape.written.add(tensor);
    return;
  }
  const grad = tape.grads.get(tensor);
  if (grad && grad.storage.references === 1) return write(grad, true);
  const own = empty(tensor.gpu, tensor.shape);
  write(own, false);
  if (grad) {
    addTo(own, grad);
    grad.release();
  }
  tape.grads.set(tensor, own);
}

/** Hands `gradient` itself on as a contribution, without a copy where `tensor` has none yet. */
export function contributeShared(tensor: Tensor, gradient: Tensor): void {
  if (!wants(tensor)) return;
  const tape = tapeOf(tensor.gpu)!;
  if (!tape.makers.has(tensor) || tape.grads.has(tensor)) {
    contribute(tensor, (target, accumulate) => {
      if (accumulate) addTo(target, gradient);
      else copyInto(target, gradient);
    });
  } else {
    gradient.storage.references++;
    const { gpu, storage, options } = gradient;
    tape.grads.set(tensor, new Tensor(gpu, tensor.shape, storage, options));
  }
}

/**
 * The contributions of one kernel to several tensors at once: `write` gets a target for each of them, a scratch tensor
 * for those that want no gradient. With `adds` the kernel adds to its targets, else it overwrites them; either way a
 * tensor that stands twice in the list, or that has a gradient already, ends with the sum. With `always` the kernel runs
 * even where none of them wants a gradient, for what else it writes.
 */
export function contributeAll(
  tensors: Tensor[],
  write: (targets: Tensor[]) => void,
  { adds = false, always = false }: { adds?: boolean; always?: boolean } = {},
): void {
  if (!always && !tensors.some(wants)) return;
  const places = tensors.map((tensor, i) => {
    const direct = wants(tensor) && tensors.indexOf(tensor) === i ? begun(tensor) : undefined;
    if (direct && (adds || direct.first)) {
      if (adds && direct.first) fill(direct.target, 0);
      return { tensor, target: direct.target, scratch: false };
    }
    const target = empty(tensor.gpu, tensor.shape);
    if (adds) fill(target, 0);
    return { tensor, target, scratch: true };
  });
  write(places.map(({ target }) => target));
  for (const { tensor, target, scratch } of places) {
    if (!scratch) markBegun(tensor, target);
  }
  for (const { tensor, target, scratch } of places) {
    if (!scratch) continue;
    contributeShared(tensor, target);
    target.release();
  }
}

/** Where a kernel may write the gradient of a tensor directly, and whether nothing stands there yet. */
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

/** The place of a leaf's gradient; a tensor of the user's own gets one that lasts as long as itself. */
function slotOf(leaf: Tensor): Tensor {
  if (!leaf.gradSlot) {
    const { gpu } = leaf;
    const storage = gpu.lasting.allocate(4 * leaf.size, { fresh: true });
    leaf.gradSlot = new Tensor(gpu, leaf.shape, storage);
    leaf.attach([leaf.gradSlot], "that was the gradient of a tensor released before");
  }
  leaf.grad = leaf.gradSlot;
  return leaf.gradSlot;
}

/**
 * Whether the backward pass of an operation may overwrite its input: made on this tape, held by nobody else, and no
 * operation that is still to be walked looks at its values.
 */
export function mayOverwrite(tensor: Tensor): boolean {
  const tape = tapeOf(tensor.gpu);
  const maker = tape?.makers.get(tensor);
  return maker !== undefined && !maker.readsResult && !tape!.kept.has(tensor) &&
    tape!.taken.get(tensor) === 0 && tensor.storage.references === 1;
}

/** Remembers the pre-activation of a fused GELU for the gradient of the product that takes its result. */
export function rememberPreActivation(post: Tensor, pre: Tensor): void {
  const tape = tapeOf(post.gpu);
  if (tape && !tape.walking) tape.preActivations.set(post, pre);
}

/** The pre-activation that `post` was made of by a fused GELU on the running tape. */
export function preActivationOf(post: Tensor): Tensor | undefined {
  return tapeOf(post.gpu)?.preActivations.get(post);
}

/**
 * Runs `body`, then computes the gradients of the losses in it. Losses are each crossEntropy and crosscoderLoss of which
 * nothing else was made, and what `body` returns, where that is one value (itself, first in a list, or named `loss`) made
 * on the tape; their gradients are added up.
 *
 * Every leaf that the body uses has its gradient in `grad` afterwards, and so have the `parameters`, used or not: it is
 * this call's gradient, whatever stood there. A parameter that is frozen (requiresGrad false) gets zeros where it has a
 * place for them. Intermediate tensors are released at the end, but for what `body` returns or names with `keep`.
 *
 * Throws within another tape, without a loss, for a body that goes on after it returned (an async one), for a tensor of
 * `parameters` that wants no gradient or lies on another device, and where a gradient would be lost.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/open.ts";
 * import { multiply } from "./ops/arithmetic.ts";
 * import { sum } from "./ops/sum.ts";
 * import { withGradients } from "./tape.ts";
 * import { upload } from "./tensor.ts";
 * using gpu = await openGpu();
 * const x = upload(gpu, { shape: [3], data: Float32Array.of(1, 2, 3) });
 * x.requiresGrad = true;
 * withGradients(gpu, [x], () => sum(multiply(x, x)));
 * assertEquals([...await x.grad!.read()], [2, 4, 6]);
 * ```
 */
export function withGradients<T>(
  gpu: Gpu,
  parameters: Iterable<Tensor>,
  body: (keep: (tensor: Tensor) => void) => T,
): T {
  if (running.has(gpu)) {
    throw new Error("Cannot take gradients: expected no running tape: do not nest tapes");
  }
  const leaves = [...parameters];
  for (const leaf of leaves) {
    if (leaf.gpu !== gpu) {
      throw new TypeError(
        `Cannot take gradients: expected tensors of this device but found [${leaf.shape}] of another: ` +
          "open one Gpu and make all tensors with it",
      );
    }
    if (leaf.requiresGrad || leaf.gradSlot) continue;
    throw new TypeError(
      `Cannot take gradients: expected tensors that want one but found [${leaf.shape}] without ` +
        "requiresGrad: set it, or leave the tensor out",
    );
  }
  const tape: Tape = {
    notes: [],
    makers: new Map(),
    grads: new Map(),
    written: new Set(),
    kept: new Set(),
    taken: new Map(),
    opaque: new Map(),
    preActivations: new Map(),
    walking: false,
  };
  running.set(gpu, tape);
  try {
    const result = body((tensor) => tape.kept.add(tensor));
    refuseAsync(result);
    for (const tensor of tensorsIn(result)) tape.kept.add(tensor);
    tape.walking = true;
    walk(tape, seed(tape, result));
    for (const leaf of leaves) if (!tape.written.has(leaf)) fill(slotOf(leaf), 0);
    return result;
  } finally {
    running.delete(gpu);
    for (const note of tape.notes) settle(note, tape); // none are left unless something was refused
  }
}

function refuseAsync(result: unknown): void {
  if (typeof (result as { then?: unknown } | undefined)?.then !== "function") return;
  (result as Promise<unknown>).then(undefined, () => {});
  throw new TypeError(
    "Cannot take gradients: expected a function that is done when it returns but found an async one: " +
      "what it does after its first await is not on the tape; read values after withGradients",
  );
}

/** The tensors that a body returned: itself, in a list, or as fields. */
function tensorsIn(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (typeof result !== "object" || result === null) return [];
  return Object.values(result).filter((value) => value instanceof Tensor);
}

/** Gives the loss that `body` returned the gradient 1; throws where there is no loss at all. */
function seed(tape: Tape, result: unknown): Set<Note> {
  const ends = new Set(
    tape.notes.filter(({ loss, result }) => loss !== "no" && !tape.taken.get(result)),
  );
  const returned = result instanceof Tensor || !Array.isArray(result)
    ? (result as { loss?: unknown } | undefined)?.loss ?? result
    : result[0];
  const maker = returned instanceof Tensor ? tape.makers.get(returned) : undefined;
  if (maker && !ends.has(maker) && isScalar(maker.result)) {
    const { gpu, shape } = maker.result;
    tape.grads.set(maker.result, upload(gpu, { shape: [...shape], data: Float32Array.of(1) }));
    ends.add(maker);
  }
  if (ends.size === 0 && tape.notes.length > 0) {
    const found = returned instanceof Tensor ? `[${returned.shape}]` : "none";
    throw new TypeError(
      `Cannot take gradients: expected a loss but found ${found}: return one value, for example mean(...), or call ` +
        "crossEntropy",
    );
  }
  return ends;
}

function isScalar({ rows, columns }: Tensor): boolean {
  return rows === 1 && columns === 1;
}

function walk(tape: Tape, ends: Set<Note>): void {
  while (tape.notes.length > 0) {
    const note = tape.notes[tape.notes.length - 1];
    for (const input of note.inputs) tape.taken.set(input, tape.taken.get(input)! - 1);
    const grad = tape.grads.get(note.result);
    if (grad || ends.has(note)) note.backward(grad);
    tape.notes.pop();
    settle(note, tape);
  }
}

function settle({ result, saved, loss }: Note, tape: Tape): void {
  tape.grads.get(result)?.release();
  tape.grads.delete(result);
  if (loss === "no" && !tape.kept.has(result)) result.leave();
  for (const tensor of saved) tensor.release();
}
