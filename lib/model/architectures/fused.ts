/**
 * Linear modules whose file keeps them otherwise than the parameters are: several in one matrix, or
 * [in, out]. They are taken apart on the way in and put together on the way out, value by value, so
 * that a file comes back as it was.
 * @module
 */
import { expectShapes } from "../../io/expect_shapes.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Module } from "../architecture.ts";

/** A module with the biases of its parts; without them it has none. */
export type FusedModule = Omit<Module, "parts"> & {
  parts: { W: string; b?: string; rows?: Uint32Array }[];
};

/** The shapes of the tensors of a file: those of the parameters, but for the modules. */
export function fileShapes(
  shapes: Record<string, number[]>,
  all: FusedModule[],
): Record<string, number[]> {
  const result = { ...shapes }, modules = all.filter(isOther);
  for (const { parts } of modules) {
    for (const { W, b } of parts) {
      delete result[W];
      if (b !== undefined) delete result[b];
    }
  }
  for (const module of modules) {
    const { name, out, in: columns, fanInFanOut } = module;
    result[`${name}.weight`] = fanInFanOut ? [columns, out] : [out, columns];
    if (hasBias(module)) result[`${name}.bias`] = [out];
  }
  return result;
}

/**
 * Replaces the modules of `tensors` by their parameters, one after the other. Throws `Cannot
 * ${action}: ...` where the tensors are not those of a file with these shapes.
 */
export function takeApart(
  action: string,
  tensors: Map<string, HostArray>,
  { shapes, modules }: { shapes: Record<string, number[]>; modules: FusedModule[] },
): void {
  expectShapes(tensors, fileShapes(shapes, modules), { action });
  for (const module of modules.filter(isOther)) {
    const { name, out, in: columns, parts, fanInFanOut } = module;
    const weight = tensors.get(`${name}.weight`)!, bias = tensors.get(`${name}.bias`);
    tensors.delete(`${name}.weight`);
    if (hasBias(module)) tensors.delete(`${name}.bias`);
    const [perRow, perColumn] = fanInFanOut ? [1, out] : [columns, 1];
    for (const { W, b, rows } of parts) {
      const height = rows?.length ?? out, data = new Float32Array(height * columns);
      for (let r = 0; r < height; r++) {
        const from = (rows?.[r] ?? r) * perRow;
        for (let c = 0; c < columns; c++) data[r * columns + c] = weight.data[from + c * perColumn];
      }
      tensors.set(W, { shape: [height, columns], data });
      if (b === undefined) continue;
      const values = Float32Array.from({ length: height }, (_, r) => bias!.data[rows?.[r] ?? r]);
      tensors.set(b, { shape: [height], data: values });
    }
  }
}

/** Replaces the parameters of the modules by what a file keeps, one module after the other. */
export function putTogether(tensors: Map<string, HostArray>, modules: FusedModule[]): void {
  for (const module of modules.filter(isOther)) {
    const { name, out, in: columns, parts, fanInFanOut } = module;
    const weight = new Float32Array(out * columns), bias = new Float32Array(out);
    const [perRow, perColumn] = fanInFanOut ? [1, out] : [columns, 1];
    for (const { W, b, rows } of parts) {
      const { data } = tensors.get(W)!, height = rows?.length ?? out;
      tensors.delete(W);
      for (let r = 0; r < height; r++) {
        const to = (rows?.[r] ?? r) * perRow;
        for (let c = 0; c < columns; c++) weight[to + c * perColumn] = data[r * columns + c];
      }
      if (b === undefined) continue;
      tensors.get(b)!.data.forEach((value, r) => bias[rows?.[r] ?? r] = value);
      tensors.delete(b);
    }
    const shape = fanInFanOut ? [columns, out] : [out, columns];
    tensors.set(`${name}.weight`, { shape, data: weight });
    if (hasBias(module)) tensors.set(`${name}.bias`, { shape: [out], data: bias });
  }
}

/** Whether a file keeps the module otherwise than the parameters are. */
function isOther({ name, parts, fanInFanOut }: FusedModule): boolean {
  return fanInFanOut === true || parts.length > 1 || parts[0].W !== `${name}.weight`;
}

function hasBias({ parts }: FusedModule): boolean {
  return parts.some(({ b }) => b !== undefined);
}
