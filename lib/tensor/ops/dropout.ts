/** Dropout whose draws need no word from the CPU. @module */
import source from "../../../kernels/dropout.wgsl" with { type: "text" };
import { anything, exactly, expectForm, list, number, whole } from "../../io/form.ts";
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

/**
 * `p` is the share that is dropped; `key` are 64 random bits of this use; `counter` is a tensor
 * whose first value counts the steps: a training's `schedule`.
 */
export type DropoutOptions = { p: number; key: readonly [number, number]; counter: Tensor };

const BITS = whole(0, 2 ** 32 - 1);
const OPTIONS = exactly({
  p: number({ least: 0, below: 1 }),
  key: list(BITS, { length: 2 }),
  counter: anything,
});

/**
 * Each value of x is 0 with probability p, else x / (1 − p) (Srivastava et al. 2014, JMLR 15,
 * 1929-1958, scaled in training as in PyTorch); shaped like x. What is dropped is a function of
 * key, step and place: a recorded step draws anew at each replay, one that goes on from a checkpoint
 * draws what it would have drawn, and two uses with one key drop the same places.
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  expectForm("drop out", options, OPTIONS);
  expectTensors("drop out", { x: [x], counter: [options.counter] });
  const out = empty(x.gpu, x.shape);
  dropoutInto(out, x, options);
  return differentiable(out, [x], {
    backward: (grad) => {
      const own = empty(x.gpu, x.shape);
      dropoutInto(own, grad, options);
      contributeShared(x, own);
      own.release();
    },
  });
}

function dropoutInto(out: Tensor, a: Tensor, { p, key, counter }: DropoutOptions): void {
  for (const [start, size] of flatChunks(out.gpu, out.size)) {
    launch(out.gpu, { name: "dropout", source, entry: "main" }, {
      tensors: { counter, a: a.part(start, size), out: out.part(start, size) },
      params: {
        count4: size / 4,
        first: start / 4,
        key0: key[0],
        key1: key[1],
        threshold: Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1),
        factor: 1 / (1 - p),
      },
      invocations: size / 4,
    });
  }
}
