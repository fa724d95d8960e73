// Batches uploaded together: each step sees its own, whichever steps came before.
import { assertEquals, assertThrows } from "@std/assert";
import { createBatchFeed } from "../../lib/tensor/batch_feed.ts";
import { readIds } from "../../lib/tensor/read.ts";
import { record } from "../../lib/gpu/program.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import { rowSlice } from "../../lib/tensor/views.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { devices } from "./gpu_util.ts";

const STEPS = 150;
const shapes = { ids: { shape: [3, 5], dtype: "u32" as const }, x: { shape: [7] } };

/** What the batch of a step holds; the bits of a NaN and of a number below the smallest normal one too. */
function batchOf(step: number) {
  const ids = Uint32Array.from({ length: 15 }, (_, i) => 100 * step + i);
  const x = Float32Array.of(step, -step, 1 / step, NaN, 1e-42, 0.1, 3);
  return { ids, x };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

Deno.test("createBatchFeed() gives each step its batch, bit for bit, from the start or in the middle", async () => {
  for (const { gpu } of devices) {
    for (
      const [steps, known] of [[[0, 1, 63, 64, 149], upTo(0, 128)], [[70, 71, 149], upTo(70, 128)]]
    ) {
      const drawn: number[] = [];
      const draw = (step: number) => (drawn.push(step), batchOf(step));
      using feed = createBatchFeed(gpu, shapes, { steps: STEPS, draw });
      using schedule = zeros(gpu, [1, 4]);
      using program = record(gpu, "take", () => feed.take(schedule));
      for (const step of steps) {
        feed.feed(step);
        rowSlice(schedule, 0, 1).write([step, 0, 0, 0]);
        program.run();
        assertEquals([...await readIds(feed.tensors.ids)], [...batchOf(step).ids]);
        assertEquals(await feed.tensors.x.read(), batchOf(step).x);
      }
      assertEquals(drawn, [...known, 149], "each once, those of a round together");
    }
  }
});

Deno.test("createBatchFeed() writes once in 64 steps", () => {
  using gpu = standInGpu();
  let writes = 0;
  const { queue } = gpu.device, write = queue.writeBuffer;
  queue.writeBuffer = (...given: Parameters<typeof write>) => (writes++, write(...given));
  using feed = createBatchFeed(gpu, shapes, { steps: STEPS, draw: batchOf });
  for (let step = 0; step < STEPS; step++) feed.feed(step);
  assertEquals(writes, 3);
});

Deno.test("createBatchFeed() refuses a batch of another size", () => {
  using gpu = standInGpu();
  const draw = () => ({ ...batchOf(1), x: new Float32Array(6) });
  using feed = createBatchFeed(gpu, shapes, { steps: 2, draw });
  assertThrows(() => feed.feed(0), RangeError, "expected 7 values but found 6");
});
