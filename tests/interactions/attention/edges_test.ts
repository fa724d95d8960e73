import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { edgeMetrics, edgeMoves } from "../../../lib/interactions/attention/edge_metrics.ts";
import { edgeScores } from "../../../lib/interactions/attention/edge_scores.ts";
import { drawEdges, type Edges, firstSeen } from "../../../lib/interactions/attention/edges.ts";
import type { AttentionPlayers } from "../../../lib/interactions/attention/players.ts";
import {
  edgeTruth,
  fourOutputs,
  hostAttention,
} from "../../../lib/interactions/attention/truth.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../util.ts";
import { tinyAttentionOnly, tinyNeo, tinyText, withPlayers } from "./tiny_attention.ts";

const gpu = await openGpu();

const draw = ({ active, pos, weights: { heads: { window } } }: AttentionPlayers, count: number) =>
  drawEdges(active, { pos, window }, { count, random: stream(5, "edges") });

Deno.test("drawEdges() draws keys before the query that it sees, of latents that are active there", async () => {
  await withPlayers(tinyNeo(gpu), 1, async (players) => {
    const edges = draw(players, 400), acts = await players.acts.read();
    const { pos } = players;
    const back = Array.from(edges.q, (q, e) => q - edges.k[e]);
    assertEquals([Math.min(...back), Math.max(...back)], [1, 3]); // a window of 4 holds the query's own key
    edges.q.forEach((q, e) => {
      assertEquals(Math.floor(q / pos), Math.floor(edges.k[e] / pos));
      assertEquals([acts[q * 12 + edges.i[e]], acts[edges.k[e] * 12 + edges.j[e]]], [
        edges.f_i[e],
        edges.f_j[e],
      ]);
      assert(edges.f_i[e] > 0 && edges.f_j[e] > 0);
    });
    assertEquals(draw(players, 400), edges);
  });
  const silent = activeLatents(new Float32Array(20), 2);
  assertThrows(
    () => drawEdges(silent, { pos: 5, window: 0 }, { count: 3, random: stream(0, "none") }),
    RangeError,
    "expected tokens with active latents",
  );
});

/** Output [d_model] of one head's softmax at token q with one score lowered, by plain float64. */
async function lowered(players: AttentionPlayers, edges: Edges, gamma: Float32Array) {
  const { pos, weights: { heads } } = players, { n_heads, d_head, window, d_model, W_O } = heads;
  const [scores, v] = await readTensors([players.scores, players.v]), width = n_heads * d_head;
  const change = new Float64Array(edges.q.length * d_model);
  edges.q.forEach((q, e) => {
    for (let h = 0; h < n_heads; h++) {
      const row = (Math.floor(q / pos) * n_heads + h) * pos * pos + (q % pos) * pos;
      const first = firstSeen(q, { pos, window });
      const keys = Array.from({ length: q - first + 1 }, (_, m) => first + m);
      const before = keys.map((k) => scores[row + k % pos]);
      const after = before.map((s, m) => keys[m] === edges.k[e] ? s - gamma[e * n_heads + h] : s);
      const soft = (s: number[]) => {
        const w = s.map(Math.exp), total = w.reduce((a, b) => a + b);
        return w.map((x) => x / total);
      };
      const [A, B] = [soft(before), soft(after)];
      for (let c = 0; c < d_head; c++) {
        const moved = keys.reduce(
          (sum, k, m) => sum + (A[m] - B[m]) * v[k * width + h * d_head + c],
          0,
        );
        for (let d = 0; d < d_model; d++) {
          change[e * d_model + d] += moved * W_O.data[(h * d_head + c) * d_model + d];
        }
      }
    }
  });
  return change;
}

for (
  const [name, make, layer] of [["a window", tinyNeo, 1], [
    "1/√d_head",
    tinyAttentionOnly,
    0,
  ]] as const
) {
  Deno.test(`removing an edge equals the recomputed softmax (${name}), and no bound is violated`, async () => {
    await withPlayers(make(gpu), layer, async (players) => {
      const edges = draw(players, 100), n = edges.q.length;
      using scores = edgeScores(players, edges);
      using moves = edgeMoves(players, scores);
      const [gamma, exact, first] = await readTensors([scores.gamma, moves.exact, moves.first]);
      assert(
        gamma.some((g) => g > 0.3) && gamma.some((g) => g < -0.3) &&
          gamma.some((g) => Math.abs(g) < 0.1),
      );
      const expected = await lowered(players, edges, gamma);
      assertClose(exact, expected, { name: "exact removal", rtol: 1e-5 });
      const small = 1e-3, step = await lowered(players, edges, gamma.map((g) => small * g));
      assertClose(first, step.map((x) => x / small), { name: "first order", rtol: 3e-3 });
      const metrics = await edgeMetrics(players, edges);
      const tight = metrics.exact_removal.map((x, e) => x / metrics.tv_bound[e]);
      assert(tight.every((share) => share <= 1 + 1e-6), `${Math.max(...tight)}`);
      assert(Math.max(...tight) > 0.3, "a bound that is nowhere near tests little");
      assertEquals(metrics.raw_score.length, n);
    });
  });
}

