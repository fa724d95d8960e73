/**
 * A device that takes every call of this library and computes nothing: for what can be known of a
 * computation without running it, such as the points of a forward pass and their shapes. It needs
 * no adapter and keeps no byte of a tensor.
 * @module
 */
import { Gpu } from "./gpu.ts";

/** What WebGPU guarantees, with room for the buffers of any model: nothing is allocated. */
const LIMITS = {
  maxBufferSize: 2 ** 48,
  maxStorageBufferBindingSize: 2 ** 48,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeWorkgroupStorageSize: 2 ** 30,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxUniformBufferBindingSize: 2 ** 16,
  minUniformBufferOffsetAlignment: 256,
};

/** A Gpu whose kernels do nothing and whose tensors have shapes alone; reading one throws. */
export function standInGpu(): Gpu {
  const nothing = () => {};
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing };
  const device = {
    limits: LIMITS,
    lost: new Promise(nothing),
    queue: { writeBuffer: nothing, submit: nothing },
    addEventListener: nothing,
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    createBuffer: ({ size, usage }: GPUBufferDescriptor) => ({ size, usage, destroy: nothing }),
    createTexture: () => ({ createView: () => ({}), destroy: nothing }),
    createShaderModule: () => ({}),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipeline: () => ({}),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({
      beginComputePass: () => ({ ...pass, end: nothing }),
      clearBuffer: nothing,
      finish: () => ({}),
    }),
    destroy: nothing,
  };
  return new Gpu(device as unknown as GPUDevice, {
    description: "stand-in",
    subgroupSize: 0,
    isCpu: true,
    enableSubgroups: false,
  });
}
