/**
 * f = max(z, 0): the L1 crosscoder of Anthropic (Lindsey et al. 2024, "Sparse Crosscoders").
 * @module
 */
import { relu as applyRelu } from "../../tensor/ops/unary.ts";
import type { Activation } from "./activation.ts";

const config = {};
const settings = {};

export const relu: Activation<typeof config, typeof settings> = {
  config,
  settings,
  saved: [],
  apply: (z) => applyRelu(z),
  encode: (z) => applyRelu(z),
  host: (z) => z.map((value) => Math.max(value, 0)),
};
