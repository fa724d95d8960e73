import { assert } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { drawEdges, firstSeen } from "../../../lib/interactions/attention/edges.ts";
import { pairRowMoves, pairRowVectors } from "../../../lib/interactions/attention/pair_rows.ts";
import {
  rowRemoval,
  rowWithout,
  totalVariation,
  variationBound,
} from "../../../lib/interactions/formulas/edge_removal.ts";
import { softmax } from "../../../lib/interactions/formulas/score_parts.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { type Tensor, upload } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../util.ts";
import { tinyNeo, withPlayers } from "./tiny_attention.ts";

Deno.test("pairs taken out of whole rows equal the recomputed softmax, inside both bounds", async () => {
  using gpu = await openGpu();
  for (const layer of [0, 1]) {
    await withPlayers(tinyNeo(gpu), layer, async (players) => {
      const { pos, active, weights } = players,
        { n_heads, d_head, d_model, window, W_O } = weights.heads;
      const rows = drawEdges(active, { pos, window }, { count: 60, random: stream(0, "rows") });
      const [scores, acts, v, Q, K] = await readTensors([
        players.scores,
        players.acts,
        players.v,
        weights.Q,
        weights.K,
      ]);
      const width = n_heads * d_head;
      const expected = new Float64Array(60 * d_model), sizes: number[] = [];
      rows.q.forEach((q, n) => {
        const first = firstSeen(q, { pos, window });
        const keys = Array.from({ length: q - first + 1 }, (_, m) => first + m);
        for (let h = 0; h < n_heads; h++) {
          let omega = 0;
          for (let c = h * d_head; c < (h + 1) * d_head; c++) {
            omega += Q[rows.i[n] * width + c] * K[rows.j[n] * width + c];
          }
          const row = ((Math.floor(q / pos) * n_heads + h) * pos + q % pos) * pos;
          const A = softmax(keys.map((k) => scores[row + k % pos]));
          const delta = keys.map((k) => omega * rows.f_i[n] * acts[k * 12 + rows.j[n]]);
          const written = keys.map((k) =>
            Array.from({ length: d_model }, (_, d) => {
              let sum = 0;
              for (let c = h * d_head; c < (h + 1) * d_head; c++) {
                sum += v[k * width + c] * W_O.data[c * d_model + d];
              }
              return sum;
            })
          );
          rowRemoval({ A, v: written }, delta).forEach((x, d) => expected[n * d_model + d] += x);
          sizes.push(
            Math.tanh(Math.max(...delta) / 4 - Math.min(...delta) / 4),
            totalVariation(A, rowWithout(A, delta)),
          );
          assert(Math.abs(sizes.at(-2)! - variationBound(delta)) < 1e-12);
        }
      });
      using found = pairRowVectors(players, rows);
      const [vectors, ranges] = await readTensors([found.vectors, found.sizes]);
      assertClose(vectors, expected, { name: "y − y'", rtol: 2e-5 });
      const bounds = sizes.map((_, at) =>
        at % 2 === 0 ? Math.tanh(ranges[2 * at] / 4) : ranges[2 * at - 1]
      );
      assertClose(bounds, sizes, { name: "bound and variation by head", rtol: 1e-5 });
      const { move, variation, bound } = await pairRowMoves(players, rows);
      const below = (x: number, y: number) => x <= y * (1 + 1e-5) + 1e-6; // a row that does not change rounds
      move.forEach((x, n) => assert(below(x, variation[n]) && below(variation[n], bound[n])));
      assert(move.some((x, n) => x > 0.2 * bound[n]), "a bound that is nowhere near tests little");
    });
  }
});

Deno.test("keys that a query does not attend to, however far a pair moves their scores, lose nothing", async () => {
  using gpu = await openGpu();
  await withPlayers(tinyNeo(gpu), 0, async (players) => {
    const { pos, active, weights } = players, { n_heads, window } = weights.heads;
    const rows = drawEdges(active, { pos, window }, { count: 60, random: stream(0, "rows") });
    const [pattern, acts] = await readTensors([players.pattern, players.acts]);
    // the first key of each row of the pattern goes, and scores move by hundreds of nats
    const without = pattern.map((share, at) => at % pos === 0 && at / pos % pos !== 0 ? 0 : share);
    const changed = ({ shape }: Tensor, data: Float32Array) =>
      upload(gpu, { shape: [...shape], data });
    using far = changed(players.acts, acts.map((act) => 300 * act));
    using sparse = changed(players.pattern, without);
    using found = pairRowVectors({ ...players, acts: far, pattern: sparse }, rows);
    const [vectors, sizes] = await readTensors([found.vectors, found.sizes]);
    assert(vectors.every(Number.isFinite) && sizes.every(Number.isFinite));
    const ranges = sizes.filter((_, at) => at % 4 === 0);
    assert(
      ranges.filter((range) => range > 110).length > n_heads,
      "scores that hardly move test little",
    );
    using broken = changed(
      players.pattern,
      pattern.map((share, at) => at % pos === 0 ? NaN : share),
    );
    using lost = pairRowVectors({ ...players, pattern: broken }, rows);
    const [moved] = await readTensors([lost.sizes]);
    assert(moved.some(Number.isNaN), "a NaN of the pattern is not lost");
  });
});
