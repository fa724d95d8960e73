/**
 * The hook points of a model, read off its forward pass: it runs once over a device that computes
 * nothing, with one token and parameters that are shapes alone.
 * @module
 */
import { standInGpu } from "../gpu/stand_in.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type HookPoint, HookPoints } from "./hook_points.ts";
import type { LanguageModel } from "./language_model.ts";

/** All that the points of a model depend on. */
export type Shaped = Pick<LanguageModel, "architecture" | "config">;

/**
 * By architecture, then by the configuration in words: another object, or one changed in place, is
 * looked up anew.
 */
const known = new WeakMap<Shaped["architecture"], Map<string, HookPoint[]>>();

/** The points in the order of the computation. */
export function listPoints({ architecture, config }: Shaped): readonly HookPoint[] {
  const lists = known.get(architecture) ?? new Map<string, HookPoint[]>();
  known.set(architecture, lists);
  const key = JSON.stringify(config), before = lists.get(key);
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
  const blocks = list.length;
  architecture.final(pass, config, resid);
  const found = list.map((point, i) => ({ ...point, final: i >= blocks }));
  lists.set(key, found);
  return found;
}
