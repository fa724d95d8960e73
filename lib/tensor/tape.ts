/**
 * Gradients, right or refused. While a tape runs, each operation notes how to pass the gradient of
 * its result on to its inputs; `withGradients` then walks the notes backward. Intermediate tensors
 * are released as soon as no note needs them, so a recorded step needs little more memory
 * than its activations.
 *
 * A leaf is a tensor with `requiresGrad` that was not made on the tape: a parameter, or a tensor of
 * the user's own. What an operation without a gradient makes of one may be looked at; an operation
 * that would need its gradient refuses it.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "./tensor.ts";

/** How the gradient of one result is passed on. */
export type Note = {
  result: Tensor;
  inputs: Tensor[];
  saved: Tensor[];
  backward: (grad: Tensor | undefined) => void;
  loss: LossKind;
  readsResult: boolean;
};

/**
 * "whole": an end in itself, of which nothing more can be made; "scalar": an end unless something
 * is made of it.
 */
export type LossKind = "no" | "scalar" | "whole";

/** What `withGradients` knows while it runs. */
export type Tape = {
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

/** The tape that runs on this device. */
export function tapeOf(gpu: Gpu): Tape | undefined {
  return running.get(gpu);
}

/** Starts a tape, which ends with `endTape`. Throws where one runs. */
export function beginTape(gpu: Gpu): Tape {
  if (running.has(gpu)) {
    throw new Error("Cannot take gradients: expected no running tape: do not nest tapes");
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
  return tape;
}

/** Ends the running tape and releases what it holds. */
export function endTape(gpu: Gpu): void {
  const tape = running.get(gpu);
  running.delete(gpu);
  for (const note of tape?.notes ?? []) settle(note, tape!);
}

/** Releases what a note held on to. */
export function settle({ result, saved, loss }: Note, tape: Tape): void {
  tape.grads.get(result)?.release();
  tape.grads.delete(result);
  if (loss === "no" && !tape.kept.has(result)) result.leave();
  for (const tensor of saved) tensor.release();
}

/** True inside the body of `withGradients`, and while it computes the gradients. */
export function isTaping(gpu: Gpu): boolean {
  return running.has(gpu);
}

/**
 * Notes that `result` depends on `inputs`. `backward` is called with the gradient of `result`, with
 * none where the operation is a loss that ends in itself. `saved` are further tensors that only
 * `backward` needs: without a tape, or where no input wants a gradient, they are released at once.
 * `readsResult`: backward looks at the values of `result`.
 *
 * Throws where an input came out of an operation without a gradient, or is a loss of which nothing
 * can be made.
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
 * Notes that `result` was made of `inputs` by an operation that has no gradient: it may be read,
 * and whatever would need a gradient through it is refused, naming `operation`.
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
 * True where a gradient for one of `inputs` will be asked for. Throws where one of them depends on
 * a tensor that wants a gradient through an operation that has none.
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

/**
 * Whether this tensor wants a gradient: a leaf with `requiresGrad`, or made of one on the running
 * tape.
 */
export function wants(tensor: Tensor): boolean {
  const tape = tapeOf(tensor.gpu);
  return tape !== undefined && (tensor.requiresGrad || tape.makers.has(tensor));
}

/**
 * Whether the backward pass of an operation may overwrite its input: made on this tape, held by
 * nobody else, and no operation that is still to be walked looks at its values.
 */
export function mayOverwrite(tensor: Tensor): boolean {
  const tape = tapeOf(tensor.gpu);
  const maker = tape?.makers.get(tensor);
  return maker !== undefined && !maker.readsResult && !tape!.kept.has(tensor) &&
    tape!.taken.get(tensor) === 0 && tensor.storage.references === 1;
}

/**
 * Remembers the pre-activation of a fused GELU for the gradient of the product that takes its
 * result.
 */
export function rememberPreActivation(post: Tensor, pre: Tensor): void {
  const tape = tapeOf(post.gpu);
  if (tape && !tape.walking) tape.preActivations.set(post, pre);
}

/** The pre-activation that `post` was made of by a fused GELU on the running tape. */
export function preActivationOf(post: Tensor): Tensor | undefined {
  return tapeOf(post.gpu)?.preActivations.get(post);
}
