/**
 * The GPU: open an adapter, load kernels from WGSL text, record what operations do and replay it.
 *
 * Results are the same to the bit on the same adapter; another one, or a CPU of another vector width,
 * rounds differently. Where OpenGL answers before Vulkan, set `DENO_WEBGPU_BACKEND=vulkan`.
 * `openGpu({ gpu: await dawn() })` takes Dawn, Chrome's WebGPU, in place of the runtime's.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, upload } from "../tensor/mod.ts";
 * import * as gpus from "./mod.ts";
 * using gpu = await gpus.openGpu();
 * const a = upload(gpu, { shape: [2], data: Float32Array.of(1, 2) });
 * let doubled = a;
 * using program = gpus.record(gpu, "double", () => void (doubled = add(a, a)));
 * a.write([3, 4]);
 * program.run();
 * assertEquals([...await doubled.read()], [6, 8]);
 * ```
 * @module
 */
export { type Card, CARDS } from "./cards.ts";
export type { Seconds } from "./card_time.ts";
export { dawn, type DawnOptions } from "./dawn.ts";
export type { Device, DeviceFacts } from "./device.ts";
export type { Gpu } from "./gpu.ts";
export { type Kernel, type KernelSource, loadKernel } from "./kernel.ts";
export { openGpu, type OpenOptions } from "./open.ts";
export { type Program, record } from "./program.ts";
export { secondsOf } from "./rates.ts";
export type { BufferRange, DispatchOptions, Recorder } from "./recorder.ts";
export { type Constants, expandWgsl } from "./wgsl.ts";

export type * from "./types.ts";
