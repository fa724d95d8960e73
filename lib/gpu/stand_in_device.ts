/**
 * The part of a GPUDevice that this library calls, without a GPU behind it: it tells what it is
 * asked to compile and to run. Buffers are sizes; only uniforms are kept, since they say what a
 * dispatch was asked for.
 * @module
 */
import { createRecency, type Range as TouchedRange, type Recency } from "./recency.ts";
import { type Binding, type EntryInterface, entryInterface } from "./wgsl.ts";

/** A kernel as the device gets it: the expanded text, the entry point and the label of kernel.ts. */
export type SeenKernel = { label: string; entry: string; text: string };

/** One dispatch: what runs, over which grid, on ranges of how many bytes, with which `Params`. */
export type SeenDispatch = {
  kernel: SeenKernel;
  /** Workgroups. */
  grid: [number, number, number];
  /** Invocations of a workgroup. */
  workgroup: number;
  /**
   * Buffers and textures in the order of their bindings; the uniform is `params`. `since`: bytes that
   * dispatches have touched since the last that touched this range (recency.ts).
   */
  bindings: { name: string; kind: Binding["kind"]; bytes: number; since?: number }[];
  params: Record<string, number>;
};

/** See StandInOptions. */
type Options = {
  zeros?: boolean;
  onKernel?: (kernel: SeenKernel) => void;
  onDispatch?: (dispatch: SeenDispatch) => void;
};

/** What WebGPU guarantees, with room for the buffers of any model: nothing is allocated. */
const LIMITS = {
  maxBufferSize: 2 ** 48,
  maxStorageBufferBindingSize: 2 ** 48,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeWorkgroupStorageSize: 2 ** 30,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxTextureDimension2D: 16_384,
  maxUniformBufferBindingSize: 2 ** 16,
  minUniformBufferOffsetAlignment: 256,
};

/** The stand-in's own buffers, textures, pipelines and groups, as the calls below pass them on. */
type Buffer = { size: number; usage: number; bytes?: Uint8Array };
type Texture = { width: number; height: number };
type Range = { buffer: Buffer; offset?: number; size?: number } | { texture: Texture };
type Pipeline = SeenKernel;
type Group = { binding: number; resource: Range }[];

const nothing = () => {};

/** A device that does nothing but tell. */
export function standInDevice({ zeros = false, onKernel, onDispatch }: Options): GPUDevice {
  const recency = createRecency();
  const device = {
    limits: LIMITS,
    lost: new Promise(nothing),
    queue: { writeBuffer, submit: nothing, onSubmittedWorkDone: () => Promise.resolve() },
    addEventListener: nothing,
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    createBuffer,
    createTexture,
    createShaderModule: ({ code }: GPUShaderModuleDescriptor) => ({ text: code }),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipeline: ({ label, compute }: GPUComputePipelineDescriptor): Pipeline => {
      const { text } = compute.module as unknown as { text: string };
      const kernel = { label: label!, entry: compute.entryPoint!, text };
      onKernel?.(kernel);
      return kernel;
    },
    createBindGroup: ({ entries }: GPUBindGroupDescriptor) => entries,
    createCommandEncoder: () => ({
      beginComputePass: () => computePass(onDispatch, recency),
      clearBuffer: nothing,
      copyBufferToBuffer: zeros ? nothing : refuseReading,
      finish: () => ({}),
    }),
    destroy: nothing,
  };
  return device as unknown as GPUDevice;
}

function refuseReading(): never {
  throw new Error(
    "Cannot read a tensor: expected a GPU that computes but found a stand-in, which has shapes alone: " +
      "open one with openGpu()",
  );
}

function createBuffer({ size, usage }: GPUBufferDescriptor) {
  const bytes = usage & GPUBufferUsage.UNIFORM ? new Uint8Array(size) : undefined;
  return {
    size,
    usage,
    bytes,
    mapAsync: () => Promise.resolve(),
    getMappedRange: () => new ArrayBuffer(size),
    destroy: nothing,
  };
}

function createTexture({ size }: GPUTextureDescriptor) {
  const [width, height] = size as number[];
  return { width, height, createView: () => ({ texture: { width, height } }), destroy: nothing };
}

/** Keeps what is written into uniforms; the offset and size count bytes, as those of a raw buffer. */
function writeBuffer(
  { bytes }: Buffer,
  at: number,
  data: ArrayBuffer | ArrayBufferView,
  offset = 0,
  size?: number,
): void {
  if (data instanceof ArrayBuffer) bytes?.set(new Uint8Array(data, offset, size), at);
}

/** A pass that tells each dispatch with the pipeline and the group set before it. */
function computePass(onDispatch: Options["onDispatch"], recency: Recency) {
  let pipeline: Pipeline | undefined, group: Group = [];
  return {
    setPipeline: (next: Pipeline) => pipeline = next,
    setBindGroup: (_: number, next: Group) => group = next,
    dispatchWorkgroups: (...grid: [number, number, number]) =>
      onDispatch?.(dispatchOf(pipeline!, group, { grid, recency })),
    end: nothing,
  };
}

const interfaces = new WeakMap<Pipeline, EntryInterface>();

/** Read off the text at the first dispatch that is told, for texts may be long. */
function interfaceOf(pipeline: Pipeline): EntryInterface {
  const found = interfaces.get(pipeline) ?? entryInterface(pipeline.text, pipeline.entry);
  interfaces.set(pipeline, found);
  return found;
}

function dispatchOf(
  pipeline: Pipeline,
  group: Group,
  { grid, recency }: { grid: [number, number, number]; recency: Recency },
): SeenDispatch {
  const { bindings, params, workgroup } = interfaceOf(pipeline);
  const given = new Map(group.map(({ binding, resource }) => [binding, resource]));
  const dispatch: SeenDispatch = {
    kernel: pipeline,
    grid,
    workgroup,
    bindings: [],
    params: {},
  };
  const touched: TouchedRange[] = [];
  for (const { index, name, kind } of bindings) {
    const range = given.get(index)!;
    if (kind === "uniform") dispatch.params = paramsIn(range, params);
    else {
      dispatch.bindings.push({ name, kind, bytes: bytesOf(range) });
      touched.push(touchedBy(range));
    }
  }
  recency.touch(touched).forEach((since, i) => dispatch.bindings[i].since = since);
  return dispatch;
}

function touchedBy(range: Range): TouchedRange {
  const buffer = "texture" in range ? range.texture : range.buffer;
  const start = "texture" in range ? 0 : range.offset ?? 0;
  return { buffer, start, end: start + bytesOf(range) };
}

function bytesOf(range: Range): number {
  if ("texture" in range) return 16 * range.texture.width * range.texture.height;
  return range.size ?? range.buffer.size;
}

/** The scalars of `Params`, field i at byte 4 i, as uniforms.ts wrote them. */
function paramsIn(range: Range, fields: EntryInterface["params"]): Record<string, number> {
  if (!("buffer" in range)) return {};
  const view = new DataView(range.buffer.bytes!.buffer, range.offset);
  return Object.fromEntries(fields.map(({ name, type }, i) => {
    const at = 4 * i;
    if (type === "f32") return [name, view.getFloat32(at, true)];
    return [name, type === "i32" ? view.getInt32(at, true) : view.getUint32(at, true)];
  }));
}
