import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { record } from "../../../lib/gpu/program.ts";
import { dropout } from "../../../lib/tensor/ops/dropout.ts";
import { copyInto } from "../../../lib/tensor/ops/elementwise.ts";
import { upload, zeros } from "../../../lib/tensor/tensor.ts";
import { random } from "../../util.ts";
import { devices, gradients, padding, parameter } from "../gpu_util.ts";

const { gpu } = devices[0];
const KEY = [0xdeadbeef, 7] as const;

/** pcg4d of Jarzynski and Olano 2020, word by word. */
function pcg4d(given: number[]): number[] {
  const v = given.map((x) => (Math.imul(x, 1664525) + 1013904223) >>> 0);
  const mix = () => {
    v[0] = (v[0] + Math.imul(v[1], v[3])) >>> 0;
    v[1] = (v[1] + Math.imul(v[2], v[0])) >>> 0;
    v[2] = (v[2] + Math.imul(v[0], v[1])) >>> 0;
    v[3] = (v[3] + Math.imul(v[1], v[2])) >>> 0;
  };
  mix();
  v.forEach((x, i) => v[i] = (x ^ (x >>> 16)) >>> 0);
  mix();
  return v;
}

/** Whether the value at [row, column] of a tensor of so many columns stays. */
function stays(row: number, column: number, { columns, step, p }: Record<string, number>): boolean {
  const place = row * Math.ceil(columns / 4) + Math.floor(column / 4);
  return pcg4d([place, step, ...KEY])[column % 4] >= Math.round(p * 2 ** 32);
}

for (const { name, gpu } of devices) {
  Deno.test(`dropout() and its gradient drop what the plain hash says and scale the rest (${name})`, async () => {
    const [rows, columns, p, step] = [7, 13, 0.3, 5];
    const x = random(1, rows * columns), grad_y = random(2, rows * columns);
    const counter = upload(gpu, {
      shape: [3, 4],
      data: Float32Array.from({ length: 12 }, () => step),
    });
    const leaf = parameter(gpu, [rows, columns], x);
    const forward = () => dropout(leaf, { p, key: KEY, counter });
    const found = await gradients(gpu, { x: leaf }, { forward, grad_y });
    const mask = Float32Array.from(
      { length: rows * columns },
      (_, i) => stays(Math.floor(i / columns), i % columns, { columns, step, p }) ? 1 / (1 - p) : 0,
    );
    assertEquals(found.y, x.map((v, i) => v * mask[i]));
    assertEquals(found.grad_x, grad_y.map((v, i) => v * mask[i]));
    assert(mask.some((m) => m === 0));
    assert((await padding(forward())).every((v) => v === 0));
  });
}

Deno.test("dropout() draws independently of step, key and place, with the share that was asked for", async () => {
  const n = 40_000, p = 0.05;
  const ones = upload(gpu, { shape: [n], data: new Float32Array(n).fill(1) });
  const draw = async (step: number, key: readonly [number, number]) => {
    const counter = upload(gpu, { shape: [1], data: Float32Array.of(step) });
    const drawn = await dropout(ones, { p, key, counter }).read();
    return drawn.map((v) => v === 0 ? 1 : 0);
  };
  const draws = await Promise.all([
    draw(0, [0, 0]),
    draw(1, [0, 0]),
    draw(0, [1, 0]),
    draw(0, [0, 1]),
  ]);
  const shifted = [1, 4].map((by) => draws[0].map((_, i) => draws[0][(i + by) % n]));
  const both = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i], 0) / n;
  for (const [i, a] of draws.entries()) {
    const four = 4 * Math.sqrt(p * (1 - p) / n); // standard errors of a share
    assert(Math.abs(both(a, a) - p) < four, `share of draw ${i}`);
    for (const b of [...draws.slice(i + 1), ...(i === 0 ? shifted : [])]) {
      assert(Math.abs(both(a, b) - p * p) < 4 * p / Math.sqrt(n), `draws beside draw ${i}`);
    }
  }
});

Deno.test("dropout() of a recorded step draws anew when the counter moves on, the same where it goes back", async () => {
  const x = upload(gpu, { shape: [9, 5], data: random(3, 45) });
  const counter = zeros(gpu, [1]), out = zeros(gpu, [9, 5]);
  const options = { p: 0.5, key: KEY, counter };
  using program = record(gpu, "drop", () => copyInto(out, dropout(x, options)));
  const at = async (step: number) => {
    counter.write([step]);
    program.run();
    return await out.read();
  };
  const first = await at(3);
  assertNotEquals(await at(4), first);
  assertEquals(await at(3), first);
  assertEquals(await dropout(x, { ...options, p: 0 }).read(), await x.read());
});

Deno.test("dropout() does not depend on how many bindings a tensor takes, and lets NaN through", async () => {
  const values = random(4, 70 * 64);
  values[100] = NaN;
  const draw = async (options: { maxBinding?: number }) => {
    using gpu = await openGpu(options);
    using x = upload(gpu, { shape: [70, 64], data: new Float32Array(70 * 64).fill(1) });
    gpu.flush();
    gpu.device.queue.writeBuffer(x.storage.buffer, 0, Float32Array.from(values));
    return await dropout(x, { p: 0.4, key: KEY, counter: zeros(gpu, [1]) }).read();
  };
  const whole = await draw({});
  assertEquals(await draw({ maxBinding: 4096 }), whole);
  assert(Number.isNaN(whole[100]));
});
