// Child process: runs drives by their names and prints what they give. Started by tests/kernels/other_adapters_test.ts with
// an environment that the driver reads once.
import { openGpu } from "../../lib/gpu/open.ts";
import { DRIVES } from "../kernels/drives/mod.ts";

using gpu = await openGpu();
const found: Record<string, number[]>[] = [];
for (const name of Deno.args) {
  const parts = Object.entries(await DRIVES.find((drive) => drive.name === name)!.run(gpu));
  found.push(Object.fromEntries(parts.map(([part, values]) => [part, Array.from(values)])));
}
console.log(JSON.stringify({ subgroupSize: gpu.subgroupSize, found }));