for (
  const [name, make, layers] of [["gpt_neo", tinyNeo, 2], [
    "attention_only",
    tinyAttentionOnly,
    1,
  ]] as const
) {
  Deno.test(`the four-point truth of ${name} equals forward passes with edited queries, keys and values`, async () => {
    const model = make(gpu);
    for (let layer = 0; layer < layers; layer++) {
      await withPlayers(model, layer, async (players) => {
        const edges = draw(players, 6),
          host = await hostAttention(players),
          truth = edgeTruth(host, edges);
        const { pos, weights: { heads: { n_heads, d_head, W_O, d_model } } } = players;
        const width = n_heads * d_head, z = `blocks.${layer}.attn.hook_z`;
        const decoders = { q: host.Q, k: host.K, v: host.V };
        const forward = async (e: number, removed: { i: boolean; j: boolean }, full: boolean) => {
          const edit = (part: "q" | "k" | "v") => (tensor: typeof players.q) => {
            const values = stored[part].slice();
            const take = (token: number, latent: number, act: number) => {
              // The scale of the scores is part of these queries and not of the model's.
              const factor = part === "q" ? act * queryScale : act;
              for (let c = 0; c < width; c++) {
                values[token * width + c] -= factor * decoders[part][latent * width + c];
              }
            };
            if (removed.i && (full || part === "q")) take(edges.q[e], edges.i[e], edges.f_i[e]);
            if (removed.j && (full || part === "k")) take(edges.k[e], edges.j[e], edges.f_j[e]);
            return upload(gpu, { shape: [...tensor.shape], data: values });
          };
          const at = (part: "q" | "k" | "v") => `blocks.${layer}.attn.hook_${part}`;
          const edits = { [at("q")]: edit("q"), [at("k")]: edit("k"), [at("v")]: edit("v") };
          const { cache } = runWithCache(model, tinyText(), [z], { edits });
          return (await cache.get(z)!.read()).slice(edges.q[e] * width, (edges.q[e] + 1) * width);
        };
        const queryScale = model.architecture.name === "attention_only" ? Math.sqrt(d_head) : 1;
        const names = ["q", "k", "v"].map((part) => `blocks.${layer}.attn.hook_${part}`);
        const { cache } = runWithCache(model, tinyText(), names);
        const [q, k, v] = await readTensors(names.map((hook) => cache.get(hook)!));
        const stored = { q, k, v };
        for (let e = 0; e < 6; e++) {
          const ours = fourOutputs(host, edges, e);
          for (const full of [false, true]) {
            const { clean, no_i, no_j, neither } = ours[full ? "full" : "frozen"];
            const passes = [
              await forward(e, { i: false, j: false }, full),
              await forward(e, { i: true, j: false }, full),
              await forward(e, { i: false, j: true }, full),
              await forward(e, { i: true, j: true }, full),
            ];
            [clean, no_i, no_j, neither].forEach((output, at) => {
              assertClose(output, passes[at], { name: `edge ${e}, pass ${at}`, rtol: 2e-5 });
            });
            const four = clean.map((y, c) => y - no_i[c] - no_j[c] + neither[c]);
            let norm = 0;
            for (let d = 0; d < d_model; d++) {
              norm += four.reduce((sum, y, c) => sum + y * W_O.data[c * d_model + d], 0) ** 2;
            }
            assertClose([truth[full ? "full" : "frozen"].four_point[e]], [Math.sqrt(norm)], {
              name: "norm",
              rtol: 1e-9,
              atol: 1e-12,
            });
          }
        }
        assert(
          pos > 4 &&
            truth.full.four_point.some((x, e) => Math.abs(x - truth.frozen.four_point[e]) > 1e-3),
        );
      });
    }
  });
}
