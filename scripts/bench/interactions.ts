/**
 * Scores of pairs of latents, each kernel of them, beside plain TypeScript and vectorised PyTorch. A
 * slice of the tokens is timed; rates hold for all of them.
 * @module
 */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import { nonlinearity } from "../../lib/interactions/formulas/nonlinearity.ts";
import { type PairInstances, pairInstances } from "../../lib/interactions/pairs/instances.ts";
import type { PairMetric } from "../../lib/interactions/pairs/metrics.ts";
import { neuronScores } from "../../lib/interactions/pairs/neuron_scores.ts";
import { addToTable, createPairTable } from "../../lib/interactions/pairs/pair_table.ts";
import { pairScores } from "../../lib/interactions/pairs/pair_scores.ts";
import { makePlayers, type Players } from "../../lib/interactions/players/players.ts";
import { stream } from "../../lib/numerics/random.ts";
import { readTensors } from "../../lib/tensor/read.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { timed, timedThread, type Times } from "./measure.ts";
import { randomValues } from "./products.ts";
import { runPython } from "./python.ts";
import type { Row } from "./table.ts";

/** d_sae latents, `active` of them at each of `tokens` tokens; `text`: tokens that this is a slice of. */
type Sizes = {
  d_sae: number;
  d_mlp: number;
  d_model: number;
  active: number;
  tokens: number;
  text: number;
};

const PAPER: Sizes = {
  d_sae: 1536,
  d_mlp: 3072,
  d_model: 768,
  active: 20,
  tokens: 32,
  text: 8192,
};
const SMALL: Sizes = {
  d_sae: 512,
  d_mlp: 256,
  d_model: 64,
  active: 12,
  tokens: 512,
  text: 12_800,
};

/** Products with W_out that a score takes; the others have none. */
const PRODUCTS: Partial<Record<PairMetric, number>> = {
  removal: 1,
  insertion: 1,
  shapley_taylor: 1,
  integrated_hessian: 1,
  plain_hessian: 1,
  jacobian_change: 2,
};

const SIZES: PairMetric[] = ["gate_flips", "dominant_bound", "min_bound", "removal_triangle"];

/** The bench's rows of interactions, as they are measured. */
export async function* interactionRows(gpu: Gpu): AsyncGenerator<Row> {
  yield* rowsOf(gpu, PAPER, [...Object.keys(PRODUCTS) as PairMetric[], ...SIZES]);
  yield* rowsOf(gpu, SMALL, ["removal"]);
}

async function* rowsOf(gpu: Gpu, sizes: Sizes, metrics: PairMetric[]): AsyncGenerator<Row> {
  using players = randomPlayers(gpu, sizes);
  const instances = pairInstances(players.active), count = instances.pair.length;
  const scale = `F ${sizes.d_sae}, M ${sizes.d_mlp}`;
  let removal: Times | undefined;
  for (const metric of metrics) {
    const random = stream(0, "orders");
    let last: Promise<unknown>;
    const run = () =>
      last = pairScores(players, instances, { metrics: [metric], random, permutations: 1 });
    const times = await timed(run, () => last, { rounds: 2 });
    if (metric === "removal") removal = times;
    const products = PRODUCTS[metric] ?? 0;
    yield {
      group: "interactions",
      name: `${metric}, ${scale}`,
      ...times,
      ...(products > 0 ? { flop: 2 * products * sizes.d_mlp * sizes.d_model * count } : {}),
      note: `${rate(count, times)}${
        metric === "removal" ? `; ${denseNote(sizes, times, count)}` : ""
      }`,
    };
  }
  yield* peerRows(players, { instances, sizes, ours: removal! });
  if (sizes === PAPER) yield* otherRows(players, instances);
}

function rate(count: number, { cpu }: Times, what = "pair-instances"): string {
  return `${(count / cpu / 1e3).toFixed(1)} k ${what}/s by cpu`;
}

/** All pairs of latents at every token, at the rate of those that are active. */
function denseNote({ d_sae, active, text, tokens }: Sizes, { cpu }: Times, count: number): string {
  const more = d_sae * (d_sae - 1) / (active * (active - 1));
  const seconds = cpu * text / tokens, pairs = text / tokens * count;
  return `${(pairs / 1e6).toFixed(2)} M instances of ${text} tokens ${
    seconds.toFixed(0)
  } s, all pairs ${(more * seconds / 3600).toFixed(0)} h`;
}

