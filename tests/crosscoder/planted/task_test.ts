import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { plantedRows, plantedTask } from "../../../lib/crosscoder/planted/task.ts";
import { stream } from "../../../lib/numerics/random.ts";

const OPTIONS = { n_features: 40, n_sites: 3, d_in: 8, L0: 3, zipf: 1, partial: 0.5, noise: 0 };

Deno.test("plantedTask() plants unit directions, some of them on neighbouring sites alone", () => {
  const { directions, sites, probabilities } = plantedTask(OPTIONS, stream(0, "task"));
  let partial = 0;
  for (const [i, [from, to]] of sites.entries()) {
    const row = directions.data.subarray(i * 24, (i + 1) * 24);
    assertAlmostEquals(Math.hypot(...row), 1, 1e-6);
    const norms = [0, 1, 2].map((l) => Math.hypot(...row.subarray(8 * l, 8 * l + 8)));
    norms.forEach((norm, l) => assertEquals(norm > 0, from <= l && l < to));
    if (to - from < 3) partial++;
  }
  assert(10 < partial && partial < 30, `${partial} of 40 live on some of the sites`);
  assertAlmostEquals(probabilities.reduce((a, b) => a + b), 3, 1e-12);
  assertAlmostEquals(probabilities[0] / probabilities[9], 10, 1e-12);
});

Deno.test("plantedTask() lives on all sites where none is partial, and where there is one site", () => {
  for (const options of [{ ...OPTIONS, partial: 0 }, { ...OPTIONS, n_sites: 1, partial: 1 }]) {
    const { sites } = plantedTask(options, stream(0, "task"));
    assert(sites.every(([from, to]) => from === 0 && to === options.n_sites));
  }
});

Deno.test("plantedTask() refuses a feature that would fire on every row, and odd widths", () => {
  const plant = (change: Partial<typeof OPTIONS>) => () =>
    plantedTask({ ...OPTIONS, ...change }, stream(0, "task"));
  assertThrows(plant({ L0: 6 }), RangeError, "fewer than all rows");
  assertThrows(plant({ d_in: 6 }), RangeError, "multiple of four");
});

Deno.test("plantedRows() fire each feature as often as they should, at magnitudes of 0.5 to 1.5", () => {
  // One direction an axis: rows then are the features themselves.
  const options = { n_features: 4, n_sites: 1, d_in: 4, L0: 1, zipf: 1, partial: 0, noise: 0 };
  const task = plantedTask(options, stream(0, "task"));
  task.directions.data.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const n = 20_000, rows = plantedRows(task, n, stream(0, "rows"));
  for (let i = 0; i < 4; i++) {
    const fires = Array.from({ length: n }, (_, r) => rows[4 * r + i]).filter((f) => f !== 0);
    const p = task.probabilities[i];
    const sd = Math.sqrt(p * (1 - p) / n);
    assert(Math.abs(fires.length / n - p) < 4 * sd, `feature ${i}: ${fires.length / n}, not ${p}`);
    assert(fires.every((f) => f >= 0.5 && f < 1.5));
    assertAlmostEquals(fires.reduce((a, b) => a + b) / fires.length, 1, 0.05);
  }
});

Deno.test("plantedRows() add noise of the given size, and draw the same from the same stream", () => {
  const task = plantedTask({ ...OPTIONS, noise: 0.1 }, stream(0, "task"));
  const noisy = plantedRows(task, 500, stream(0, "rows"));
  assertEquals(noisy, plantedRows(task, 500, stream(0, "rows")));
  const silent = { ...task, probabilities: new Float64Array(40) };
  const noise = plantedRows(silent, 500, stream(0, "rows"));
  const rms = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
  assertAlmostEquals(rms, 0.1, 0.005);
});
