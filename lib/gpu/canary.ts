/** A kernel with a known answer: an adapter that answers need not compute. @module */
import type { Gpu } from "./gpu.ts";
import { loadKernel } from "./kernel.ts";
import { readBuffer } from "./read.ts";

const SOURCE = `
struct Params { factor: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = id.x * params.factor + 1u; }`;

/** Throws unless sixteen invocations each write the number that they should. */
export async function checkCanary(gpu: Gpu): Promise<void> {
  const buffer = gpu.device.createBuffer({
    label: "canary",
    size: 64,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const kernel = loadKernel(gpu, { name: "canary", source: SOURCE, entry: "main" });
  gpu.recorder.dispatch(kernel, {
    bindings: { out: { buffer, offset: 0, size: 64 } },
    params: { factor: 7 },
    workgroups: [1, 1, 1],
  });
  const found = new Uint32Array(await readBuffer(gpu, { buffer, offset: 0, size: 64 }));
  buffer.destroy();
  if (!found.every((value, i) => value === 7 * i + 1)) {
    throw new Error(
      `Cannot use adapter "${gpu.description}": expected a test kernel to write 1, 8, 15, ... ` +
        `but found ${found.slice(0, 4).join(", ")}: update its driver or choose another adapter`,
    );
  }
}
