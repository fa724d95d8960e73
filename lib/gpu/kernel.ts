/**
 * From a WGSL file to a pipeline: constants set, text expanded, layout read from the text itself.
 *
 * A kernel is compiled once a device, constants and entry point; its first dispatch is what costs.
 * @module
 */
import type { Device } from "./device.ts";
import { type Binding, type Constants, entryInterface, expandWgsl } from "./wgsl.ts";

/** A kernel file with its name, the entry point wanted and the constants to set. */
export type KernelSource = {
  name: string;
  source: string;
  entry: string;
  constants?: Constants;
};

/** A compiled entry point and what it wants to be given. */
export type Kernel = {
  label: string;
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
  bindings: Binding[];
  params: { name: string; type: string }[];
  /** Invocations of a workgroup. */
  workgroup: number;
};

const LAYOUTS: Record<Binding["kind"], Partial<GPUBindGroupLayoutEntry>> = {
  uniform: { buffer: { type: "uniform" } },
  read: { buffer: { type: "read-only-storage" } },
  write: { buffer: { type: "storage" } },
  readTexture: { storageTexture: { access: "read-only", format: "rgba32float" } },
  writeTexture: { storageTexture: { access: "write-only", format: "rgba32float" } },
};

const cache = new WeakMap<Device, Map<string, Kernel>>();

/** The compiled kernel, from this device's cache where it was asked for before. */
export function loadKernel(
  device: Device,
  { name, source, entry, constants = {} }: KernelSource,
): Kernel {
  const kernels = cache.get(device) ?? new Map<string, Kernel>();
  cache.set(device, kernels);
  const values = Object.entries(constants).map(([key, value]) => `${key}=${value}`).join(" ");
  const label = `${name}.${entry}${values ? ` [${values}]` : ""}`;
  const known = kernels.get(label);
  if (known) return known;
  const kernel = compile(device, label, expandWgsl(source, constants), entry);
  kernels.set(label, kernel);
  return kernel;
}

function compile(device: Device, label: string, text: string, entry: string): Kernel {
  const { bindings, params, workgroup } = entryInterface(text, entry);
  const enable = device.enableSubgroups && /\bsubgroup[A-Z]/.test(text)
    ? "enable subgroups;\n"
    : "";
  device.check();
  return device.attribute(`kernel ${label}`, () => {
    const module = device.device.createShaderModule({ label, code: enable + text });
    const layout = device.device.createBindGroupLayout({
      label,
      entries: bindings.map(({ index, kind }) => ({
        binding: index,
        visibility: GPUShaderStage.COMPUTE,
        ...LAYOUTS[kind],
      })),
    });
    const pipeline = device.device.createComputePipeline({
      label,
      layout: device.device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: entry },
    });
    return { label, pipeline, layout, bindings, params, workgroup };
  });
}
