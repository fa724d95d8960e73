/**
 * Scores of pairs, token by token, on the device: differences of some thousands of instances, their
 * product with W_out, norms. Nothing is ever as large as latents² times neurons.
 * @module
 */
import { exactly, expectForm, list, maybe, oneOf, whole } from "../../io/form.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { readTensors } from "../../tensor/read.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import type { Players } from "../players/players.ts";
import { emptyDifferences } from "./differences.ts";
import type { PairInstances } from "./instances.ts";
import { mainEffects } from "./main_effects.ts";
import { type Measure, PAIR_METRICS, type PairMetric, RECIPES } from "./metrics.ts";
import { drawOrders, partMaker } from "./parts.ts";
import { pieces, rowPieces } from "./pieces.ts";
import { rowNormsInto, weightedSizesInto } from "./row_sizes.ts";

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
  { measures, orders }: {
    measures: readonly Measure[];
    orders: { random?: Random; permutations: number };
  },
): Promise<Measured> {
  const count = instances.pair.length;
  const found: Measured = new Map(measures.map((m) => [keyOf(m), new Float32Array(count)]));
  if (measures.length === 0 || count === 0) return found;
  const { gpu } = players, parts = [...new Set(measures.map(({ part }) => part))];
  using drawn = new DisposableStack();
  const drawnOrders = orders.random && parts.includes("shapley_taylor")
    ? drawOrders(players, { random: orders.random, permutations: orders.permutations })
    : [];
  for (const order of drawnOrders) drawn.use(order);
  for (const [from, to] of pieces(count, Math.floor(gpu.maxBinding / 16))) {
    using owned = new DisposableStack();
    const outs = measures.map((m) => ({ ...m, out: owned.use(empty(gpu, [to - from])) }));
    const rows = rowPieces(players, to - from);
    const cut = rows.map(([first, last]): [number, number] => [from + first, from + last]);
    const maker = owned.use(partMaker(players, { instances, pieces: cut, parts }, drawnOrders));
    for (const [piece, [first, last]] of rows.entries()) {
      using D = emptyDifferences(players, last - first);
      for (const part of parts) {
        maker.into(part, D, piece);
        for (const { by, out } of outs.filter((m) => m.part === part)) {
          if (by === "size") weightedSizesInto(out, D, players.out_norms, first);
          else vectorNormsInto(out, D, { players, first });
        }
      }
    }
    const read = await readTensors(outs.map(({ out }) => out));
    outs.forEach((m, n) => found.get(keyOf(m))!.set(read[n], from));
  }
  return found;
}

function vectorNormsInto(
  out: Tensor,
  D: Tensor,
  { players: { gpu, W_out }, first }: { players: Players; first: number },
): void {
  using v = empty(gpu, [D.rows, W_out.columns]);
  productInto("NN", { a: D, b: W_out, c: v });
  rowNormsInto(out, v, first);
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
  { entries, active: { latent } }: Players,
  { pairs, pair, first, second }: PairInstances,
): void {
  const wrong = pair.findIndex((p, at) =>
    first[at] >= entries || second[at] >= entries ||
    latent[first[at]] !== pairs.i[p] || latent[second[at]] !== pairs.j[p]
  );
  if (wrong < 0) return;
  throw new RangeError(
    `Cannot ${action}: expected instances of the ${entries} entries of these players but found ` +
      `entries ${first[wrong]} and ${
        second[wrong]
      } at instance ${wrong}: list the pairs of the same part`,
  );
}
