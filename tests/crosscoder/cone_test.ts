// turnIntoCone() against the same turn in float64.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { turnIntoCone } from "../../lib/crosscoder/cone.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { devices } from "../tensor/gpu_util.ts";
import { random } from "../util.ts";

const { gpu } = devices[0];

Deno.test("turnIntoCone() turns rows to the cosine, keeps their norm, and leaves those inside alone", async () => {
  const rows = 300, n = 12, cosine = 0.8;
  const directions = random(1, rows * n), noise = random(2, rows * n);
  const data = directions.map((d, i) => d + (Math.floor(i / n) % 10) * noise[i] / 3);
  for (let j = 0; j < n; j++) data[j] = -2 * directions[j]; // straight against its direction
  const w = upload(gpu, { shape: [rows, n], data });
  turnIntoCone(w, upload(gpu, { shape: [rows, n], data: directions }), { cosine });
  const found = await w.read();
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, x, j) => sum + x * b[j], 0);
  let inside = 0;
  for (let r = 0; r < rows; r++) {
    const [before, after, d] = [data, found, directions].map((all) =>
      all.subarray(r * n, r * n + n)
    );
    const cosineOf = (v: Float32Array) => dot(v, d) / Math.sqrt(dot(v, v) * dot(d, d));
    assertAlmostEquals(Math.sqrt(dot(after, after) / dot(before, before)), 1, 1e-5);
    if (cosineOf(before) >= cosine + 1e-6) {
      inside++;
      for (let j = 0; j < n; j++) assertAlmostEquals(after[j], before[j], 0);
    } else {
      assertAlmostEquals(cosineOf(after), r === 0 ? 1 : cosine, 1e-5);
      // It stays in the plane of the two: what is across both is gone.
      const sin = Math.sqrt(1 - cosine ** 2), norm = Math.sqrt(dot(before, before));
      if (r === 0) continue;
      const unit = d.map((v) => v / Math.sqrt(dot(d, d)));
      const across = before.map((v, j) => v - dot(before, unit) * unit[j]);
      const size = Math.sqrt(dot(across, across));
      for (let j = 0; j < n; j++) {
        assertAlmostEquals(after[j], norm * (cosine * unit[j] + sin * across[j] / size), 1e-4);
      }
    }
  }
  if (inside < 20 || inside > 280) {
    throw new Error(`expected both cases but found ${inside} inside`);
  }
});

Deno.test("turnIntoCone() leaves a row alone whose direction is 0", async () => {
  const data = Float32Array.of(1, -2, 3, 4, 0, 1, 0, 0);
  const w = upload(gpu, { shape: [2, 4], data });
  const directions = Float32Array.of(0, 0, 0, 0, 0, -1, 0, 0);
  turnIntoCone(w, upload(gpu, { shape: [2, 4], data: directions }), { cosine: 0.8 });
  assertEquals([...await w.read()], [1, -2, 3, 4, 0, -1, 0, 0]);
});
