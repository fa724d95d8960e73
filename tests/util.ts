/**
 * What the tests share: PyTorch's values, a comparison that shows what differs, seeded numbers, folders that go again.
 *
 * @module
 */
import { AssertionError } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { HostArray } from "../lib/io/host_array.ts";
import { readSafetensors } from "../lib/io/safetensors.ts";
import { stream } from "../lib/numerics/random.ts";

export type Fixture = Record<string, HostArray>;

/** The tensors of tests/fixtures/<name>.safetensors by name; the script beside it describes them. */
export async function fixture(name: string): Promise<Fixture> {
  return Object.fromEntries((await readFixture(name)).tensors);
}

/** The options with which tests/fixtures/<name>.py computed its tensors. */
export async function fixtureOptions<T>(name: string): Promise<T> {
  return JSON.parse((await readFixture(name)).metadata.options);
}

/** The tensors of a fixture whose names begin with `prefix`, as plain values, the prefix removed. */
export function values(tensors: Fixture, prefix: string): Record<string, Float32Array> {
  const chosen = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(chosen.map(([name, { data }]) => [name.slice(prefix.length), data]));
}

/** `atol` is by default rtol times the root mean square of the finite expected values. */
export type Tolerance = { name: string; rtol: number; atol?: number };

/**
 * Throws unless |actual - expected| <= atol + rtol |expected| everywhere; the error lists up to ten
 * differing elements. Equal infinities are close, NaN is close to nothing.
 *
 * Returns the worst error in units of the root mean square of the expected values, so that a test
 * can state what it measured. `expected` with a shape gives the indices in that shape.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number> | HostArray,
  { name, rtol, atol }: Tolerance,
): number {
  const { shape, data } = "data" in expected
    ? expected
    : { shape: [expected.length], data: expected };
  if (actual.length !== data.length) {
    const sizes = `expected ${data.length} values [${shape}] but found ${actual.length}`;
    throw new AssertionError(`Cannot compare ${name}: ${sizes}: check the shapes of the operation`);
  }
  const rms = rootMeanSquare(data);
  const slack = atol ?? rtol * rms;
  const differing: { index: number; error: number }[] = [];
  let worst = 0;
  for (let i = 0; i < data.length; i++) {
    const error = actual[i] === data[i] ? 0 : Math.abs(actual[i] - data[i]);
    const finite = Number.isFinite(error);
    worst = Math.max(worst, finite ? error : Infinity);
    const allowed = slack + (Number.isFinite(data[i]) ? rtol * Math.abs(data[i]) : 0);
    if (!finite || error > allowed) differing.push({ index: i, error: finite ? error : Infinity });
  }
  const relative = worst === 0 ? 0 : worst / rms;
  if (differing.length === 0) return relative;
  const lines = differing.slice(0, 10).map(({ index, error }) =>
    `  [${position(index, shape)}] expected ${data[index]} but found ${actual[index]} ` +
    `(off by ${error.toExponential(1)})`
  );
  throw new AssertionError([
    `${name}: ${differing.length} of ${data.length} values [${shape}] differ; worst error ` +
    `${worst.toExponential(1)}, ${relative.toExponential(1)} of the root mean square; ` +
    `rtol ${rtol}, atol ${slack.toExponential(1)}`,
    ...lines,
  ].join("\n"));
}

/** `n` standard normal float32 numbers; same seed, same numbers. */
export function random(seed: number, n: number): Float32Array {
  return stream(seed, "test").normals(n);
}

function readFixture(name: string) {
  return readSafetensors(fileURLToPath(new URL(`fixtures/${name}.safetensors`, import.meta.url)));
}

function rootMeanSquare(data: ArrayLike<number>): number {
  let sum = 0, count = 0;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) continue;
    sum += data[i] ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** The index of element `i` of a row-major array, axis by axis. */
function position(i: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (const length of [...shape].reverse()) {
    index.unshift(i % length);
    i = Math.floor(i / length);
  }
  return index.join(", ");
}

/** Calls `test` with an empty folder and removes it afterwards. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
