// Fixtures: tests/fixtures/ops.py and llama_ops.py (PyTorch, float64). Worst errors over all shapes and both kinds of kernel on lavapipe,
// relative to the root mean square of the expected values: 5e-6 at scores of a usual size, 2.2e-5 at scale 3, where they
// reach 60 and an error of one part in 2^24 of a score is one of 4e-6 in its exponential.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { attention as plain, attentionGrad } from "../../reference/attention.ts";
import {
  attention,
  type AttentionOptions,
  joinedAttention,
} from "../../../lib/tensor/ops/attention.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { assertClose, fixture, random } from "../../util.ts";
import { devices, gradients, parameter } from "../gpu_util.ts";

const ops = { ...await fixture("ops"), ...await fixture("llama_ops") };
const RTOL = 2e-5;
type Shape = [batch: number, pos: number, n_heads: number, d_head: number];
type Given = Record<"q" | "k" | "v" | "grad_z", Float32Array>;

function randomCase([batch, pos, n_heads, d_head]: Shape, n_kv_heads = n_heads): Given {
  const of = (seed: number, heads: number) => random(seed, batch * pos * heads * d_head);
  return { q: of(1, n_heads), k: of(2, n_kv_heads), v: of(3, n_kv_heads), grad_z: of(4, n_heads) };
}

function run(
  gpu: Gpu,
  given: Given,
  { shape: [batch, pos, heads, d_head], ...options }: AttentionOptions & { shape: Shape },
) {
  const apart = d_head % 4 !== 0;
  const of = (n: number, data: Float32Array) =>
    parameter(gpu, apart ? [batch, pos, n, d_head] : [batch, pos, n * d_head], data);
  const { n_kv_heads = heads } = options;
  const q = of(heads, given.q), k = of(n_kv_heads, given.k), v = of(n_kv_heads, given.v);
  const forward = () => attention(q, k, v, options);
  return gradients(gpu, { q, k, v }, { forward, grad_y: given.grad_z });
}

type Case = { shape: Shape; n_kv_heads?: number; window?: number; scale?: number };
const CASES: Case[] = [
  { shape: [1, 1, 1, 4] },
  { shape: [2, 13, 3, 16], scale: 0.25 },
  { shape: [2, 129, 1, 16], scale: 0.25, window: 32 },
  { shape: [2, 37, 2, 12], scale: 0.25, window: 5 },
  { shape: [1, 37, 1, 16], scale: 0.3, window: 1 },
  { shape: [1, 129, 1, 16], scale: 3, window: 1000 },
  { shape: [2, 37, 6, 8], n_kv_heads: 2, scale: 0.4 },
  { shape: [1, 70, 5, 12], n_kv_heads: 1, scale: 0.3, window: 9 },
  { shape: [2, 37, 3, 6], scale: 0.4 },
  { shape: [1, 70, 6, 10], n_kv_heads: 3, scale: 0.3, window: 20 },
  { shape: [2, 5, 2, 1] },
];
// Kernels for wide heads take seconds to compile, those with barriers the longest.
const WIDE: Case[] = [
  { shape: [1, 37, 2, 32], scale: 0.2 },
  { shape: [1, 129, 1, 48], scale: 0.15, window: 50 },
  { shape: [1, 37, 2, 64], scale: 0.1 },
];

