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

/** An entry point as its text says it: nothing is compiled. */
export type KernelText = EntryInterface & { label: string; text: string };

/** What was made of a source, by label. */
type Made<T> = Map<string, { source: string; made: T }>;

const texts: Made<KernelText> = new Map();
const kernels = new WeakMap<Device, Made<Kernel>>();

/** Made once of each source; a source that was changed under its name is taken as it is now. */
function once<T>(
  all: Made<T>,
  { label, source }: { label: string; source: string },
  make: () => T,
) {
  const known = all.get(label);
  if (known?.source === source) return known.made;
  const made = make();
  all.set(label, { source, made });
  return made;
}

/** The expanded text of a kernel and what it wants to be given. */
export function kernelText(kernel: KernelSource): KernelText {
  const { source, entry, constants } = kernel, label = labelOf(kernel);
  return once(texts, { label, source }, () => {
    const text = expandWgsl(source, constants);
    return { ...entryInterface(text, entry), label, text };
  });
}

function labelOf({ name, entry, constants = {} }: KernelSource): string {
  const values = Object.entries(constants).map(([key, value]) => `${key}=${value}`).join(" ");
  return `${name}.${entry}${values ? ` [${values}]` : ""}`;
}

/** The compiled kernel, from this device's cache where it was asked for before. */
export function loadKernel(device: Device, kernel: KernelSource): Kernel {
  const its: Made<Kernel> = kernels.get(device) ?? new Map();
  kernels.set(device, its);
  const { source, entry } = kernel;
  return once(
    its,
    { label: labelOf(kernel), source },
    () => compile(device, kernelText(kernel), entry),
  );
}

function compile(
  device: Device,
  { label, text, bindings, params, workgroup }: KernelText,
  entry: string,
): Kernel {
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
