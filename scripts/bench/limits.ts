/**
 * What the adapter can do at most: arithmetic without memory, and copies.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { loadKernel } from "../../lib/gpu/kernel.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";
import { timed, timedBody, type Times } from "./measure.ts";

const STEPS = 4096;

/** Independent chains of vec4f, steps of them in one turn of a loop, and what a step is. */
type Chains = { chains: number; unrolled: number; step: string };

const CHAINS = {
  /**
   * Each step needs the one before in its product, so that nothing of it can be moved out of the loop.
   * Three chains keep two units of four cycles busy; with more llvmpipe takes twice as long for each.
   * llvmpipe makes of it one vmulps and one vaddps a step, as it does of the products' fma.
   */
  true: { chains: 3, unrolled: 16, step: "fma(c[i], b, a)" },
  /** A product that stays the same: llvmpipe takes it out of the loop, and half of what is counted is not done. */
  earlier: { chains: 4, unrolled: 4, step: "a * b + c[i]" },
} satisfies Record<string, Chains>;

/** b and a come from memory, so that nothing folds. */
const source = ({ chains, unrolled, step }: Chains) => `
@group(0) @binding(0) var<storage, read> factors: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = vec4f(factors[0]);
  let a = vec4f(factors[1]);
  var c: array<vec4f, ${chains}>;
  @unroll(i, ${chains}) { c[i] = vec4f(f32(id.x) + f32(i)); }
  for (var turn = 0u; turn < ${STEPS / unrolled}u; turn++) {
    @unroll(u, ${unrolled}) { @unroll(i, ${chains}) { c[i] = ${step}; } }
  }
  var sum = vec4f(0);
  @unroll(i, ${chains}) { sum += c[i]; }
  out[id.x] = sum;
}`;

/**
 * The ceiling of arithmetic: time and floating-point operations of one run. "earlier" is what shares
 * and goals of older tables are of.
 */
export async function measureCeiling(
  gpu: Gpu,
  measure: keyof typeof CHAINS = "true",
): Promise<Times & { flop: number }> {
  const groups = gpu.isCpu ? 32 : 4096, chains = CHAINS[measure];
  const out = zeros(gpu, [64 * groups, 4]);
  const factors = upload(gpu, { shape: [2], data: Float32Array.of(0.999, 1e-3) });
  const kernel = loadKernel(gpu, {
    name: `chains, ${measure}`,
    source: source(chains),
    entry: "main",
  });
  const times = await timedBody(gpu, "ceiling", {
    rounds: 8,
    body: () =>
      gpu.recorder.dispatch(kernel, {
        bindings: { factors: factors.range, out: out.range },
        workgroups: [groups, 1, 1],
      }),
  });
  for (const tensor of [out, factors]) tensor.release();
  return { ...times, flop: 64 * groups * STEPS * chains.chains * 4 * 2 };
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
