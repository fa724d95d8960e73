/** Weights that a GPT-Neo begins with. @module */
import { exactly, expectForm, maybe, number } from "../../../io/form.ts";
import { type HostArray, sizeOf } from "../../../io/host_array.ts";
import type { Random } from "../../../numerics/random.ts";
import { checkConfig, type GptNeoConfig } from "./config.ts";
import { gptNeoShapes } from "./names.ts";

/** More weights than one list of JavaScript, and one buffer of a GPU, can hold. */
const MOST_WEIGHTS = 2 ** 32;

const WEIGHT_OPTIONS = exactly({ std: maybe(number({ least: 0 })) });

/**
 * Weights ~ N(0, std²), biases 0, layer norms 1, as Hugging Face initialises GPT-Neo (std 0.02
 * there).
 */
export function initialWeights(
  config: GptNeoConfig,
  random: Random,
  options: { std?: number } = {},
): Record<string, HostArray> {
  const action = "draw initial weights";
  checkConfig(action, config);
  const { std = 0.02 } = expectForm(action, options, WEIGHT_OPTIONS);
  const count = Object.values(gptNeoShapes(config)).reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (count > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot ${action}: expected at most ${MOST_WEIGHTS} of them but found ${count}: ` +
        "take smaller sizes",
    );
  }
  return Object.fromEntries(
    Object.entries(gptNeoShapes(config)).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (name.endsWith(".bias")) return [name, { shape, data: new Float32Array(size) }];
      if (/\.ln_\w\.weight$/.test(name)) {
        return [name, { shape, data: new Float32Array(size).fill(1) }];
      }
      return [name, { shape, data: random.normals(size, std) }];
    }),
  );
}
