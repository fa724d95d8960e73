import { assert } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import {
  crossPositions,
  crossPositionShares,
} from "../../../lib/interactions/attention/cross_position.ts";
import {
  crossPositionWeights,
  participation,
} from "../../../lib/interactions/formulas/cross_position.ts";
import type { AttentionPlayers } from "../../../lib/interactions/attention/players.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose } from "../../util.ts";
import { tinyNeo, withPlayers } from "./tiny_attention.ts";

const gpu = await openGpu();

/** Weights of Σ_{k<m} I_km by row: every pair for itself, those left out that leave nothing. */
function allPairs(A: Float32Array): Float64Array {
  const sum = new Float64Array(A.length);
  for (let k = 0; k < A.length; k++) {
    for (let other = k + 1; other < A.length; other++) {
      if (!A.some((a, n) => n !== k && n !== other && a > 0) || A[k] === 0 || A[other] === 0) {
        continue;
      }
      crossPositionWeights(A, { k, other }).forEach((w, n) => sum[n] += w);
    }
  }
  return sum;
}

async function compare(players: AttentionPlayers) {
  using found = crossPositions(players);
  const [pattern, weight, parts] = await readTensors([
    players.pattern,
    found.weight,
    found.participation,
  ]);
  const { pos } = players, rows = pattern.length / pos;
  const right = new Float64Array(pattern.length);
  const taking = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const A = pattern.slice(row * pos, (row + 1) * pos);
    right.set(allPairs(A), row * pos);
    taking[row] = participation(A);
  }
  assertClose(weight, right, { name: "weights", rtol: 3e-5 });
  assertClose(parts, taking, { name: "participation", rtol: 1e-5, atol: 1e-6 });
  return { weight, right, found };
}

Deno.test("a row's cross-position interaction is the sum over all pairs of its positions", async () => {
  for (const layer of [0, 1]) {
    await withPlayers(tinyNeo(gpu), layer, async (players) => {
      const { weight } = await compare(players);
      const { pos, batch, weights: { d_sae, heads: { n_heads } } } = players;
      assert(weight.some((w) => Math.abs(w) > 0.1));
      using again = crossPositions(players);
      const shares = await crossPositionShares(players, again), acts = await players.acts.read();
      shares.forEach((share, head) => {
        const expected = new Float64Array(d_sae);
        for (let b = 0; b < batch; b++) {
          for (let q = 0; q < pos; q++) {
            for (let j = 0; j < d_sae; j++) {
              let sum = 0;
              for (let k = 0; k < pos; k++) {
                sum += weight[((b * n_heads + head) * pos + q) * pos + k] *
                  acts[(b * pos + k) * d_sae + j];
              }
              expected[j] += sum * sum;
            }
          }
        }
        assertClose(share, expected, { name: "shares", rtol: 1e-4 });
      });
    });
  }
});

Deno.test("cross-position weights keep their digits where one key or two have nearly all the attention", async () => {
  await withPlayers(tinyNeo(gpu), 0, async (players) => {
    const rows = [
      [0.6, 0.4 - 3e-6, 1e-6, 2e-6],
      [1e-7, 0.5, 0.5 - 1.5e-7, 5e-8],
      [1 - 2e-6, 1e-6, 7e-7, 3e-7],
      [3e-8, 1 - 6e-8, 2e-8, 1e-8],
      [1, 0, 0, 0],
      [0.5, 0.5, 0, 0],
      [0.25, 0.25, 0.25, 0.25],
      [0.7, 0.1, 0.1, 0.1],
    ];
    using pattern = upload(gpu, { shape: [1, 2, 4, 4], data: Float32Array.from(rows.flat()) });
    const few = { ...players, batch: 1, pos: 4, pattern };
    const { right } = await compare(few);
    assert(right.slice(16, 24).every((w) => w === 0), "no pair leaves anything in these rows");
    assert(Math.abs(right[0]) > 0.1);
  });
});
