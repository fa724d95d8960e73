// The stand-in: what it tells of a computation is what a real device is asked for.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { record } from "../../lib/gpu/program.ts";
import { type SeenDispatch, type SeenKernel, standInGpu } from "../../lib/gpu/stand_in.ts";
import { scaleInto } from "../../lib/tensor/ops/elementwise.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { sum } from "../../lib/tensor/ops/sum.ts";
import { upload, zeros } from "../../lib/tensor/tensor.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { createTraining, recordStep } from "../../lib/tensor/training.ts";
import { runTraining } from "../../lib/tensor/run_training.ts";

Deno.test("the stand-in tells kernel, grid, bytes and params of every dispatch", () => {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ onDispatch: (dispatch) => seen.push(dispatch) });
  const x = zeros(gpu, [100, 30]), out = zeros(gpu, [100, 30]);
  using program = record(gpu, "scale", () => scaleInto(out, x, 2.5));
  assertEquals(seen.length, 0, "recording is not running");
  program.run(2);
  assertEquals(seen.length, 2);
  const [{ kernel, grid, workgroup, bindings, params }] = seen;
  assertEquals(kernel.label.split(".")[0], "elementwise");
  assert(kernel.text.includes(`fn ${kernel.entry}(`));
  const size = 4 * 100 * 32;
  const rows = bindings.map(({ kind, bytes }) => ({ kind, bytes }));
  assertEquals(
    rows,
    [{ kind: "read", bytes: size }, { kind: "write", bytes: size }],
    "rows are padded to four values",
  );
  assert(grid[0] * workgroup >= 100 * 32 / 4 && (grid[0] - 1) * workgroup < 100 * 32 / 4);
  assertEquals(Object.values(params).includes(2.5), true, JSON.stringify(params));
});

Deno.test("the stand-in passes for any adapter: kernels are those of its kind and width", () => {
  const kernels = (facts: { isCpu: boolean; subgroupSize: number }) => {
    const seen: SeenKernel[] = [];
    using gpu = standInGpu({ facts, onKernel: (kernel) => seen.push(kernel) });
    matmul(zeros(gpu, [64, 64]), zeros(gpu, [64, 64]));
    gpu.flush();
    return seen.map(({ label }) => label.split(".")[0]).join(", ");
  };
  assertEquals(kernels({ isCpu: false, subgroupSize: 32 }), "matmul_tiny");
  assert(!kernels({ isCpu: true, subgroupSize: 8 }).includes("tiny"), "no barriers on a CPU");
});

Deno.test("a whole training runs on the stand-in where it may read zeros, and reading is refused elsewhere", async () => {
  let count = 0;
  using gpu = standInGpu({ zeros: true, onDispatch: () => count++ });
  const parameters = createParameters(gpu, { W: { shape: [8, 4], data: new Float32Array(32) } });
  const training = createTraining(gpu, parameters, { steps: 3, rate: () => 1 });
  const x = upload(gpu, { shape: [2, 8], data: new Float32Array(16) });
  using step = recordStep(training, "nothing", () => [sum(matmul(x, parameters.tensors.W))]);
  const before = count;
  await runTraining(training, step, { name: "nothing" });
  assertEquals(count - before, 3 * step.size);
  using shapes = standInGpu();
  await assertRejects(() => zeros(shapes, [4]).read(), Error, "stand-in, which has shapes alone");
});
