/**
 * A kernel with a known answer: an adapter that answers need not compute, and some of what kernels
 * rely on WGSL does not promise.
 * @module
 */
import type { Gpu } from "./gpu.ts";
import { loadKernel } from "./kernel.ts";
import { readBuffer } from "./read.ts";

/** Invocations, one workgroup of them. */
const COUNT = 256;

// Lane k of a subgroup has to be the k-th of LANES neighbours. A NaN has to fail a comparison, and
// to pass through select and arithmetic.
const SOURCE = `
const LANES = 0u;
struct Params { factor: u32, nan: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
@compute @workgroup_size(${COUNT})
fn main(@builtin(local_invocation_index) i: u32) {
  out[i] = i * params.factor + 1u;
  let x = bitcast<f32>(params.nan);
  let y = f32(i);
  out[${COUNT}u + i] = select(0u, 1u, !(x <= y) && is_nan(select(x, y, x <= y)) && is_nan(x * y + y));
  var in_order = true;
  @if(LANES > 0) {
    @unroll(k, LANES) {
      let lane = subgroupBroadcast(i, u32(k)); // behind && it would be in control flow
      in_order = in_order && lane == i / LANES * LANES + u32(k);
    }
  }
  out[${2 * COUNT}u + i] = select(0u, 1u, in_order);
}`;

/**
 * What was found: whether a NaN stays one, and whether subgroups are neighbours in a workgroup.
 */
export type Findings = { keepsNan: boolean; inOrder: boolean };

/** Throws unless each invocation writes the number that it should. */
export async function checkCanary(gpu: Gpu): Promise<Findings> {
  const size = 12 * COUNT;
  const buffer = gpu.device.createBuffer({
    label: "canary",
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const constants = { LANES: gpu.subgroupSize };
  const kernel = loadKernel(gpu, { name: "canary", source: SOURCE, entry: "main", constants });
  gpu.recorder.dispatch(kernel, {
    bindings: { out: { buffer, offset: 0, size } },
    params: { factor: 7, nan: 0x7fc00000 },
    workgroups: [1, 1, 1],
  });
  const found = new Uint32Array(await readBuffer(gpu, { buffer, offset: 0, size }));
  buffer.destroy();
  const numbers = found.subarray(0, COUNT);
  if (!numbers.every((value, i) => value === 7 * i + 1)) {
    throw new Error(
      `Cannot use adapter "${gpu.description}": expected a test kernel to write 1, 8, 15, ... ` +
        `but found ${numbers.slice(0, 4).join(", ")}: update its driver or choose another adapter`,
    );
  }
  const all = (n: number) => found.subarray(n * COUNT, (n + 1) * COUNT).every((yes) => yes === 1);
  return { keepsNan: all(1), inOrder: all(2) };
}
