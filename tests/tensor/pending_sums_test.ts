import { assertEquals } from "@std/assert";
import { contribute } from "../../lib/tensor/contribute.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { columnSumsInto } from "../../lib/tensor/ops/column_sums.ts";
import { addInto, scaleInto } from "../../lib/tensor/ops/elementwise.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { gatherSums, letWait, roomForParts, sumLater } from "../../lib/tensor/pending_sums.ts";
import { record } from "../../lib/gpu/program.ts";
import { differentiable } from "../../lib/tensor/tape.ts";
import { empty, type Tensor, upload, zeros } from "../../lib/tensor/tensor.ts";
import { random } from "../util.ts";
import { devices } from "./gpu_util.ts";

const [{ gpu }] = devices;

/** The sum of each column of parts, one part after the other in float32, from what is there. */
function sums(parts: ArrayLike<number>, n: number, start: ArrayLike<number> = []): Float32Array {
  const total = Float32Array.from({ length: n }, (_, i) => start[i] ?? 0);
  for (let i = 0; i < parts.length; i++) total[i % n] = Math.fround(total[i % n] + parts[i]);
  return total;
}

function fill(parts: Tensor, values: Float32Array): void {
  scaleInto(parts, upload(gpu, { shape: [...parts.shape], data: values }), 1);
}

Deno.test("gatherSums() adds up many sums in one dispatch for each buffer that they go into, in order", async () => {
  // 19 parts: two turns of eight and three more; 600 columns: three workgroups, of which the last is not full.
  const sizes = { a: [1, 64], b: [19, 600], c: [8, 4] } as Record<string, [number, number]>;
  const both = zeros(gpu, [2048]), places: Tensor[] = [], values: Float32Array[] = [];
  const other = zeros(gpu, [128]);
  using program = record(gpu, "sums", () =>
    gatherSums(gpu, 2 ** 15, () => {
      for (const [i, [count, n]] of Object.values(sizes).entries()) {
        const target = i === 2 ? other.over([n], 64) : both.over([n], 1024 * i);
        letWait(target);
        values.push(random(i, count * n));
        places.push(target);
        const parts = roomForParts(target, count);
        fill(parts, values[i]);
        sumLater(target, parts);
      }
    }));
  program.run();
  assertEquals(program.size, 3 + 2); // three that fill, and two buffers
  for (const [i, [, n]] of Object.values(sizes).entries()) {
    assertEquals(await places[i].read(), sums(values[i], n), `${i}`);
  }
});

Deno.test("a sum that waits is there for whoever reads, overwrites or adds to its place", async () => {
  const target = zeros(gpu, [64]), copy = zeros(gpu, [64]);
  const [first, second] = [random(1, 192), random(2, 192)];
  const add = (values: Float32Array, accumulate: boolean) => {
    const parts = roomForParts(target, 3);
    fill(parts, values);
    sumLater(target, parts, { accumulate });
  };
  gatherSums(gpu, 2 ** 14, () => {
    letWait(target);
    add(first, false);
    addInto(copy, target); // reads
    add(second, true); // adds to what is there
    add(second, true); // adds to what waits
  });
  const once = sums(first, 64);
  assertEquals(await copy.read(), once);
  assertEquals(await target.read(), sums(second, 64, sums(second, 64, once)));
});

Deno.test("sums that come while others have room but no numbers yet keep apart", async () => {
  const targets = Array.from({ length: 9 }, () => zeros(gpu, [64])), [late, ...others] = targets;
  const values = targets.map((_, i) => random(i, 640));
  gatherSums(gpu, 4096, () => {
    targets.forEach(letWait);
    const first = roomForParts(late, 10);
    fill(first, values[0]);
    others.forEach((target, i) => { // seven of them fill the room
      const parts = roomForParts(target, 10);
      fill(parts, values[i + 1]);
      sumLater(target, parts);
    });
    sumLater(late, first);
  });
  for (const [i, target] of targets.entries()) {
    assertEquals(await target.read(), sums(values[i], 64), `${i}`);
  }
});

Deno.test("a sum that finds no room, or a target that is read on the way, stays its caller's", () => {
  const target = zeros(gpu, [64]);
  for (const [room, waits] of [[640, true], [2 ** 14, false]] as const) {
    gatherSums(gpu, room, () => {
      if (waits) letWait(target);
      using parts = roomForParts(target, 10);
      assertEquals(sumLater(target, parts), false);
    });
  }
});

Deno.test("the gradients of a hundred biases are added up in as many dispatches as they need rooms", async () => {
  const arrays = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`b${i}`, { shape: [8], data: random(i, 8) }]),
  );
  const parameters = createParameters(gpu, arrays), list = Object.values(parameters.tensors);
  const grad = upload(gpu, { shape: [200, 8], data: random(7, 1600) });
  const loss = () =>
    differentiable(empty(gpu, [1]), list, {
      loss: "whole",
      backward: () => {
        for (const b of list) {
          contribute(b, (to, accumulate) => columnSumsInto(to, grad, { accumulate }));
        }
      },
    });
  using program = record(gpu, "biases", () => withGradients(gpu, list, loss));
  program.run();
  const expected = zeros(gpu, [8]);
  columnSumsInto(expected, grad);
  for (const b of [list[0], list[99]]) assertEquals(await b.grad!.read(), await expected.read());
  assertEquals(program.size, 100 + 1);
});
