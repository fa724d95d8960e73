/**
 * The hook points of a model, read off its forward pass: it runs once over a device that computes
 * nothing, with two tokens and parameters that are shapes alone.
 * @module
 */
import { standInGpu } from "../gpu/stand_in.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type HookPoint, HookPoints } from "./hook_points.ts";
import type { LanguageModel } from "./language_model.ts";

/** All that the points of a model depend on. */
export type Shaped = Pick<LanguageModel, "architecture" | "config">;

const known = new WeakMap<object, HookPoint[]>();

/** The points in the order of the computation. */
export function listPoints({ architecture, config }: Shaped): readonly HookPoint[] {
  const before = known.get(config);
  if (before) return before;
  architecture.check("list hooks", config);
  using gpu = standInGpu();
  const list: HookPoint[] = [];
  const points = new HookPoints(gpu, undefined, list);
  const shapes = architecture.shapes(config), made = new Map<string, Tensor>();
  const weight = (name: string) => {
    const tensor = made.get(name) ?? zeros(gpu, shapes[name]);
    made.set(name, tensor);
    return tensor;
  };
  const pass = { points, weight };
  const resid = architecture.residual(pass, config, zeros(gpu, [1, 1], "u32"));
  const before_final = list.length;
  architecture.final(pass, config, resid);
  const found = list.map((point, i) => ({ ...point, final: i >= before_final }));
  known.set(config, found);
  return found;
}
