/** Interactions at MLPs and in attention, the penalty on them, and their truth by ablation. @module */
import type { ActiveLatents } from "../../../lib/crosscoder/active_latents.ts";
import { attributionMismatch } from "../../../lib/interactions/agreement/baselines/attribution_mismatch.ts";
import {
  crossPositions,
  crossPositionShares,
} from "../../../lib/interactions/attention/cross_position.ts";
import { edgeMetrics } from "../../../lib/interactions/attention/edge_metrics.ts";
import { drawEdges } from "../../../lib/interactions/attention/edges.ts";
import { headsOf } from "../../../lib/interactions/attention/heads.ts";
import { mixValues } from "../../../lib/interactions/attention/mix_values.ts";
import { pairRowMoves } from "../../../lib/interactions/attention/pair_rows.ts";
import {
  addToPairTables,
  createPairTables,
  readPairTables,
} from "../../../lib/interactions/attention/pair_tables.ts";
import { attentionPlayers } from "../../../lib/interactions/attention/players.ts";
import { scoreProducts } from "../../../lib/interactions/attention/score_parts.ts";
import { attentionWeights } from "../../../lib/interactions/attention/weights.ts";
import { pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { PAIR_METRICS } from "../../../lib/interactions/pairs/metrics.ts";
import { neuronScores } from "../../../lib/interactions/pairs/neuron_scores.ts";
import {
  addToTable,
  createPairTable,
  readTable,
} from "../../../lib/interactions/pairs/pair_table.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { penaltyNeurons } from "../../../lib/interactions/penalty/neurons.ts";
import { interactionPenalty, PENALTY_KINDS } from "../../../lib/interactions/penalty/penalty.ts";
import { schemePreActivations, SCHEMES } from "../../../lib/interactions/penalty/schemes.ts";
import { mlpOf } from "../../../lib/interactions/players/mlp.ts";
import { makePlayers } from "../../../lib/interactions/players/players.ts";
import {
  fourPointLogits,
  fourPointNorms,
  uploadPoints,
} from "../../../lib/interactions/truth/four_points.ts";
import { removeLatents, uploadRemoval } from "../../../lib/interactions/truth/remove_latents.ts";
import { type ActivationName, ACTIVATIONS } from "../../../lib/model/components/mlp.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import { randomCoder, randomModel } from "../../interactions/util.ts";
import { type Drive, numbers } from "./drive.ts";

const POS = 7, TOKENS = 3 * POS, D_IN = 16, D_SAE = 14;

/** Three of fourteen latents active at each token but the first, which has none. */
function someActive(): ActiveLatents {
  const entries = 3 * (TOKENS - 1);
  return {
    tokens: TOKENS,
    d_sae: D_SAE,
    start: Uint32Array.from({ length: TOKENS + 1 }, (_, t) => 3 * Math.max(0, t - 1)),
    latent: Uint32Array.from({ length: entries }, (_, e) => (e % 3) * 4 + Math.floor(e / 3) % 4),
    act: numbers(5, entries).map((value) => 0.2 + Math.abs(value)),
  };
}

const active = someActive();

/** Every score of pairs, neurons and contributions at the MLP of a block. */
function neurons(activation: ActivationName): Drive {
  return {
    name: `interactions at an MLP, ${activation}`,
    run: async (gpu) => {
      const model = randomModel(gpu, { activation }), coder = randomCoder();
      const x = upload(gpu, { shape: [TOKENS, D_IN], data: numbers(6, TOKENS * D_IN) });
      const mlp = await mlpOf(model, 1);
      using players = makePlayers(gpu, { mlp, coder, site: 1, part: { active, x: [x, x] } });
      const instances = pairInstances(active);
      const scores = await pairScores(players, instances, {
        metrics: PAIR_METRICS,
        random: stream(7, "orders"),
      });
      const { sums: all, R } = await neuronScores(players, { random: stream(8, "orders") });
      // What the largest contributions miss is here little more than rounding.
      const sums = Object.fromEntries(
        Object.entries(all).filter(([name]) => !name.startsWith("missed")),
      );
      const base = upload(gpu, { shape: [players.d_mlp], data: numbers(9, players.d_mlp) });
      const kept = SCHEMES.map((scheme) =>
        schemePreActivations(players, base, { scheme, seed: 1, first: 0 })
      );
      using table = createPairTable(gpu, instances.pairs.i.length);
      const values = upload(gpu, { shape: [instances.pair.length], data: scores.removal });
      addToTable(table, { values, rows: instances.pair });
      const mismatch = await attributionMismatch(players);
      const pre = await readTensors(kept);
      const by_scheme = Object.fromEntries(SCHEMES.map((scheme, n) => [scheme, pre[n]]));
      return { ...scores, ...sums, R, ...by_scheme, mismatch, table: (await readTable(table)).sum };
    },
  };
}

const penalties: Drive = {
  name: "interactionPenalty",
  run: async (gpu) => {
    const model = randomModel(gpu), coder = randomCoder(), batch = 6, n_sites = 2;
    using neurons = await penaltyNeurons(model, coder, { rows: 4 });
    const found: Record<string, ArrayLike<number>> = {};
    for (const kind of PENALTY_KINDS) {
      const acts = upload(gpu, {
        shape: [batch, D_SAE],
        data: numbers(10, batch * D_SAE).map((v) => Math.max(v, 0)),
      });
      const x = upload(gpu, {
        shape: [batch, n_sites * D_IN],
        data: numbers(11, batch * n_sites * D_IN),
      });
      const W_dec = upload(gpu, coder.arrays.W_dec);
      for (const tensor of [acts, W_dec]) tensor.requiresGrad = true;
      const loss = withGradients(
        gpu,
        [acts, W_dec],
        () => interactionPenalty({ acts, x, W_dec }, neurons, { kind }),
      );
      found[kind] = await loss.read();
      found[`${kind} acts`] = await acts.grad!.read();
      found[`${kind} W_dec`] = await W_dec.grad!.read();
    }
    return found;
  },
};

const attention: Drive = {
  name: "interactions in attention",
  run: async (gpu) => {
    const model = randomModel(gpu), sites = [0, 1].map((l) => `blocks.${l}.ln1.hook_normalized`);
    const coder = randomCoder({ sites });
    using weights = attentionWeights(gpu, await headsOf(model, 1), coder);
    const x = upload(gpu, { shape: [TOKENS, D_IN], data: numbers(6, TOKENS * D_IN) });
    using players = attentionPlayers(weights, { pos: POS, active, x: [x, x] });
    const { heads } = weights;
    const causal = { pos: POS, window: heads.window };
    const edges = drawEdges(active, causal, { count: 20, random: stream(5, "edges") });
    const metrics = await edgeMetrics(players, edges);
    const moves = await pairRowMoves(players, { q: edges.q, i: edges.i, j: edges.j });
    const products = await scoreProducts(players);
    using cross = crossPositions(players);
    const shares = await crossPositionShares(players, cross);
    const list = uploadIds(gpu, [2, 4], Uint32Array.of(3, 0, 0, 0, 9, 0, 0, 0));
    const weight = upload(gpu, {
      shape: [2 * heads.n_heads, POS],
      data: numbers(12, 2 * heads.n_heads * POS),
    });
    const mixed = mixValues(players, { tokens: list, weight });
    const tables = createPairTables(weights, { random: stream(6, "shuffled") });
    addToPairTables(tables, players);
    const sums = await readPairTables(tables);
    const arrays = Object.entries(sums).filter(([, value]) => ArrayBuffer.isView(value));
    return {
      ...metrics,
      ...moves,
      ...Object.fromEntries(arrays) as Record<string, ArrayLike<number>>,
      products: products.centred[0],
      shares: shares[0],
      mixed: await mixed.read(),
    };
  },
};

const ablations: Drive = {
  name: "four points of an ablation",
  run: async (gpu) => {
    const d = 21,
      table = (seed: number, rows: number) =>
        upload(gpu, { shape: [rows, 1, d], data: numbers(seed, rows * d) });
    const points = uploadPoints({ clean: table(1, 2), rows: table(2, 6) }, {
      at: Uint32Array.of(0, 0, 1, 2, 1, 3, 4, 5),
      targets: Uint32Array.of(4, 20),
    });
    using removal = uploadRemoval(gpu, Uint32Array.of(1, 2, 0, 1), Float32Array.of(1, 0.5, 0, 2));
    const x = upload(gpu, { shape: [2, d], data: numbers(3, 2 * d) });
    const latents = upload(gpu, { shape: [3, d], data: numbers(4, 3 * d) });
    const [norms, logits, without] = await readTensors([
      fourPointNorms(points),
      fourPointLogits(points),
      removeLatents(x, latents, removal),
    ]);
    return { norms, logits, without };
  },
};

export const INTERACTIONS: readonly Drive[] = [
  ...(Object.keys(ACTIVATIONS) as ActivationName[]).map(neurons),
  penalties,
  attention,
  ablations,
];
