/**
 * A few rows of activations that a crosscoder carries with it, and what it made of them when it was
 * trained: whoever loads it computes L0 and FVU again, on the CPU. A scale that was folded in
 * twice, or TopK read as ReLU, gives other numbers.
 * @module
 */
import { exactly, expectForm, type Form, number, whole } from "../io/form.ts";
import type { HostArray } from "../io/host_array.ts";
import { gatherRowsInto } from "../tensor/ops/rows.ts";
import { empty, uploadIds } from "../tensor/tensor.ts";
import type { Crosscoder, SelfTestRows } from "./check_coder.ts";
import type { ActivationPool } from "./harvest/pool.ts";
import { hostEncode } from "./host_encode.ts";

/**
 * What config.json says of it; `FVU` over all sites concatenated, scaled, about the mean of these
 * rows.
 */
export type SelfTestNumbers = { rows: number; L0: number; FVU: number };

const SELF_TEST: Form<SelfTestNumbers> = exactly({
  rows: whole(1),
  L0: number({ least: 0 }),
  FVU: number({ least: 0 }),
});

/** Rows that are carried along. */
const ROWS = 8;

/**
 * One row is taken of each part of the pool, each further into its part by this share of it: a pool
 * holds sequence after sequence, and rows at even distances would all be first tokens, which are
 * the same in texts that begin alike.
 */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * How far numbers may be off. Within one file they are the same sums again; where the scale was
 * moved since, weights are rounded anew and a latent at its threshold may turn on or off.
 */
const TOLERANCE = { same: { L0: 1e-9, FVU: 1e-6 }, moved: { L0: 2 / ROWS, FVU: 0.02 } };

/**
 * The crosscoder with rows of a pool as its self-test; without one where these rows do not vary.
 */
export async function withSelfTest(coder: Crosscoder, pool: ActivationPool): Promise<Crosscoder> {
  const { sites, d_in } = coder.config, [{ gpu, columns }] = pool.tables;
  const count = Math.min(ROWS, pool.rows);
  const at = Uint32Array.from({ length: count }, (_, r) => {
    return Math.floor((r + (r * GOLDEN) % 1) * pool.rows / count);
  });
  using index = uploadIds(gpu, [count], at);
  using rows = empty(gpu, [count, columns]);
  gatherRowsInto(rows, { tables: pool.tables, index });
  const x = { shape: [count, sites.length, d_in], data: await rows.read() };
  const numbers = measured(coder, x);
  return Number.isFinite(numbers.FVU) ? { ...coder, selfTest: { x, ...numbers } } : coder;
}

/**
 * L0 and FVU of a crosscoder on raw rows x [rows, n_sites, d_in]. FVU is no number where the rows
 * are all the same.
 */
function measured(
  coder: Crosscoder,
  { shape, data }: HostArray,
): { L0: number; FVU: number } {
  const [count] = shape, N = data.length / count;
  const rows = Array.from({ length: count }, (_, r) => data.subarray(r * N, (r + 1) * N));
  const { acts, x, x_hat } = hostEncode(coder, rows);
  // About the first row, so that rows that are all the same have a variance of exactly 0.
  const [first] = x, mean = new Float64Array(N);
  for (const row of x) row.forEach((v, j) => mean[j] += (v - first[j]) / count);
  let left = 0, all = 0;
  for (const [r, row] of x.entries()) {
    for (let j = 0; j < N; j++) {
      left += (row[j] - x_hat[r][j]) ** 2;
      all += (row[j] - first[j] - mean[j]) ** 2;
    }
  }
  const firing = acts.map((row) => row.filter((f) => f > 0).length);
  return { L0: firing.reduce((sum, n) => sum + n, 0) / count, FVU: left / all };
}

/**
 * Throws where the crosscoder does not make of its rows what its self-test says. `moved`: the scale
 * may have been folded in or out since. Returns the numbers as they are now.
 */
export function checkSelfTest(
  action: string,
  coder: Crosscoder,
  { moved = false, todo = "train it again, or save it without its selfTest" } = {},
): SelfTestNumbers | undefined {
  const { selfTest, config } = coder;
  if (selfTest === undefined) return undefined;
  const { x, ...expected } = selfTest;
  const [rows, n_sites, d_in] = x.shape;
  if (n_sites !== config.sites.length || d_in !== config.d_in) {
    throw new RangeError(
      `Cannot ${action}: expected a self-test of rows [${config.sites.length}, ${config.d_in}] but found ` +
        `[${n_sites}, ${d_in}]: ${todo}`,
    );
  }
  const found = measured(coder, x), most = TOLERANCE[moved ? "moved" : "same"];
  const fits = Math.abs(found.L0 - expected.L0) <= most.L0 &&
    Math.abs(found.FVU - expected.FVU) <= most.FVU * Math.max(expected.FVU, 1e-3);
  if (fits) return { rows, ...found };
  const words = ({ L0, FVU }: { L0: number; FVU: number }) =>
    `L0 ${L0.toFixed(2)} and FVU ${FVU.toFixed(4)}`;
  throw new RangeError(
    `Cannot ${action}: expected ${
      words(expected)
    } on the ${rows} rows of its self-test but found ` +
      `${
        words(found)
      }: its activation, its scale or its weights are not those that it was trained with; ${todo}`,
  );
}

/** The self-test of a folder: numbers of config.json, rows of self_test.safetensors. */
export function selfTestOf(
  action: string,
  numbers: unknown,
  x: HostArray | undefined,
  todo: string,
): SelfTestRows {
  const { rows, L0, FVU } = expectForm(action, numbers, SELF_TEST, todo);
  if (x === undefined || x.shape.length !== 3 || x.shape[0] !== rows) {
    throw new RangeError(
      `Cannot ${action}: expected x [${rows}, n_sites, d_in] in self_test.safetensors but found ` +
        `${x === undefined ? "none" : `[${x.shape}]`}: ${todo}`,
    );
  }
  return { x, L0, FVU };
}
