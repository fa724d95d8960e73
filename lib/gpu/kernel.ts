/**
 * From a WGSL file to a pipeline: constants set, text expanded, layout read from the text itself.
 *
 * A kernel is compiled once a device, constants and entry point; its first dispatch is what costs.
 * @module
 */
import type { Device } from "./device.ts";
import {
  type Binding,
  type Constants,
  type EntryInterface,
  entryInterface,
  expandWgsl,
} from "./wgsl.ts";

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

/** An entry point as its text says it: nothing is compiled. */
export type KernelText = EntryInterface & { label: string; text: string };

const texts = new Map<string, KernelText>();

/** The expanded text of a kernel and what it wants to be given. */
export function kernelText({ source, entry, ...rest }: KernelSource): KernelText {
  const label = labelOf({ source, entry, ...rest }), known = texts.get(label);
  if (known) return known;
  const text = expandWgsl(source, rest.constants),
    made = { ...entryInterface(text, entry), label, text };
  texts.set(label, made);
  return made;
}

function labelOf({ name, entry, constants = {} }: KernelSource): string {
  const values = Object.entries(constants).map(([key, value]) => `${key}=${value}`).join(" ");
  return `${name}.${entry}${values ? ` [${values}]` : ""}`;
}

/** The compiled kernel, from this device's cache where it was asked for before. */
export function loadKernel(device: Device, kernel: KernelSource): Kernel {
  const kernels = cache.get(device) ?? new Map<string, Kernel>();
  cache.set(device, kernels);
  const { source, entry, constants } = kernel, label = labelOf(kernel), known = kernels.get(label);
  if (known) return known;
  const made = compile(device, label, expandWgsl(source, constants), entry);
  kernels.set(label, made);
  return made;
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
