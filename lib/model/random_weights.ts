/** Weights that a model begins with. @module */
import { exactly, expectForm, maybe, number } from "../io/form.ts";
import { type HostArray, sizeOf } from "../io/host_array.ts";
import type { Random } from "../numerics/random.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";

/** More weights than one list of JavaScript, and one buffer of a GPU, can hold. */
const MOST_WEIGHTS = 2 ** 32;

const OPTIONS = exactly({ std: maybe(number({ least: 0 })) });

/**
 * Matrices ~ N(0, std²), biases 0, norms 1, as Hugging Face initialises its models (std 0.02 there),
 * by the names of the parameters. Throws on a configuration that is not whole, on options out of
 * range, and on more weights than fit.
 */
export function randomWeights<Config extends ModelConfig>(
  architecture: Architecture<Config>,
  config: Config,
  random: Random,
  options: { std?: number } = {},
): Record<string, HostArray> {
  const action = "draw initial weights";
  const shapes = Object.entries(architecture.shapes(architecture.check(action, config)));
  const { std = 0.02 } = expectForm(action, options, OPTIONS);
  const count = shapes.reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
  if (count > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot ${action}: expected at most ${MOST_WEIGHTS} of them but found ${count}: ` +
        "take smaller sizes",
    );
  }
  return Object.fromEntries(shapes.map(([name, shape]) => {
    const size = sizeOf(shape);
    if (shape.length > 1) return [name, { shape, data: random.normals(size, std) }];
    return [name, { shape, data: new Float32Array(size).fill(name.endsWith(".weight") ? 1 : 0) }];
  }));
}
