import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { concentration } from "../../../lib/interactions/attention/concentration.ts";
import { firstSeen } from "../../../lib/interactions/attention/edges.ts";
import {
  addToPairTables,
  createPairTables,
  readPairTables,
} from "../../../lib/interactions/attention/pair_tables.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { assertClose } from "../../util.ts";
import { tinyNeo, withPlayers } from "./tiny_attention.ts";

Deno.test("tables of pairs are the sums over all positions of all heads, part by part", async () => {
  using gpu = await openGpu();
  for (const layer of [0, 1]) {
    await withPlayers(tinyNeo(gpu), layer, async (players) => {
      const { pos, tokens, weights } = players, { n_heads, d_head, window } = weights.heads;
      using tables = createPairTables(weights, { random: stream(0, "shuffle") });
      addToPairTables(tables, players);
      addToPairTables(tables, players); // a second part of the same text
      const found = await readPairTables(tables);
      const [acts, pattern, Q, K] = await readTensors([
        players.acts,
        players.pattern,
        weights.Q,
        weights.K,
      ]);
      const order = stream(0, "shuffle").permutation(12), width = n_heads * d_head;
      const omega = (i: number, j: number, h: number) => {
        let sum = 0;
        for (let c = h * d_head; c < (h + 1) * d_head; c++) {
          sum += Q[i * width + c] * K[j * width + c];
        }
        return Math.abs(sum);
      };
      const names = [
        "together",
        "distance",
        "score",
        "score_shuffled",
        "attended",
        "attended_shuffled",
      ] as const;
      const right = Object.fromEntries(names.map((name) => [name, new Float64Array(144)]));
      const received = Array.from({ length: n_heads }, () => new Float64Array(12));
      for (let q = 0; q < tokens; q++) {
        for (let k = firstSeen(q, { pos, window }); k <= q; k++) {
          const A = Array.from(
            { length: n_heads },
            (_, h) =>
              pattern[((Math.floor(q / pos) * n_heads + h) * pos + q % pos) * pos + k % pos],
          );
          for (let j = 0; j < 12; j++) {
            const f_j = 2 * acts[k * 12 + j];
            A.forEach((a, h) => received[h][j] += a * f_j);
            for (let i = 0; i < 12; i++) {
              const both = acts[q * 12 + i] * f_j, at = i * 12 + j;
              right.together[at] += both;
              right.distance[at] += (q - k) * both;
              A.forEach((a, h) => {
                right.score[at] += omega(i, j, h) * both;
                right.score_shuffled[at] += omega(order[i], order[j], h) * both;
                right.attended[at] += a * omega(i, j, h) * both;
                right.attended_shuffled[at] += a * omega(order[i], order[j], h) * both;
              });
            }
          }
        }
      }
      for (const name of names) assertClose(found[name], right[name], { name, rtol: 2e-5 });
      received.forEach((of_head, h) =>
        assertClose(found.received[h], of_head, { name: "received", rtol: 1e-5 })
      );
    });
  }
});

Deno.test("concentration() counts the strongest pairs that met, and draws the curve through them", () => {
  const values = Array.from({ length: 200 }, (_, n) => n < 40 ? 10 : 0.625);
  const { pairs, needed, held } = concentration(values, values.map(() => 1));
  assertEquals([pairs, needed, held.length], [200, 40 / 200, 41]);
  assertAlmostEquals(held[8], 0.8, 1e-12);
  assertEquals([held[0], held[40]], [0, 1]);
  assert(held.every((share, n) => n === 0 || share >= held[n - 1]));
  const flat = concentration(new Float32Array(10).fill(1), new Float32Array(10).fill(1));
  assertEquals(flat.needed, 0.8);
  const few = concentration([3, 1], [1, 1]);
  assertEquals([few.held[20], few.held[10]], [0.75, 0.375]); // straight between pairs
});
