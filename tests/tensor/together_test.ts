// Launches side by side in one dispatch: the same numbers as one after the other. The device passes for a GPU, since a CPU
// adapter runs each launch alone.
import { assert, assertEquals } from "@std/assert";
import { kernelText } from "../../lib/gpu/kernel.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { record } from "../../lib/gpu/program.ts";
import { isAlone, sideBySide } from "../../lib/gpu/side_by_side.ts";
import { launch } from "../../lib/tensor/launch.ts";
import { addInto, scaleInto } from "../../lib/tensor/ops/elementwise.ts";
import { linear } from "../../lib/tensor/ops/linear.ts";
import { sum } from "../../lib/tensor/ops/sum.ts";
import { multiply } from "../../lib/tensor/ops/arithmetic.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { type Tensor, upload, zeros } from "../../lib/tensor/tensor.ts";
import { together } from "../../lib/tensor/together.ts";
import { random } from "../util.ts";

const gpu = await openGpu();
Object.assign(gpu, { isCpu: false });

/** out[i] = Σ over the 32 values of its group of a + factor: neighbours through workgroup memory. */
const GROUP_SUMS = `
const N = 32;
struct Params { count: u32, factor: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
var<workgroup> count: array<f32, N>; // the name of a field, too
fn shifted(i: u32) -> f32 { return a[i] + params.factor; }
@compute @workgroup_size(N)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  count[local] = select(0.0, shifted(id.x), id.x < params.count);
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < N; i++) { sum = sum + count[i]; }
  if (id.x < params.count) { out[id.x] = sum; }
}`;

function groupSums(out: Tensor, a: Tensor, factor: number): void {
  launch(gpu, { name: "group_sums", source: GROUP_SUMS, entry: "main" }, {
    tensors: { a, out },
    params: { count: a.size, factor },
    invocations: a.size,
  });
}

const vector = (n: number, seed: number) => upload(gpu, { shape: [n], data: random(seed, n) });

/** What a program of `body` leaves in `out`, and its dispatches. */
async function run(body: () => void, out: Tensor[]): Promise<[Float32Array[], number]> {
  using program = record(gpu, "test", body);
  program.run();
  return [await readTensors(out), program.size];
}

Deno.test("together() makes one dispatch of launches of any sizes that share what they read", async () => {
  const a = vector(96, 1), b = vector(1000, 2);
  const outs = () => [96, 96, 1000].map((n) => zeros(gpu, [n]));
  const work = ([first, second, third]: Tensor[]) => () => {
    groupSums(first, a, 1);
    scaleInto(third, b, 3); // 256 invocations a workgroup, which know nothing of one another
    groupSums(second, a, -2);
  };
  const one = outs(), other = outs();
  const [alone, three] = await run(work(one), one);
  const [merged, single] = await run(() => together(gpu, work(other)), other);
  assertEquals([three, single], [3, 1]);
  assertEquals(merged, alone);
  assert(alone.every((values) => values.some((value) => value !== 0)));
});

Deno.test("together() keeps the order of launches that need one another, or write one place", async () => {
  const a = vector(96, 1), b = zeros(gpu, [96]), c = zeros(gpu, [96]);
  const [found, size] = await run(() =>
    together(gpu, () => {
      scaleInto(b, a, 2);
      addInto(c, b); // reads what was written
      scaleInto(b, a, 5); // overwrites what was read
      scaleInto(b, a, 7);
    }), [b, c]);
  const values = random(1, 96);
  assertEquals(found, [values.map((v) => 7 * v), values.map((v) => 2 * v)]);
  assertEquals(size, 4);
});

Deno.test("linear() has the same gradients in one dispatch as in several", async () => {
  const of = (seed: number, shape: number[]) => ({
    shape,
    data: random(seed, shape.reduce((a, b) => a * b, 1)),
  });
  const { W, b, x } = createParameters(gpu, {
    W: of(1, [40, 24]),
    b: of(2, [40]),
    x: of(3, [130, 24]),
  }).tensors;
  const weights = upload(gpu, of(4, [130, 40]));
  const list = [W, b, x];
  const loss = () => sum(multiply(linear(x, W, { bias: b }), weights));
  withGradients(gpu, list, loss); // outside a program each launch is a dispatch
  const alone = await readTensors(list.map(({ grad }) => grad!));
  for (const { grad } of list) grad!.write(new Float32Array(grad!.rows * grad!.columns).fill(NaN));
  const [merged, size] = await run(
    () => withGradients(gpu, list, loss),
    list.map(({ grad }) => grad!),
  );
  assertEquals(merged, alone);
  Object.assign(gpu, { isCpu: true });
  const [, apart] = await run(() => withGradients(gpu, list, loss), []);
  Object.assign(gpu, { isCpu: false });
  assert(size <= apart - 2, `${apart} dispatches one by one, ${size} together`);
});

Deno.test("sideBySide() lets parts use the same workgroup memory, and keeps unlike memory apart", () => {
  const part = (n: number) => {
    const { text } = kernelText({
      name: "g",
      source: GROUP_SUMS,
      entry: "main",
      constants: { N: n },
    });
    return { text, entry: "main", names: { a: "x", out: `y_${n}` } };
  };
  const memory = (...sizes: number[]) =>
    sideBySide(sizes.map(part), 32).match(/var<workgroup>/g)!.length;
  assertEquals(memory(32, 32), 1);
  assertEquals(memory(32, 32, 32), 1);
  assertEquals(isAlone(part(32).text), false);
});