/** Random players: a crosscoder and an MLP of these sizes, random activations, on one text part. */
function randomPlayers(gpu: Gpu, { d_sae, d_mlp, d_model, active, tokens }: Sizes): Players {
  const random = stream(0, "players");
  const array = (factor: number, ...shape: number[]) => ({
    shape,
    data: randomValues(shape.reduce((a, b) => a * b, 1)).map((value) => factor * value),
  });
  const hook = "blocks.0.ln2.hook_normalized";
  const config = coderConfig({ sites: [hook], d_in: d_model, d_sae, folded: true });
  const coder = {
    config,
    arrays: {
      W_enc: array(0.1, 1, d_model, d_sae),
      W_dec: array(0.3, d_sae, 1, d_model),
      b_enc: array(0, d_sae),
      b_dec: array(0, 1, d_model),
    },
  };
  const mlp = {
    layer: 0,
    activation: "gelu_new" as const,
    W_in: array(Math.sqrt(3 / d_model), d_mlp, d_model),
    b_in: array(0.1, d_mlp),
    W_out: array(Math.sqrt(3 / d_mlp), d_mlp, d_model),
    b_out: array(0, d_model),
  };
  const latents = Array.from(
    { length: tokens },
    () => random.permutation(d_sae).slice(0, active).sort(),
  );
  using x = upload(gpu, array(1, tokens, d_model));
  const part = {
    active: {
      tokens,
      d_sae,
      start: Uint32Array.from({ length: tokens + 1 }, (_, t) => t * active),
      latent: Uint32Array.from(latents.flatMap((here) => [...here])),
      act: Float32Array.from({ length: tokens * active }, () => random.uniform()),
    },
    x: [x],
  };
  return makePlayers(gpu, { mlp, coder, site: 0, part });
}

async function* peerRows(
  players: Players,
  { instances, sizes, ours }: { instances: PairInstances; sizes: Sizes; ours: Times },
): AsyncGenerator<Row> {
  const { d_sae, d_mlp, d_model, active, tokens } = sizes;
  const scale = `F ${d_sae}, M ${d_mlp}`, count = instances.pair.length;
  const some = Math.min(count, Math.ceil(2e8 / (d_mlp * d_model)));
  const [w, z, W_out] = await readTensors([players.w, players.z, players.W_out]);
  const plain = timedThread(() =>
    removalScores({ w, z, W_out, d_mlp, d_model, players }, instances, some)
  );
  const each = (times: Times, n: number) => times.cpu / n;
  const ratio = each(plain, some) / each(ours, count);
  yield {
    group: "interactions",
    name: `removal in plain TypeScript, ${scale}`,
    ...plain,
    flop: 2 * d_mlp * d_model * some,
    note: `${rate(some, plain)}; ours ${ratio.toFixed(1)} times as many`,
  };
  const peer = await runPython<{ instances: number }>("./pair_scores.py", [
    ...[tokens, active, d_sae, d_mlp, d_model],
  ]);
  if (typeof peer === "string") {
    console.log(`  PyTorch's pair scores: skipped, ${peer}`);
    return;
  }
  const times = (each(peer, peer.instances) / each(ours, count)).toFixed(2);
  yield {
    group: "interactions",
    name: `removal in PyTorch, ${scale}`,
    wall: peer.wall,
    cpu: peer.cpu,
    flop: 2 * d_mlp * d_model * peer.instances,
    note: `${rate(peer.instances, peer)}; ours ${times} times as many`,
  };
}

/** The first `count` removal scores, one after the other, in float64 as JavaScript has it. */
export function removalScores(
  { w, z, W_out, d_mlp, d_model, players: { active: { latent, act }, activation } }: {
    w: Float32Array;
    z: Float32Array;
    W_out: Float32Array;
    d_mlp: number;
    d_model: number;
    players: Pick<Players, "active" | "activation">;
  },
  { first, second, token }: PairInstances,
  count: number,
): Float64Array {
  const { value } = nonlinearity(activation), scores = new Float64Array(count);
  const v = new Float64Array(d_model);
  for (let at = 0; at < count; at++) {
    const i = latent[first[at]] * d_mlp, j = latent[second[at]] * d_mlp, t = token[at] * d_mlp;
    const f_i = act[first[at]], f_j = act[second[at]];
    v.fill(0);
    for (let k = 0; k < d_mlp; k++) {
      const a = f_i * w[i + k], b = f_j * w[j + k], x = z[t + k];
      const d = value(x) - value(x - a) - value(x - b) + value(x - a - b), row = k * d_model;
      for (let m = 0; m < d_model; m++) v[m] += d * W_out[row + m];
    }
    let squares = 0;
    for (let m = 0; m < d_model; m++) squares += v[m] * v[m];
    scores[at] = Math.sqrt(squares);
  }
  return scores;
}

/** Every neuron against its bounds, and the sums of all pairs. */
async function* otherRows(players: Players, instances: PairInstances): AsyncGenerator<Row> {
  const { gpu, tokens, d_mlp, active: { d_sae } } = players;
  let last: Promise<unknown>;
  const neurons = await timed(() => last = neuronScores(players), () => last, { rounds: 3 });
  const name = `excess and bounds, ${tokens} tokens`;
  const note = rate(tokens * d_mlp, neurons, "neuron-tokens");
  yield { group: "interactions", name, ...neurons, note };
  const count = instances.pair.length, { pairs: { i, j }, pair } = instances;
  using values = upload(gpu, { shape: [count], data: randomValues(count) });
  using table = createPairTable(gpu, d_sae * d_sae);
  const rows = pair.map((p) => i[p] * d_sae + j[p]);
  const adding = await timed(
    () => addToTable(table, { values, rows }),
    () => gpu.device.queue.onSubmittedWorkDone(),
  );
  yield {
    group: "interactions",
    name: `into a table of ${d_sae}² pairs`,
    ...adding,
    note: rate(count, adding),
  };
}
