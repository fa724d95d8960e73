/**
 * Functions of one number, element by element, with gradients. Each gives a new tensor shaped like
 * its input.
 * @module
 */
import source from "../../../kernels/unary.wgsl" with { type: "text" };
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable, withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

/** a · 1[a > 0], with the slope 0 at 0. */
export function relu(a: Tensor): Tensor {
  return apply("relu", a, ["relu", "relu_gradient"]);
}

/** tanh(a). */
export function tanh(a: Tensor): Tensor {
  return apply("tanh", a, ["tanh_values", "tanh_gradient"]);
}

/** e^a. */
export function exp(a: Tensor): Tensor {
  return apply("exp", a, ["exp_values", "exp_gradient"]);
}

/** √a; its gradient is taken as 0 where a is 0. */
export function root(a: Tensor): Tensor {
  return apply("root", a, ["root", "root_gradient"]);
}

/**
 * 1 where a > 0, else 0. It is flat wherever it has a slope, so a gradient through it is refused.
 */
export function positive(a: Tensor): Tensor {
  expectTensors("compute positive", { a: [a] });
  const out = empty(a.gpu, a.shape);
  run("positive", out, { a });
  return withoutGradient("positive", out, [a]);
}

/**
 * out = grad · 1[acts > 0]: the gradient of whatever keeps some positive values and drops the rest.
 */
export function keptGradientInto(
  out: Tensor,
  { acts, grad }: { acts: Tensor; grad: Tensor },
): void {
  run("relu_gradient", out, { a: acts, b: grad });
}

function apply(name: string, a: Tensor, [forward, backward]: [string, string]): Tensor {
  expectTensors(`compute ${name}`, { a: [a] });
  const out = empty(a.gpu, a.shape);
  run(forward, out, { a });
  return differentiable(out, [a], {
    readsResult: true,
    backward: (grad) => {
      const own = empty(a.gpu, a.shape);
      run(backward, own, { a: out, b: grad });
      contributeShared(a, own);
      own.release();
    },
  });
}

function run(entry: string, out: Tensor, { a, b }: { a: Tensor; b?: Tensor }): void {
  for (const [start, size] of flatChunks(out.gpu, out.size)) {
    const part = (tensor?: Tensor) => tensor?.part(start, size);
    launch(out.gpu, { name: "unary", source, entry }, {
      tensors: { a: part(a), b: part(b), out: part(out) },
      params: { count4: size / 4, first: start / 4, period: out.pitch / 4, columns: out.columns },
      invocations: size / 4,
    });
  }
}
