// Each row against the plain version over its whole sequence, in which the row's own query, key and value stand at its
// position. Worst error on lavapipe 3e-6 of the root mean square.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { attention as plain } from "../../reference/attention.ts";
import { rowAttention } from "../../../lib/tensor/ops/row_attention.ts";
import { groupRows } from "../../../lib/tensor/ops/row_groups.ts";
import { type Tensor, upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { assertClose, random } from "../../util.ts";
import { devices } from "../gpu_util.ts";

type Case = {
  kept: [n_sequences: number, pos: number];
  heads: [n_heads: number, d_head: number];
  n_kv_heads?: number;
  rows: number;
  window?: number;
  scale?: number;
};
const CASES: Case[] = [
  { kept: [1, 1], heads: [1, 4], rows: 3 },
  { kept: [3, 13], heads: [3, 16], rows: 40, scale: 0.25 },
  { kept: [2, 130], heads: [2, 20], rows: 65, scale: 0.2, window: 5 },
  { kept: [2, 37], heads: [1, 64], rows: 9, scale: 0.1, window: 1 },
  { kept: [2, 37], heads: [6, 8], n_kv_heads: 2, rows: 40, scale: 0.3, window: 9 },
  { kept: [2, 37], heads: [4, 6], n_kv_heads: 2, rows: 70, scale: 0.4 },
];

/** Rows at every position in turn, the one behind the last too, spread over the sequences. */
function given({ kept: [n, pos], heads: [n_heads, d_head], n_kv_heads = n_heads, rows }: Case) {
  const width = n_kv_heads * d_head, q = random(1, rows * n_heads * d_head);
  const [k, v] = [2, 3].map((seed) => random(seed, rows * width));
  const [keptK, keptV] = [4, 5].map((seed) => random(seed, n * pos * width));
  const sequences = Uint32Array.from({ length: rows }, (_, r) => (7 * r) % n);
  const positions = Uint32Array.from({ length: rows }, (_, r) => (5 * r) % (pos + 1));
  return { q, k, v, keptK, keptV, sequences, positions };
}
type Given = ReturnType<typeof given>;

function expected(at: Given, { kept: [, pos], heads: [n_heads, d_head], ...options }: Case) {
  const width = n_heads * d_head;
  const z = new Float64Array(at.q.length);
  at.sequences.forEach((s, r) => {
    const p = at.positions[r], kv = (options.n_kv_heads ?? n_heads) * d_head;
    const whole = (kept: Float32Array, x: Float32Array, width: number) => {
      const sequence = new Float32Array((p + 1) * width);
      sequence.set(kept.subarray(s * pos * kv, (s * pos + p) * kv));
      sequence.set(x.subarray(r * width, (r + 1) * width), p * width);
      return sequence;
    };
    const qkv = {
      q: whole(new Float32Array(), at.q, width),
      k: whole(at.keptK, at.k, kv),
      v: whole(at.keptV, at.v, kv),
    };
    const found = plain(qkv, { shape: [1, p + 1, n_heads, d_head], ...options });
    z.set(found.z.subarray(p * width), r * width);
  });
  return z;
}

function run(
  gpu: Gpu,
  at: Given,
  { kept: [n, pos], heads: [n_heads, d_head], ...rest }: Case,
  groups?: Tensor,
) {
  const { window, scale, n_kv_heads = n_heads } = rest, rows = at.sequences.length;
  const heads = (n: number) => d_head % 4 === 0 ? [n * d_head] : [n, d_head];
  const row = (data: Float32Array, n = n_kv_heads) =>
    upload(gpu, { shape: d_head % 4 === 0 ? [rows, ...heads(n)] : [rows, 1, ...heads(n)], data });
  const sequence = (data: Float32Array) =>
    upload(gpu, { shape: [n, pos, ...heads(n_kv_heads)], data });
  return rowAttention({ q: row(at.q, n_heads), k: row(at.k), v: row(at.v) }, {
    k: sequence(at.keptK),
    v: sequence(at.keptV),
    sequences: uploadIds(gpu, [rows], at.sequences),
    positions: uploadIds(gpu, [rows], at.positions),
    groups,
  }, { n_heads, n_kv_heads, window, scale });
}

for (const { name, gpu } of devices) {
  for (const test of CASES) {
    Deno.test(`rowAttention() equals the plain version, ${JSON.stringify(test)}, with ${name}`, async () => {
      const at = given(test);
      using z = run(gpu, at, test);
      assertClose(await z.read(), expected(at, test), { name: "z", rtol: 2e-5 });
    });
  }
}

for (const test of CASES) {
  Deno.test(`rowAttention() in groups equals the plain version, ${JSON.stringify(test)}`, async () => {
    const [{ gpu }] = devices, many = { ...test, rows: 20 * test.rows + 3 }, at = given(many);
    at.sequences.sort(); // positions stay as they are: unlike within a group
    using groups = groupRows(gpu, at)!;
    assert(groups.rows < many.rows / gpu.subgroupSize);
    using z = run(gpu, at, many, groups);
    assertClose(await z.read(), expected(at, many), { name: "z", rtol: 2e-5 });
  });
}

Deno.test("groupRows() makes none where rows of one sequence stand apart, or without subgroups", () => {
  const sequences = Array.from({ length: 100 }, (_, r) => r % 2), positions = sequences;
  assertEquals(groupRows(devices[0].gpu, { sequences, positions }), undefined);
  const apart = devices.find(({ gpu }) => gpu.subgroupSize === 0)!;
  assertEquals(groupRows(apart.gpu, { sequences: sequences.sort(), positions }), undefined);
});

Deno.test("rowAttention() in groups over keys in several pieces gives what one piece gives", async () => {
  using small = await openGpu({ maxBinding: 32 * 1024 });
  const test: Case = { kept: [80, 16], heads: [2, 8], rows: 500 }, at = given(test);
  at.sequences.forEach((_, r) => at.sequences[r] = Math.floor(r / 32) * 5);
  const grouped = (gpu: Gpu) => run(gpu, at, test, groupRows(gpu, at)!).read();
  assertEquals(await grouped(small), await grouped(devices[0].gpu));
});

Deno.test("rowAttention() over keys and rows in several pieces gives what one piece gives", async () => {
  using small = await openGpu({ maxBinding: 32 * 1024 });
  const test: Case = { kept: [80, 16], heads: [2, 8], rows: 1100 };
  const at = given(test);
  const whole = await run(devices[0].gpu, at, test).read();
  assertEquals(await run(small, at, test).read(), whole);
});

Deno.test("rowAttention() shows a NaN that is seen, and no other", async () => {
  const [{ gpu }] = devices;
  const test: Case = { kept: [1, 6], heads: [1, 4], rows: 7, window: 3 };
  for (const kept of ["keptK", "keptV"] as const) {
    const at = given(test);
    at[kept].fill(NaN, 4 * 2, 4 * 3); // at position 2, which rows at 3 and 4 see
    using z = run(gpu, at, test);
    const values = await z.read();
    at.positions.forEach((p, r) => {
      assertEquals(Number.isNaN(values[4 * r]), p === 3 || p === 4, `${kept}, row at ${p}`);
    });
  }
});

Deno.test("rowAttention() gives NaN beyond what is kept, and refuses other shapes", async () => {
  const [{ gpu }] = devices;
  const test: Case = { kept: [2, 6], heads: [2, 4], rows: 4 };
  const at = given(test);
  at.sequences.set([0, 1, 2, 0]);
  at.positions.set([6, 0, 0, 7]);
  using z = run(gpu, at, test);
  const found = await z.read();
  assertEquals([0, 1, 2, 3].map((r) => Number.isNaN(found[8 * r])), [false, false, true, true]);
  const other = { ...at, keptV: at.keptV.slice(16) };
  assertThrows(() => run(gpu, other, test), RangeError);
  const fail = (change: Partial<Case>, words: string) =>
    assertThrows(() => run(gpu, at, { ...test, ...change }), RangeError, words);
  fail({ window: -1 }, "Cannot attend by rows: expected");
  const odd = { ...test, n_kv_heads: 3 };
  assertThrows(
    () => run(gpu, given(odd), odd),
    RangeError,
    "expected n_kv_heads to divide 2 heads",
  );
  assert(found.length === 32);
});