for (const { name, gpu } of devices) {
  for (
    const { shape, n_kv_heads, scale = 1, window = 0 } of gpu.subgroupSize
      ? [...CASES, ...WIDE]
      : CASES
  ) {
    const what = `[${shape}], ${
      n_kv_heads ?? "as many"
    } heads of keys, window ${window}, scale ${scale}`;
    Deno.test(`attention() equals the plain version, ${what}, with ${name}`, async () => {
      const given = randomCase(shape, n_kv_heads);
      const found = await run(gpu, given, { shape, n_heads: shape[2], n_kv_heads, scale, window });
      const options = { shape, n_kv_heads, scale, window };
      const expected: Record<string, Float64Array> = {
        y: plain(given, options).z,
        ...attentionGrad(given, given.grad_z, options),
      };
      // Where a query sees one key, the gradients of q and k are 0 and there is nothing to be relative to.
      const worst = Object.entries(expected).map(([key, value]) =>
        assertClose(found[key], value, {
          name: key,
          rtol: RTOL,
          atol: window === 1 || shape[1] === 1 ? 1e-5 : undefined,
        })
      );
      if (Deno.env.get("SHOW")) console.log(what, ...worst.map((w) => w.toExponential(1)));
    });
  }

  for (
    const kind of [
      "attention_global",
      "attention_global_scaled",
      "attention_local",
      "attention_local_scaled",
      "grouped_global",
      "grouped_odd",
    ]
  ) {
    Deno.test(`attention() equals PyTorch, ${kind}, with ${name}`, async () => {
      const of = (key: string) => ops[`${kind}.${key}`];
      const shape = of("q").shape as Shape;
      const [q, k, v, grad_z] = ["q", "k", "v", "grad_y"].map((key) => of(key).data);
      const [window, scale] = [of("window").data[0], of("scale").data[0]];
      const [n_heads, n_kv_heads] = [shape[2], of("k").shape[2]];
      const options = { shape, n_heads, n_kv_heads, scale, window };
      const found = await run(gpu, { q, k, v, grad_z }, options);
      for (const key of ["y", "grad_q", "grad_k", "grad_v"]) {
        const worst = assertClose(found[key], of(key), { name: key, rtol: RTOL });
        if (Deno.env.get("SHOW")) console.log(kind, key, worst.toExponential(1));
      }
    });
  }

  for (const [n_heads, n_kv_heads, d_head] of [[4, 4, 16], [16, 8, 8]]) {
    Deno.test(`joinedAttention() equals attention() of its parts, ${n_heads} and ${n_kv_heads} heads, with ${name}`, async () => {
      const [batch, pos] = [2, 37], options = { n_heads, n_kv_heads, scale: 0.3, window: 20 };
      const given = randomCase([batch, pos, n_heads, d_head], n_kv_heads);
      const apart = await run(gpu, given, { shape: [batch, pos, n_heads, d_head], ...options });
      const sideBySide = (parts: ArrayLike<number>[]) =>
        Float32Array.from(
          Array.from({ length: batch * pos }, (_, row) =>
            parts.map((part) => {
              const width = part.length / batch / pos;
              return Array.from(part).slice(row * width, (row + 1) * width);
            })).flat(2),
        );
      const { q, k, v } = given, values = sideBySide([q, k, v]);
      const qkv = parameter(gpu, [batch, pos, values.length / batch / pos], values);
      const forward = () => joinedAttention(qkv, options);
      const found = await gradients(gpu, { qkv }, { forward, grad_y: given.grad_z });
      assertEquals(found.y, apart.y);
      assertEquals(found.grad_qkv, sideBySide([apart.grad_q, apart.grad_k, apart.grad_v]));
    });
  }

  Deno.test(`attention() shows a NaN in any input, with ${name}`, async () => {
    const shape: Shape = [1, 29, 2, 8];
    for (const planted of ["q", "k", "v", "grad_z"] as const) {
      for (const at of [0, 173, 29 * 16 - 1]) {
        const given = randomCase(shape);
        given[planted][at] = NaN;
        const found = await run(gpu, given, { shape, n_heads: 2 });
        const seen = planted === "grad_z" ? found.grad_q : found.y;
        assert(seen.some(Number.isNaN), `${planted} ${at}`);
      }
    }
  });

  Deno.test(`attention() with a cache equals the rows of a whole sequence, with ${name}`, async () => {
    // Three sequences in a cache of 20 places; two queries each, at positions of their own. Beyond them: NaN.
    const [batch, n_ctx, n_heads, d_head] = [3, 20, 2, 8];
    const width = n_heads * d_head;
    const starts = [0, 7, 18];
    for (const window of [0, 4]) {
      const given = randomCase([batch, n_ctx, n_heads, d_head]);
      const { z } = plain(given, { shape: [batch, n_ctx, n_heads, d_head], window });
      const rows = (from: ArrayLike<number>) =>
        starts.flatMap((start, b) =>
          Array.from(from).slice((b * n_ctx + start) * width, (b * n_ctx + start + 2) * width)
        );
      for (const [b, start] of starts.entries()) {
        given.k.fill(NaN, (b * n_ctx + start + 2) * width, (b + 1) * n_ctx * width);
        given.v.fill(NaN, (b * n_ctx + start + 2) * width, (b + 1) * n_ctx * width);
      }
      const cache = [batch, n_ctx, width];
      const q = upload(gpu, { shape: [batch, 2, width], data: Float32Array.from(rows(given.q)) });
      const k = upload(gpu, { shape: cache, data: given.k });
      const v = upload(gpu, { shape: cache, data: given.v });
      const positions = uploadIds(gpu, [batch], starts);
      const found = await attention(q, k, v, { n_heads, window, positions }).read();
      assertClose(found, rows(z), { name: "z", rtol: RTOL });
    }
  });
}

Deno.test("attention() over several bindings equals one binding", async () => {
  const [{ gpu }] = devices;
  const shape: Shape = [130, 5, 1, 8];
  const given = randomCase(shape);
  const whole = await run(gpu, given, { shape, n_heads: 1 });
  const limit = gpu.maxBinding;
  Object.assign(gpu, { maxBinding: 64 * 5 * 8 * 4 });
  try {
    assertEquals(await run(gpu, given, { shape, n_heads: 1 }), whole);
  } finally {
    Object.assign(gpu, { maxBinding: limit });
  }
});

Deno.test("joinedAttention() refuses parts that begin where no binding may", () => {
  const [{ gpu }] = devices;
  const qkv = upload(gpu, { shape: [1, 3, 3 * 48], data: new Float32Array(9 * 48) });
  assertThrows(() => joinedAttention(qkv, { n_heads: 4 }), RangeError, "multiples of 64");
});

Deno.test("attention() refuses heads of a width that is no multiple of four, and other shapes", () => {
  const [{ gpu }] = devices;
  const tensor = (...shape: number[]) =>
    upload(gpu, { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });
  const [q, k] = [tensor(1, 3, 12), tensor(1, 4, 12)];
  assertThrows(() => attention(q, q, q, { n_heads: 2 }), RangeError, "d_head a multiple of 4");
  assertThrows(() => attention(q, k, q, { n_heads: 3 }), RangeError, "expected k [1,3,12]");
  assertThrows(() => attention(q, q, q, { n_heads: 3, n_kv_heads: 2 }), RangeError, "to divide 3");
  const six = tensor(1, 3, 6, 4), two = tensor(1, 3, 2, 4);
  assertThrows(() => attention(six, two, two, { n_heads: 6 }), RangeError, "and k of 6");
  const window = -1;
  assertThrows(() => attention(q, q, q, { n_heads: 3, window }), RangeError, "0 is global");
});

Deno.test("attention() refuses heads whose keys do not fit into workgroup memory", () => {
  const { gpu } = devices[1];
  const most = gpu.device.limits.maxComputeWorkgroupStorageSize / 32;
  const q = upload(gpu, { shape: [1, 1, most], data: new Float32Array(most) });
  assertThrows(
    () => attention(q, q, q, { n_heads: 1 }),
    RangeError,
    `d_head of at most ${most - 4}`,
  );
});
