/** Gradients of a loss: what operations note on a tape is walked backward. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { callback, exactly, expectForm, flag, maybe, where } from "../io/form.ts";
import { slotOf } from "./contribute.ts";
import { expectTensors } from "./expect.ts";
import { fillInto } from "./ops/elementwise.ts";
import { gatherSums } from "./pending_sums.ts";
import { beginTape, endTape, type Note, settle, type Tape } from "./tape.ts";
import { Tensor, upload } from "./tensor.ts";

/**
 * Runs `body`, then computes the gradients of the losses in it. Losses are each crossEntropy and
 * crosscoderLoss of which nothing else was made, and what `body` returns, where that is one value
 * (itself, first in a list, or named `loss`) made on the tape; their gradients are added up.
 *
 * Every leaf that the body uses has its gradient in `grad` afterwards, and so have the
 * `parameters`, used or not: it is this call's gradient, whatever stood there. A parameter that is
 * frozen (requiresGrad false) gets zeros where it has a place for them. With `add` the gradients of
 * the `parameters` are added to what stands there: a batch may come in several calls. Intermediate
 * tensors are released at the end, but for what `body` returns or names with `keep`.
 *
 * Throws within another tape, without a loss, for a body that goes on after it returned (an async
 * one), for a tensor of `parameters` that wants no gradient or lies on another device, and where a
 * gradient would be lost.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/open.ts";
 * import { multiply } from "./ops/arithmetic.ts";
 * import { sum } from "./ops/sum.ts";
 * import { withGradients } from "./gradients.ts";
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
  options: { add?: boolean } = {},
): T {
  const { add } = expectForm("take gradients", options, OPTIONS);
  expectForm(
    "take gradients",
    { parameters, body },
    GIVEN,
    "pass [] where tensors mark themselves",
  );
  const leaves = [...parameters];
  for (const leaf of leaves) {
    expectTensors("take gradients", { "of parameters": [leaf] });
    if (leaf.gpu !== gpu) {
      throw new TypeError(
        `Cannot take gradients: expected tensors of this device but found [${leaf.shape}] of another: ` +
          "open one Gpu and make all tensors with it",
      );
    }
    if (leaf.requiresGrad || leaf.gradSlot || leaf.placeGrad) continue;
    throw new TypeError(
      `Cannot take gradients: expected tensors that want one but found [${leaf.shape}] without ` +
        "requiresGrad: set it, or leave the tensor out",
    );
  }
  const tape = beginTape(gpu);
  if (add) { for (const leaf of leaves) tape.written.add(leaf); }
  try {
    const result = body((tensor) => tape.kept.add(tensor));
    refuseAsync(result);
    for (const tensor of tensorsIn(result)) tape.kept.add(tensor);
    tape.walking = true;
    const ends = seed(tape, result);
    gatherSums(gpu, roomOf(gpu, leaves), () => walk(tape, ends));
    for (const leaf of leaves) if (!tape.written.has(leaf)) fillInto(slotOf(leaf), 0);
    return result;
  } finally {
    endTape(gpu); // no note is left unless something was refused
  }
}

/** Values of parts of sums that may gather: eight of each parameter, within what one binding holds. */
function roomOf(gpu: Gpu, leaves: readonly Tensor[]): number {
  const values = leaves.reduce((sum, { size }) => sum + size, 0);
  return Math.min(Math.max(8 * values, 2 ** 14), 2 ** 22, Math.floor(gpu.maxBinding / 4));
}

const GIVEN = exactly({
  parameters: where<Iterable<Tensor>>(
    "a list of tensors",
    (x) => typeof (x as Iterable<unknown> | undefined)?.[Symbol.iterator] === "function",
  ),
  body: callback,
});
const OPTIONS = exactly({ add: maybe(flag) });

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
