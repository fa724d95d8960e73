// Against float64 on the same float32 values. Worst relative error on lavapipe 2e-6, for divergences from 1e-7 to 60 nats.
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  fourPointLogits,
  fourPointNorms,
  uploadPoints,
} from "../../../lib/interactions/truth/four_points.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { assertClose, random } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";

type Points = { clean: number[][]; rows: number[][]; at: number[][]; targets: number[] };

async function run(gpu: Gpu, { clean, rows, at, targets }: Points) {
  const table = (values: number[][]) =>
    upload(gpu, {
      shape: [values.length, 1, values[0].length],
      data: Float32Array.from(values.flat()),
    });
  const given = uploadPoints({ clean: table(clean), rows: table(rows) }, {
    at: Uint32Array.from(at.flat()),
    targets: Uint32Array.from(targets),
  });
  using norms = fourPointNorms(given);
  using logits = fourPointLogits(given);
  const column = (values: Float32Array, c: number) => targets.map((_, n) => values[4 * n + c]);
  const [a, b] = [await norms.read(), await logits.read()];
  return {
    joint: column(a, 0),
    i: column(a, 1),
    j: column(a, 2),
    dlogits: column(b, 0),
    KL: column(b, 1),
    dloss: column(b, 2),
  };
}

const lse = (x: number[]) => {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((sum, value) => sum + Math.exp(value - top), 0));
};
const norm = (x: number[]) => Math.hypot(...x);
const minus = (a: number[], b: number[]) => a.map((value, c) => value - b[c]);

/** The six numbers of one instance in float64. */
function expected(x: number[], i: number[], j: number[], both: number[], target: number) {
  const g = minus(minus(x, i), minus(j, both)), mean = g.reduce((a, b) => a + b, 0) / g.length;
  const additive = i.map((value, c) => value + j[c] - x[c]);
  const [of_both, of_additive] = [lse(both), lse(additive)];
  const loss = (y: number[]) => lse(y) - y[target];
  return {
    joint: norm(g),
    i: norm(minus(x, i)),
    j: norm(minus(x, j)),
    dlogits: norm(g.map((value) => value - mean)),
    KL: both.reduce((sum, value, c) => {
      const log_p = value - of_both;
      return sum + Math.exp(log_p) * (log_p - additive[c] + of_additive);
    }, 0),
    dloss: loss(x) - loss(i) - loss(j) + loss(both),
  };
}

/** Rows around common logits: `size` sets how far the variants are from them, and I from 0. */
function points(columns: number, { scale = 3, size = 1, seed = 1 } = {}): Points {
  const base = random(seed, columns).map((value) => scale * value);
  const near = (s: number) =>
    Array.from(random(100 * seed + s, columns), (value, c) => Math.fround(base[c] + size * value));
  return {
    clean: [near(1), near(2)],
    rows: [3, 4, 5, 6, 7].map(near),
    at: [[0, 0, 1, 2], [1, 3, 1, 4], [0, 2, 2, 0]],
    targets: [0, columns - 1, Math.floor(columns / 2)],
  };
}

for (const { name, gpu } of devices) {
  for (
    const [columns, options] of [
      [23, {}],
      [1, {}],
      [130, { size: 1e-3 }],
      [130, { size: 0.1, seed: 2 }],
      [300, { size: 30, seed: 3 }],
      [50, { scale: 2000, size: 900, seed: 4 }],
    ] as [number, { scale?: number; size?: number; seed?: number }][]
  ) {
    Deno.test(`four points equal float64, ${columns} columns, ${JSON.stringify(options)}, with ${name}`, async () => {
      const given = points(columns, options), found = await run(gpu, given);
      const { size = 1, scale = 3 } = options;
      given.at.forEach(([x, ...rest], n) => {
        const [i, j, both] = rest.map((r) => given.rows[r]);
        const wanted = expected(given.clean[x], i, j, both, given.targets[n]);
        for (const [key, value] of Object.entries(wanted)) {
          // Logits of size s are known to s / 2^24 each; what the loss adds up is that of the largest.
          const atol = key === "dloss" || columns === 1 ? 1e-6 * (scale + size) : 0;
          const place = `${key} of instance ${n}`;
          assertClose([found[key as keyof typeof found][n]], [value], {
            name: place,
            rtol: 1e-5,
            atol,
          });
        }
      });
    });
  }

  Deno.test(`four points show NaN in the instance that holds it, with ${name}`, async () => {
    const given = points(23);
    given.rows[0][11] = NaN; // of instances 0 and 2, not of 1
    const found = await run(gpu, given);
    for (const key of ["joint", "dlogits", "KL", "dloss"] as const) {
      assertEquals(found[key].map(Number.isNaN), [true, false, true], key);
    }
  });
}

Deno.test("four points of worked logits: KL 0.018212800, loss difference 0.287869214", async () => {
  const found = await run(devices[0].gpu, {
    clean: [[1, 0, -1]],
    rows: [[0.5, 0.2, -1], [0.8, -0.3, 0], [0.1, 0.1, 0.2]],
    at: [[0, 0, 1, 2]],
    targets: [0],
  });
  assertClose(found.KL, [0.0182128], { name: "KL", rtol: 1e-5 });
  assertClose(found.dloss, [0.287869214], { name: "loss", rtol: 1e-5 });
  const mean = 0.2 / 3; // of (−0.2, 0.2, 0.2)
  assertClose(found.dlogits, [Math.hypot(-0.2 - mean, 0.2 - mean, 0.2 - mean)], {
    name: "logits",
    rtol: 1e-5,
  });
});

Deno.test("four points where nothing interacts are 0, whatever each removal does", async () => {
  const base = [1, -2, 0.5, 4], a = [0.25, 0, 1, -0.5], b = [0, 0.5, -0.25, 2];
  const found = await run(devices[0].gpu, {
    clean: [base],
    rows: [minus(base, a), minus(base, b), minus(minus(base, a), b)],
    at: [[0, 0, 1, 2]],
    targets: [3],
  });
  assertEquals([found.joint, found.dlogits, found.KL], [[0], [0], [0]]);
  assert(found.i[0] > 1 && found.dloss[0] !== 0); // the loss is no linear function of logits
});

Deno.test("four points refuse rows beyond a binding", async () => {
  using small = await openGpu({ maxBinding: 4096 });
  const rows = upload(small, { shape: [300, 4], data: new Float32Array(1200) });
  const clean = upload(small, { shape: [1, 4], data: new Float32Array(4) });
  const given = uploadPoints({ clean, rows }, {
    at: new Uint32Array(4),
    targets: new Uint32Array(1),
  });
  assertThrows(() => fourPointNorms(given), RangeError, "Cannot take four-point differences");
});
