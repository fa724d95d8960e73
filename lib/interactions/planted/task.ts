/**
 * Planted truth: features in superposition of which some pairs are combined by a known rule, and all
 * others by none. A metric of interaction should find these pairs, and nothing else.
 *
 *   x = Σ f_i d_i, f_i in {0} or [0.8, 1.2], more directions d_i than dimensions
 *   y = (AND, OR, XOR of each planted pair's features, then every feature on its own)
 *
 * Every feature is in some pairs and has an output of its own, so that neither co-activation nor main
 * effects say which pairs are planted: features fire on their own, with one rate.
 * @module
 */
import { exactly, expectForm, number, whole } from "../../io/form.ts";
import type { Random } from "../../numerics/random.ts";

/** What is asked of two features. */
export const RULES = ["and", "or", "xor"] as const;
/** The name of a rule. */
export type Rule = typeof RULES[number];

/** Features i < j, combined by a rule. */
export type PlantedPair = { i: number; j: number; rule: Rule };

/** Sizes: `active` of the features fire at an input on average; `pairs` of each rule are planted. */
export type LogicSizes = { features: number; d_model: number; active: number; pairs: number };

/** Directions [features, d_model] of norm 1, and the pairs, by i, then j. */
export type LogicTask = LogicSizes & {
  directions: Float32Array<ArrayBuffer>;
  planted: PlantedPair[];
};

const SIZES = exactly({
  features: whole(4),
  d_model: whole(1),
  active: number({ above: 0 }),
  pairs: whole(1),
});

/** A task with random directions and random pairs. Throws where there are not so many pairs. */
export function makeLogicTask(sizes: LogicSizes, random: Random): LogicTask {
  const action = "plant pairs";
  const { features, d_model, pairs } = expectForm(action, sizes, SIZES);
  const all = features * (features - 1) / 2;
  if (3 * pairs > all) {
    throw new RangeError(
      `Cannot ${action}: expected at most ${all} pairs of ${features} features but found ` +
        `${3 * pairs}: plant fewer`,
    );
  }
  const order = random.stream("pairs").permutation(all);
  const planted = Array.from(order.subarray(0, 3 * pairs), (index, n) => ({
    ...pairAt(index, features),
    rule: RULES[n % 3],
  })).sort((a, b) => a.i - b.i || a.j - b.j);
  const directions = Float32Array.from(random.stream("directions").normals(features * d_model));
  for (let i = 0; i < features; i++) {
    const row = directions.subarray(i * d_model, (i + 1) * d_model);
    const norm = Math.hypot(...row);
    row.forEach((value, m) => row[m] = value / norm);
  }
  return { ...sizes, directions, planted };
}

/** Pair number `index` of those i < j, by i, then j. */
function pairAt(index: number, features: number): { i: number; j: number } {
  let i = 0;
  for (let left = features - 1; index >= left; left--) {
    index -= left;
    i++;
  }
  return { i, j: i + 1 + index };
}

/** Rows: f [rows, features], x [rows, d_model], y [rows, outputs]. */
export type LogicRows = Record<"f" | "x" | "y", Float32Array<ArrayBuffer>>;

/** The outputs of a task: one for each planted pair, then one for each feature. */
export function outputsOf({ planted, features }: LogicTask): number {
  return planted.length + features;
}

/**
 * Draws `rows` inputs with what they ask for. With `together`, at that share of the inputs the features
 * of one planted pair fire besides: for training, since both of a pair rarely fire on their own.
 */
export function logicRows(
  task: LogicTask,
  rows: number,
  { random, together = 0 }: { random: Random; together?: number },
): LogicRows {
  const { features, d_model, active, directions, planted } = task, outputs = outputsOf(task);
  const f = new Float32Array(rows * features), x = new Float32Array(rows * d_model);
  const y = new Float32Array(rows * outputs), rate = active / features;
  for (let r = 0; r < rows; r++) {
    const row = f.subarray(r * features, (r + 1) * features);
    const forced = random.uniform() < together ? random.pick(planted) : undefined;
    for (let i = 0; i < features; i++) {
      if (random.uniform() >= rate && i !== forced?.i && i !== forced?.j) continue;
      row[i] = 0.8 + 0.4 * random.uniform();
      for (let m = 0; m < d_model; m++) {
        x[r * d_model + m] += row[i] * directions[i * d_model + m];
      }
    }
    planted.forEach(({ i, j, rule }, n) => {
      const [first, second] = [row[i] > 0, row[j] > 0];
      y[r * outputs + n] = Number(
        rule === "and" ? first && second : rule === "or" ? first || second : first !== second,
      );
    });
    y.set(row, r * outputs + planted.length);
  }
  return { f, x, y };
}
