/** What an adapter says of itself, and which of its features Deno grants. @module */
import { openGpu } from "../../../lib/gpu/open.ts";
import type { Row } from "../results.ts";

/** What matters to kernels, and what may be asked for: Deno hides features that it grants. */
const FEATURES = [
  "subgroups",
  "timestamp-query",
  "shader-f16",
  "float32-filterable",
  "wgpu-shader-f64",
  "wgpu-shader-int64",
  "wgpu-shader-float32-atomic",
  "wgpu-subgroup-barrier",
  "wgpu-timestamp-query-inside-passes",
  "wgpu-cooperative-matrix",
  "wgpu-pipeline-cache",
  "passthrough-shaders",
];

const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** Widths and limits that NVIDIA's driver should show through wgpu 29. */
const NVIDIA: Record<string, number> = {
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  maxStorageBufferBindingSize: 2 ** 31 - 1,
  maxComputeWorkgroupStorageSize: 49_152,
};

export async function* adapterRows(): AsyncGenerator<Row> {
  const ask = () => navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const adapter = await ask();
  if (!adapter) {
    throw new Error(
      "Cannot look at the adapter: expected one but none answers: install its driver",
    );
  }
  const info = adapter.info as GPUAdapterInfo & Record<string, unknown>;
  const predicted = (name: string) => /nvidia/i.test(info.description) ? NVIDIA[name] : undefined;
  for (const name of ["description", "vendor", "architecture", "device", "isFallbackAdapter"]) {
    yield { name, text: String(info[name]) };
  }
  for (const name of ["subgroupMinSize", "subgroupMaxSize"]) {
    yield { name, measured: Number(info[name]), predicted: predicted(name) };
  }
  for (const name of LIMITS) {
    yield { name, measured: adapter.limits[name], predicted: predicted(name) };
  }
  for (const name of FEATURES) yield { name: `feature ${name}`, text: await granted(ask, name) };
  using gpu = await openGpu();
  yield { name: "key", text: gpu.key, note: `taken for a ${gpu.isCpu ? "CPU" : "GPU"}` };
  yield { name: "cores beside it", measured: navigator.hardwareConcurrency };
  yield { name: "nvidia-smi", text: await nvidiaSmi() };
}

/** "granted", or why not. */
async function granted(ask: () => Promise<GPUAdapter | null>, name: string): Promise<string> {
  try {
    const adapter = await ask();
    const device = await adapter!.requestDevice({ requiredFeatures: [name as GPUFeatureName] });
    device.destroy();
    return "granted";
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message.split("\n", 1)[0] : error}`;
  }
}

/** Driver, clocks and memory, which WebGPU does not tell. */
async function nvidiaSmi(): Promise<string> {
  const fields = "name,driver_version,memory.total,clocks.max.sm,clocks.max.mem,power.limit";
  try {
    const { stdout } = await new Deno.Command("nvidia-smi", {
      args: [`--query-gpu=${fields}`, "--format=csv,noheader"],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "not there";
  }
}
