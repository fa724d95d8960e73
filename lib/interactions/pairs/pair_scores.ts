/**
 * Scores of pairs, token by token, on the device: differences of some thousands of instances, their
 * product with W_out, norms. Nothing is ever as large as latents² times neurons.
 * @module
 */
import { exactly, expectForm, list, maybe, oneOf, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { readTensors } from "../../tensor/read.ts";
import type { Players } from "../players/players.ts";
import type { PairInstances } from "./instances.ts";
import { mainEffects } from "./main_effects.ts";
import { eachSpan, type OrderOptions } from "./measure.ts";
import { type Measure, PAIR_METRICS, type PairMetric, RECIPES } from "./metrics.ts";

/**
 * `random` and `permutations` (2 by default) are the Shapley-Taylor index's: the mean over as many
 * orders of the active latents of every token.
 */
export type PairScoreOptions<Metric extends PairMetric = PairMetric> = {
  metrics: readonly Metric[];
  random?: Random;
  permutations?: number;
};

const OPTIONS = exactly({
  metrics: list(oneOf(PAIR_METRICS), { least: 1 }),
  random: maybe(randomForm),
  permutations: maybe(whole(1)),
});

const ACTION = "score pairs";

/**
 * By metric one number for each instance, [instances]; PAIR_METRICS says what they are. The
 * instances are of the players' own text part. Throws on instances of another, and where the
 * Shapley-Taylor index is asked for without `random`.
 */
export async function pairScores<Metric extends PairMetric>(
  players: Players,
  instances: PairInstances,
  options: PairScoreOptions<Metric>,
): Promise<Record<Metric, Float32Array>> {
  const { metrics, random, permutations = 2 } = options;
  expectForm(ACTION, options, OPTIONS);
  checkInstances(ACTION, players, instances);
  if (metrics.some((name) => name === "shapley_taylor") && random === undefined) {
    throw new RangeError(
      `Cannot ${ACTION}: expected random numbers for the orders of shapley_taylor but found none: ` +
        'pass random: stream(seed, "orders")',
    );
  }
  const wanted = new Map<string, Measure>();
  for (const metric of metrics) {
    for (const measure of RECIPES[metric]?.of ?? []) wanted.set(keyOf(measure), measure);
  }
  const measured = await measure(players, instances, {
    measures: [...wanted.values()],
    orders: { random, permutations },
  });
  const result = {} as Record<Metric, Float32Array>;
  for (const metric of metrics) {
    result[metric] = await scoreOf(metric, { players, instances, measured });
  }
  return result;
}

const keyOf = ({ part, by }: Measure) => `${by} of ${part}`;

type Measured = Map<string, Float32Array>;

async function measure(
  players: Players,
  instances: PairInstances,
  { measures, orders }: { measures: readonly Measure[]; orders: OrderOptions },
): Promise<Measured> {
  const count = instances.pair.length;
  const found: Measured = new Map(measures.map((m) => [keyOf(m), new Float32Array(count)]));
  await eachSpan(players, instances, { measures, orders }, async (values, from) => {
    const read = await readTensors(values);
    measures.forEach((m, n) => found.get(keyOf(m))!.set(read[n], from));
  });
  return found;
}

async function scoreOf(
  metric: PairMetric,
  { players, instances: { first, second }, measured }: {
    players: Players;
    instances: PairInstances;
    measured: Measured;
  },
): Promise<Float32Array> {
  const scores = (score: (at: number) => number) =>
    Float32Array.from({ length: first.length }, (_, at) => score(at));
  const recipe = RECIPES[metric];
  if (recipe !== undefined) {
    const { of, score } = recipe;
    const values = of.map((m) => measured.get(keyOf(m))!);
    if (score === undefined) return values[0];
    return scores((at) => score(values.map((value) => value[at]), players.d_mlp));
  }
  const { act } = players.active;
  if (metric === "acts_product") return scores((at) => act[first[at]] * act[second[at]]);
  const context = metric === "main_product_insertion" ? "insertion" : "removal";
  const norms = await mainEffects(players, { context });
  return scores((at) => Math.sqrt(norms[first[at]] * norms[second[at]]));
}

/** Throws `Cannot ${action}: ...` unless these are instances of the players' entries. */
export function checkInstances(
  action: string,
  { entries, active: { start, latent } }: Players,
  { pairs, pair, first, second, token }: PairInstances,
): void {
  const lengths = [pair, first, second, token].map(({ length }) => length);
  if (new Set(lengths).size > 1) {
    throw new RangeError(
      `Cannot ${action}: expected a pair, two entries and a token for each instance but found ` +
        `${lengths.join(", ")}: take them from pairInstances`,
    );
  }
  const isAt = (entry: number, t: number) => entry >= start[t] && entry < start[t + 1];
  const wrong = pair.findIndex((p, at) =>
    !isAt(first[at], token[at]) || !isAt(second[at], token[at]) ||
    latent[first[at]] !== pairs.i[p] || latent[second[at]] !== pairs.j[p]
  );
  if (wrong < 0) return;
  throw new RangeError(
    `Cannot ${action}: expected instances of the ${entries} entries of these players but found ` +
      `entries ${first[wrong]} and ${second[wrong]} at token ${token[wrong]}, instance ${wrong}: ` +
      "list the pairs of the same part",
  );
}
