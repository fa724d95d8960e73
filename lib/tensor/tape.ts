/**
 * Gradients: while a tape runs, each operation notes how to pass the gradient of its result on to its inputs;
 * `withGradients` then walks the notes backward. Intermediate tensors go back to the pool as soon as no note needs
 * them, so a recorded step needs little more memory than its activations.
 * @module
 */
import type { Gpu } from "../gpu/device.ts";
import { add, addTo, fill } from "./ops/elementwise.ts";
import { empty, Tensor } from "./tensor.ts";

type Note = { result: Tensor; saved: Tensor[]; backward: () => void; isLoss: boolean };

type Tape = { notes: Note[]; written: Set<Tensor>; kept: Set<Tensor> };

/** True while operations should note their gradients. */
function tapeOf(gpu: Gpu): Tape | undefined {
  return gpu.tape as Tape | undefined;
}

/**
 * Notes that `result` depends on `inputs`. `backward` is called when `result.grad` is known; `saved` are further
 * tensors that only `backward` needs. Without a tape, or where no input wants a gradient, `saved` is released at once.
 */
export function differentiable(
  result: Tensor,
  inputs: (Tensor | undefined)[],
  { saved = [], backward, isLoss = false }: {
    saved?: Tensor[];
    backward: () => void;
    isLoss?: boolean;
  },
): Tensor {
  const tape = tapeOf(result.gpu);
  if (tape && inputs.some((input) => input?.requiresGrad)) {
    result.requiresGrad = true;
    tape.notes.push({ result, saved, backward, isLoss });
  } else {
    for (const tensor of saved) tensor.release();
  }
  return result;
}

/** True where a gradient for one of `inputs` will be asked for. */
export function wantsGradient(gpu: Gpu, inputs: (Tensor | undefined)[]): boolean {
  return tapeOf(gpu) !== undefined && inputs.some((input) => input?.requiresGrad);
}

/**
 * Adds a contribution to the gradient of `tensor`: `write(target, accumulate)` computes it into `target`, adding to
 * what stands there where `accumulate` is true.
 */
export function contribute(
  tensor: Tensor,
  write: (target: Tensor, accumulate: boolean) => void,
): void {
  if (!tensor.requiresGrad) return;
  const tape = tapeOf(tensor.gpu)!;
  if (tensor.gradSlot) {
    write(tensor.gradSlot, tape.written.has(tensor));
    tape.written.add(tensor);
    tensor.grad = tensor.gradSlot;
  } else if (!tensor.grad) {
    tensor.grad = empty(tensor.gpu, tensor.shape);
    write(tensor.grad, false);
  } else if (tensor.grad.storage.references === 1) {
    write(tensor.grad, true);
  } else {
    const own = empty(tensor.gpu, tensor.shape);
    write(own, false);
    addTo(own, tensor.grad);
    tensor.grad.release();
    tensor.grad = own;
  }
}

/** Hands `gradient` itself on as a contribution, without a copy where `tensor` has none yet. */
export function contributeShared(tensor: Tensor, gradient: Tensor): void {
  if (!tensor.requiresGrad) return;
  if (tensor.gradSlot || tensor.grad) {
    contribute(tensor, (target, accumulate) => {
      if (accumulate) addTo(target, gradient);
      else add(gradient, undefined, target);
    });
  } else {
    gradient.storage.references++;
    tensor.grad = new Tensor(gradient.gpu, tensor.shape, gradient.storage, gradient.options);
  }
}

/**
 * Runs `body`, then fills the gradient of every parameter. Losses end in themselves: each operation that is a loss
 * passes on the gradient of 1. `keep` names intermediate tensors whose values are wanted afterwards.
 */
export function withGradients<T>(
  gpu: Gpu,
  parameters: Iterable<Tensor>,
  body: (keep: (tensor: Tensor) => void) => T,
): T {
  if (gpu.tape) {
    throw new Error("Cannot take gradients: expected no running tape: do not nest tapes");
  }
  const tape: Tape = { notes: [], written: new Set(), kept: new Set() };
  gpu.tape = tape;
  try {
    const result = body((tensor) => tape.kept.add(tensor));
    for (const note of tape.notes.reverse()) {
      if (note.isLoss || note.result.grad) note.backward();
      settle(note, tape);
    }
    for (const parameter of parameters) {
      if (!tape.written.has(parameter) && parameter.gradSlot) fill(parameter.gradSlot, 0);
    }
    return result;
  } finally {
    gpu.tape = undefined;
  }
}

function settle({ result, saved, isLoss }: Note, tape: Tape): void {
  if (result.grad && !result.gradSlot) {
    result.grad.release();
    result.grad = undefined;
  }
  if (!isLoss && !tape.kept.has(result)) result.release();
  for (const tensor of saved) tensor.release();
}
