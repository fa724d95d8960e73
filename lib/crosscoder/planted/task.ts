/**
 * A task whose answer is known: rows of activations that are sparse sums of planted directions,
 * more of them than a row has numbers (superposition). After the toy models of Elhage et al. 2022
 * and of Sharkey, Braun and Millidge 2022, here over several sites:
 *
 *   x = Σ_i f_i d_i + noise,  f_i = 0 but with probability p_i, then uniform on [0.5, 1.5);  p_i ∝ (i + 1)^-zipf
 *
 * A direction d_i [n_sites · d_in] has norm 1 over all sites; some live on a run of neighbouring
 * sites alone and are 0 on the others, as features do that a model writes in one layer and erases
 * in a later one.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stream } from "../../numerics/random.ts";
 * import { plantedRows, plantedTask } from "./task.ts";
 * const options = { n_features: 24, n_sites: 2, d_in: 8, L0: 2, zipf: 1, partial: 0.5, noise: 0 };
 * const task = plantedTask(options, stream(0, "task"));
 * assertEquals(task.directions.shape, [24, 2, 8]);
 * assertEquals(plantedRows(task, 100, stream(0, "rows")).length, 100 * 2 * 8);
 * ```
 * @module
 */
import { exactly, expectForm, number, whole } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import { type Random, randomForm } from "../../numerics/random.ts";

/** Planted features: how many, how often they fire, how they lie. */
export type PlantedOptions = {
  n_features: number;
  n_sites: number;
  /** Numbers of a site, a multiple of four. */
  d_in: number;
  /** Features that fire on a row, on average. */
  L0: number;
  /** 0: all fire equally often; 1: Zipf's law. */
  zipf: number;
  /** Share of features that live on some of the sites alone. */
  partial: number;
  /** Standard deviation of Gaussian noise on each number. */
  noise: number;
};

/** What the options have to be; also a part of settings. */
export const PLANTED_OPTIONS = {
  n_features: whole(1),
  n_sites: whole(1),
  d_in: whole(1),
  L0: number({ above: 0 }),
  zipf: number({ least: 0 }),
  partial: number({ least: 0, most: 1 }),
  noise: number({ least: 0 }),
};

/**
 * directions [n_features, n_sites, d_in]; `sites[i]`: the first site of feature i and the one after
 * its last.
 */
export type PlantedTask = {
  options: PlantedOptions;
  directions: HostArray;
  probabilities: Float64Array;
  sites: [from: number, to: number][];
};

/** Draws the directions. Throws where the commonest feature would have to fire on every row. */
export function plantedTask(options: PlantedOptions, random: Random): PlantedTask {
  const action = "plant features";
  expectForm(action, options, exactly(PLANTED_OPTIONS));
  expectForm(action, { random }, exactly({ random: randomForm }));
  const { n_features, n_sites, d_in, partial } = options;
  if (d_in % 4 !== 0) {
    throw new RangeError(
      `Cannot ${action}: expected d_in to be a multiple of four but found ${d_in}: round it up`,
    );
  }
  const probabilities = firing(options);
  const width = n_sites * d_in, data = new Float32Array(n_features * width);
  const sites = Array.from({ length: n_features }, (_, i) => {
    const [from, to] = n_sites > 1 && random.uniform() < partial
      ? someSites(n_sites, random)
      : [0, n_sites];
    const values = random.normals((to - from) * d_in);
    const norm = Math.hypot(...values);
    data.set(values.map((value) => value / norm), i * width + from * d_in);
    return [from, to] as [number, number];
  });
  const directions = { shape: [n_features, n_sites, d_in], data };
  return { options, directions, probabilities, sites };
}

/** A run of neighbouring sites that are not all of them. */
function someSites(n_sites: number, random: Random): [number, number] {
  const count = 1 + random.int(n_sites - 1);
  const from = random.int(n_sites - count + 1);
  return [from, from + count];
}

function firing({ n_features, L0, zipf }: PlantedOptions): Float64Array {
  const weights = Float64Array.from({ length: n_features }, (_, i) => (i + 1) ** -zipf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = weights.map((weight) => L0 * weight / total);
  if (probabilities[0] < 1) return probabilities;
  throw new RangeError(
    `Cannot plant features: expected the commonest to fire on fewer than all rows but found a ` +
      `probability of ${probabilities[0].toFixed(2)}: lower L0 or zipf, or plant more features`,
  );
}

/**
 * Rows of the task [count, n_sites · d_in], each feature drawn on its own; the same stream draws
 * the same rows.
 */
export function plantedRows(
  { options: { n_sites, d_in, noise }, directions, probabilities }: PlantedTask,
  count: number,
  random: Random,
): Float32Array {
  expectForm(
    "draw planted rows",
    { count, random },
    exactly({ count: whole(1), random: randomForm }),
  );
  const width = n_sites * d_in, { data } = directions;
  const rows = noise > 0 ? random.normals(count * width, noise) : new Float32Array(count * width);
  probabilities.forEach((p, i) => {
    // From one row on which the feature fires to the next: gaps are geometric.
    const scale = 1 / Math.log1p(-p);
    const gap = () => Math.floor(Math.log(1 - random.uniform()) * scale);
    for (let row = gap(); row < count; row += 1 + gap()) {
      const f = 0.5 + random.uniform();
      for (let j = 0; j < width; j++) rows[row * width + j] += f * data[i * width + j];
    }
  });
  return rows;
}
