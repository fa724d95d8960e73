// What a cache could still have: ranges of buffers, and how much was touched since.
import { assertEquals } from "@std/assert";
import { createRecency } from "../../lib/gpu/recency.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import type { SeenDispatch } from "../../lib/gpu/stand_in_device.ts";
import { addInto } from "../../lib/tensor/ops/elementwise.ts";
import { zeros } from "../../lib/tensor/tensor.ts";

const [A, B] = [{}, {}];

Deno.test("a range is as old as its oldest part, and new where a part was never touched", () => {
  const { touch } = createRecency();
  assertEquals(touch([{ buffer: A, start: 0, end: 100 }]), [Infinity]);
  assertEquals(touch([{ buffer: B, start: 0, end: 50 }]), [Infinity], "another buffer");
  assertEquals(touch([{ buffer: A, start: 40, end: 60 }]), [100 + 50 + 20]);
  // Its middle was touched one dispatch ago, its sides three.
  assertEquals(touch([{ buffer: A, start: 0, end: 100 }]), [100 + 50 + 20 + 100]);
  assertEquals(touch([{ buffer: A, start: 90, end: 110 }]), [Infinity]);
});

Deno.test("dispatches of the stand-in say how much was touched since each of their buffers was", () => {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ onDispatch: (dispatch) => seen.push(dispatch) });
  const a = zeros(gpu, [256]), b = zeros(gpu, [256]);
  addInto(a, b);
  addInto(a, b);
  gpu.flush();
  const since = seen.map(({ bindings }) => bindings.map((binding) => binding.since));
  assertEquals(since, [[Infinity, Infinity], [4096, 4096]]);
});
