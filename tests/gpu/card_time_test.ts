// The time model by hand: a card of two multiprocessors, one reason to take long at a time.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { dispatchSeconds, gaps, middle, passSeconds } from "../../lib/gpu/card_time.ts";
import { type Card, CARDS, peakFlops } from "../../lib/gpu/cards.ts";
import type { SeenDispatch } from "../../lib/gpu/stand_in.ts";

const card: Card = {
  name: "two",
  processors: 2,
  lanes: 128,
  clock: 1e9,
  bandwidth: 1e9,
  cache: 1e6,
  warps: 8,
  workgroups: 4,
  source: "made up",
};

function dispatch(work: string, { groups = 2, workgroup = 128 } = {}): SeenDispatch {
  const text = `// work      main: ${work}\n@compute @workgroup_size(${workgroup})\nfn main() { }`;
  return {
    kernel: { label: "test.main", entry: "main", text },
    grid: [groups, 1, 1],
    workgroup,
    bindings: [],
    params: {},
  };
}

const low = (work: string, sizes = {}) => dispatchSeconds(dispatch(work, sizes), card).low;

Deno.test("what moves much takes its bytes at nine tenths of the bandwidth", () => {
  const { low, high } = dispatchSeconds(dispatch("bytes 900000; turns 1"), card);
  assertAlmostEquals(low, 1e-3);
  assertAlmostEquals(high, 1e-3);
});

Deno.test("what the cache still has is read at twice the bandwidth, at best", () => {
  const text = `@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { b[id.x] = a[id.x]; }`;
  const copied = (since?: number): SeenDispatch => ({
    kernel: { label: "copy.main", entry: "main", text },
    grid: [2 ** 20, 1, 1],
    workgroup: 64,
    bindings: [
      { name: "a", kind: "read", bytes: 450_000, since },
      { name: "b", kind: "write", bytes: 450_000, since },
    ],
    params: {},
  });
  const times = (since?: number) => dispatchSeconds(copied(since), { ...card, clock: 1e15 });
  assertAlmostEquals(times().low, 1e-3);
  assertAlmostEquals(times(1e6).low, 0.75e-3); // what is written goes to memory
  assertAlmostEquals(times(1e6 + 1).low, 1e-3);
  assertAlmostEquals(times(1e6).high, 1e-3);
});

Deno.test("what computes takes the operations of the busiest multiprocessor", () => {
  const rate = 0.8 * 2 * 128 * 1e9; // of one of the two
  assertAlmostEquals(low("flop 2048000000; turns 0"), 1.024e9 / rate);
  // Three workgroups: one multiprocessor gets two of them and the other waits.
  assertAlmostEquals(low("flop 3072000000; turns 0", { groups: 3 }), 2.048e9 / rate);
  // Sixteen lanes of a warp of 32 are idle, and three of four schedulers have nothing.
  assertAlmostEquals(low("flop 2048000; turns 0", { workgroup: 16 }), 8 * 1.024e6 / rate);
});

Deno.test("what waits takes a latency a turn, beside its arithmetic or behind it", () => {
  assertAlmostEquals(low("turns 1000"), 1000 * 270e-9);
  assertAlmostEquals(dispatchSeconds(dispatch("turns 1000"), card).high, 1000 * 700e-9);
  const own = 1.024e6 / (0.8 * 2 * 128 * 1e9);
  assertAlmostEquals(low("flop 2048000; turns 10"), own + 10 * 270e-9);
  assertAlmostEquals(low("flop 2048000; ahead 10"), Math.max(own, 10 * 270e-9));
  // Two workgroups of four warps fit on a multiprocessor: nine on the busier one take five rounds.
  assertAlmostEquals(low("turns 100", { groups: 17 }), 5 * 100 * 270e-9);
});

Deno.test("a pass is its dispatches and the gaps between them, middle() lies inside the range", () => {
  const one = dispatch("turns 1000"), { low, high } = passSeconds([one, one, one], card);
  assertAlmostEquals(low, 3 * 1000 * 270e-9 + gaps(3).low);
  assertAlmostEquals(high, 3 * 1000 * 700e-9 + gaps(3).high);
  assert(low < middle({ low, high }) && middle({ low, high }) < high);
});

Deno.test("peaks of cards are those of their data sheets, in TFLOP/s", () => {
  const published = { rtx4090: 82.6, rtx3090: 35.6, rtx5090: 104.8, l4: 30.3, t4: 8.1, a100: 19.5 };
  for (const [name, tflops] of Object.entries({ ...published, h100: 66.9, h200: 66.9 })) {
    assertAlmostEquals(peakFlops(CARDS[name]) / 1e12, tflops, 0.06, name);
  }
  assertEquals(Object.keys(CARDS).length, 8);
});
