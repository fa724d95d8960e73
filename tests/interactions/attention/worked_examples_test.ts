// Worked numbers of one head at three positions: scores, edges, rows, tables, participation.
import { assertAlmostEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { crossPositions } from "../../../lib/interactions/attention/cross_position.ts";
import { edgeMetrics, edgeMoves } from "../../../lib/interactions/attention/edge_metrics.ts";
import { edgeScores } from "../../../lib/interactions/attention/edge_scores.ts";
import type { Heads } from "../../../lib/interactions/attention/heads.ts";
import {
  addToPairTables,
  createPairTables,
  readPairTables,
} from "../../../lib/interactions/attention/pair_tables.ts";
import { pairRowMoves, pairRowVectors } from "../../../lib/interactions/attention/pair_rows.ts";
import {
  type AttentionPlayers,
  attentionPlayers,
} from "../../../lib/interactions/attention/players.ts";
import { attentionWeights } from "../../../lib/interactions/attention/weights.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../util.ts";

const gpu = await openGpu();

/** Rows with zeros behind, since widths on the device are multiples of four. */
const padded = (rows: number[][], height = 4) => ({
  shape: [height, 4],
  data: Float32Array.from({ length: 4 * height }, (_, at) => rows[at >> 2]?.[at & 3] ?? 0),
});
const row = (values: number[]) => ({ shape: [4], data: padded([values], 1).data });
const close = (found: ArrayLike<number>, expected: number[], name: string) =>
  assertClose(found, expected, { name, rtol: 1e-5 });

const f = [[1.5, 0], [0, 2], [0.8, 1.2]];
const d = [[1, 0, 0.5], [0.2, -1, 0.3]], b = [0.1, 0.2, -0.1];
const root = Math.SQRT2; // √d_head of the two dimensions that are not padding

async function example(gpu: Gpu, test: (players: AttentionPlayers) => Promise<void>) {
  const heads: Heads = {
    layer: 0,
    site: "blocks.0.hook_resid_pre",
    d_model: 4,
    n_heads: 1,
    d_head: 4,
    window: 0,
    W_Q: padded([[1, 0.5], [-0.3, 0.8], [0.2, -0.6]].map((r) => r.map((x) => x / root))),
    W_K: padded([[0.7, -0.2], [0.4, 0.9], [-0.5, 0.3]]),
    W_V: padded([]),
    W_O: padded([[1, 0], [0, 1]]),
    b_Q: row([0.1 / root, -0.05 / root]),
    b_K: row([0.02, 0.03]),
    b_V: row([]),
    b_O: row([]),
  };
  const dense = { shape: [1, 4, 2], data: new Float32Array(8) };
  const activation = { kind: "relu" } as const;
  const config = coderConfig({ sites: [heads.site], d_in: 4, d_sae: 2, activation, folded: true });
  const coder = {
    config,
    arrays: {
      W_enc: dense,
      W_dec: { shape: [2, 1, 4], data: padded(d, 2).data },
      b_enc: { shape: [2], data: new Float32Array(2) },
      b_dec: { shape: [1, 4], data: padded([b], 1).data },
    },
  };
  const x = f.map((acts) => b.map((value, c) => value + acts[0] * d[0][c] + acts[1] * d[1][c]));
  using site = upload(gpu, padded(x, 3));
  using weights = attentionWeights(gpu, heads, coder);
  const part = { pos: 3, active: activeLatents(Float32Array.from(f.flat()), 2), x: [site] };
  using players = attentionPlayers(weights, part);
  using values = upload(gpu, padded([[1, 0], [0.5, -1], [-0.4, 2]], 3));
  await test({ ...players, v: values });
}

const edges = {
  q: Uint32Array.of(2),
  k: Uint32Array.of(1),
  i: Uint32Array.of(0),
  j: Uint32Array.of(1),
  f_i: Float32Array.of(0.8),
  f_j: Float32Array.of(2),
};

Deno.test("worked example: scores and tables of pairs", async () => {
  await example(gpu, async (players) => {
    const scores = await players.scores.read(), seen = [0, 3, 4, 6, 7, 8];
    const S = [
      1.151417327,
      0,
      0,
      0.692186828,
      1.150886997,
      0,
      1.017512516,
      0.026756921,
      0.534244629,
    ];
    close(seen.map((at) => scores[at]), seen.map((at) => S[at]), "scores");
    close(
      (await players.pattern.read()).slice(6),
      [0.503002772, 0.186762935, 0.310234293],
      "row 2",
    );
    using tables = createPairTables(players.weights, { random: stream(0, "null") });
    addToPairTables(tables, players);
    const { together, distance, score, attended } = await readPairTables(tables);
    close(together, [4.09, 2.56, 5.76, 7.84], "C");
    close(score, [1.402652367, 1.124130076, 1.205588778, 2.873862978], "|Ω| C");
    const local = Array.from(distance, (sum, at) => sum / together[at]);
    close(local, [0.586797066, 0.625, 1.145833333, 0.306122449], "localisation");
    const omega = [0.342946789, 0.439113311, 0.209303607, 0.366564155];
    const C_A = [3.052153274, 0.596645617, 2.365112586, 3.345791525];
    close(attended, C_A.map((sum, at) => sum * omega[at]), "|Ω| C^A");
  });
});

Deno.test("worked example: an edge and a whole row removed", async () => {
  await example(gpu, async (players) => {
    using scores = edgeScores(players, edges);
    close(await scores.gamma.read(), [-0.702581298], "γ");
    using moves = edgeMoves(players, scores);
    close((await moves.exact.read()).slice(0, 2), [-0.004430139, 0.229218178], "D");
    close((await moves.first.read()).slice(0, 2), [-0.003635931, 0.188125329], "first order");
    const metrics = await edgeMetrics(players, edges);
    close([metrics.exact_removal[0], metrics.first_order[0]], [0.229260985, 0.188160462], "norms");
    assertAlmostEquals(metrics.tv_bound[0], Math.tanh(0.702581298 / 4) * 3.132091953, 1e-6);
    using row = pairRowVectors(players, edges);
    close((await row.vectors.read()).slice(0, 2), [0.100974844, 0.013350142], "y − y'");
    close((await row.sizes.read()).slice(0, 2), [0.702581298, 0.131224858], "range, variation");
    const { move, variation, bound } = await pairRowMoves(players, edges);
    close(
      [move[0], variation[0], bound[0]],
      [0.101853549, 0.131224858 * 3.132091953, 0.544548782],
      "row",
    );
  });
});

Deno.test("worked example: participation of four positions", async () => {
  await example(gpu, async (players) => {
    const A = [2, 1, 3, 0.5].map((mass) => mass / 6.5);
    using pattern = upload(gpu, {
      shape: [1, 1, 4, 4],
      data: Float32Array.from([...A, ...A, ...A, ...A]),
    });
    using found = crossPositions({ ...players, pos: 4, pattern });
    close((await found.participation.read()).slice(0, 1), [0.662721893], "participation");
  });
});
