/**
 * What the adapter can do at most: multiplications and additions without memory, and copies.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { loadKernel } from "../../lib/gpu/kernel.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { timed, timedBody, type Times } from "./measure.ts";

/**
 * Independent chains c = a · b + c, four vec4f a thread: more do not fit into the registers of a
 * CPU.
 */
const CHAINS = `
const STEPS = 4096u;
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let a = vec4f(f32(id.x + 1u) * 1e-9);
  let b = vec4f(0.999, 0.998, 0.997, 0.996);
  var c: array<vec4f, 4>;
  @unroll(i, 4) { c[i] = a + f32(i); }
  for (var step = 0u; step < STEPS; step++) {
    @unroll(u, 4) { @unroll(i, 4) { c[i] = a * b + c[i]; } }
  }
  out[id.x] = c[0] + c[1] + c[2] + c[3];
}`;

/** The FMA ceiling: time and floating-point operations of one run. */
export async function measureCeiling(gpu: Gpu): Promise<Times & { flop: number }> {
  const groups = gpu.isCpu ? 32 : 4096;
  const out = zeros(gpu, [64 * groups, 4]);
  const kernel = loadKernel(gpu, { name: "chains", source: CHAINS, entry: "main" });
  const times = await timedBody(gpu, "ceiling", {
    rounds: 8,
    body: () =>
      gpu.recorder.dispatch(kernel, { bindings: { out: out.range }, workgroups: [groups, 1, 1] }),
  });
  out.release();
  return { ...times, flop: 64 * groups * 4096 * 4 * 4 * 4 * 2 };
}

/** `copyBufferToBuffer` of 64 MB: time and bytes read and written. */
export async function measureCopy(gpu: Gpu): Promise<Times & { bytes: number }> {
  const size = 64 * 2 ** 20;
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [source, target] = [0, 1].map(() => gpu.device.createBuffer({ size, usage }));
  const times = await timed(() => {
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, target, 0, size);
    gpu.device.queue.submit([encoder.finish()]);
  }, () => gpu.device.queue.onSubmittedWorkDone());
  for (const buffer of [source, target]) buffer.destroy();
  return { ...times, bytes: 2 * size };
}
