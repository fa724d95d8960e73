/** Adapters into the weights that they adapt, and out again. @module */
import { scaleInto } from "../../tensor/ops/elementwise.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { empty } from "../../tensor/tensor.ts";
import { expectAdapters } from "./fit.ts";
import type { LanguageModel } from "../language_model.ts";
import { type Adapters, adaptersByName } from "./adapters.ts";

/** What adapters are merged into. */
export type Weighted = Pick<LanguageModel, "gpu" | "parameters">;

/**
 * W ← W + scale · B A for every adapted weight, in place: the model then computes without adapters
 * what it computed with them, up to the rounding of float32. Throws on adapters of another model.
 */
export function mergeAdapters(model: Weighted, adapters: Adapters): void {
  addProducts("merge adapters", { model, adapters, sign: 1 });
}

/** W ← W − scale · B A: takes merged adapters out, up to the rounding of float32. */
export function unmergeAdapters(model: Weighted, adapters: Adapters): void {
  addProducts("unmerge adapters", { model, adapters, sign: -1 });
}

function addProducts(
  action: string,
  { model, adapters, sign }: { model: Weighted; adapters: Adapters; sign: 1 | -1 },
): void {
  const { tensors } = model.parameters, byName = adaptersByName(adapters);
  expectAdapters(action, model.parameters, byName);
  for (const [name, { A, B, scale }] of byName) {
    using scaled = empty(model.gpu, B.shape);
    scaleInto(scaled, B, sign * scale);
    productInto("NN", { a: scaled, b: A, c: tensors[name] }, { accumulate: true });
  }
}
