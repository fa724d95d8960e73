import { assert } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { SCORE_PARTS, scoreProducts } from "../../../lib/interactions/attention/score_parts.ts";
import type { AttentionPlayers } from "../../../lib/interactions/attention/players.ts";
import { firstSeen } from "../../../lib/interactions/attention/edges.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { assertClose } from "../../util.ts";
import { tinyCoder, tinyNeo, withPlayers } from "./tiny_attention.ts";

const gpu = await openGpu();

/** The nine parts of one head's rows, centred or not, multiplied and summed in float64. */
async function expected(players: AttentionPlayers, head: number, mean?: Float32Array) {
  const { pos, tokens, query, key, weights } = players, { d_head, n_heads, window } = weights.heads;
  const width = n_heads * d_head;
  const [qf, qb, qe, kf, kb, ke, Q, K] = await readTensors([
    query.feature,
    query.bias,
    query.error,
    key.feature,
    key.bias,
    key.error,
    weights.Q,
    weights.K,
  ]);
  const shift = (W: Float32Array) =>
    Float64Array.from(
      { length: width },
      (_, c) => mean?.reduce((sum, mu, i) => sum + mu * W[i * width + c], 0) ?? 0,
    );
  const at = (feature: Float32Array, bias: Float32Array, error: Float32Array, W: Float32Array) => {
    const by = shift(W);
    return (token: number, c: number) => [
      feature[token * width + c] - by[c],
      bias[c] + by[c],
      error[token * width + c],
    ];
  };
  const queries = at(qf, qb, qe, Q), keys = at(kf, kb, ke, K);
  const centred = new Float64Array(81), uncentred = new Float64Array(81);
  for (let q = 0; q < tokens; q++) {
    const first = firstSeen(q, { pos, window }), n = q - first + 1;
    if (n < 2) continue;
    const row = Array.from({ length: 9 }, (_, p) =>
      Array.from({ length: n }, (_, m) => {
        let sum = 0;
        for (let c = head * d_head; c < (head + 1) * d_head; c++) {
          sum += queries(q, c)[Math.floor(p / 3)] * keys(first + m, c)[p % 3];
        }
        return sum;
      }));
    const means = row.map((part) => part.reduce((a, b) => a + b) / n);
    for (let p = 0; p < 9; p++) {
      for (let r = 0; r < 9; r++) {
        for (let m = 0; m < n; m++) {
          centred[p * 9 + r] += (row[p][m] - means[p]) * (row[r][m] - means[r]);
          uncentred[p * 9 + r] += row[p][m] * row[r][m];
        }
      }
    }
  }
  return { centred, uncentred };
}

for (const layer of [0, 1]) {
  Deno.test(`scoreProducts() equals float64 in block ${layer}, features as they are and about their means`, async () => {
    await withPlayers(tinyNeo(gpu), layer, async (players) => {
      for (const mean of [undefined, new Float32Array(12).map((_, i) => 0.1 * i)]) {
        const found = await scoreProducts(players, { mean });
        for (let head = 0; head < 2; head++) {
          const right = await expected(players, head, mean);
          assertClose(found.centred[head], right.centred, { name: "centred", rtol: 2e-5 });
          assertClose(found.uncentred[head], right.uncentred, { name: "uncentred", rtol: 2e-5 });
        }
      }
    });
  });
}

Deno.test("centred products do not see the gauge: a constant on each row, or another b_dec on the query's side", async () => {
  const model = tinyNeo(gpu), coder = tinyCoder(model);
  await withPlayers(model, 0, async (players) => {
    const { centred, uncentred } = await scoreProducts(players);
    const constant = ["feature x bias", "bias x bias", "error x bias"].map((name) =>
      SCORE_PARTS.indexOf(name as typeof SCORE_PARTS[number])
    );
    for (let head = 0; head < 2; head++) {
      for (const p of constant) {
        for (let r = 0; r < 9; r++) assert(centred[head][9 * p + r] === 0, `${SCORE_PARTS[p]}`);
        assert(uncentred[head][9 * p + p] > 0.1);
      }
    }
    // What b_dec does not explain the error node holds: the whole centred score stays what it was.
    const total = (products: Float64Array[]) => products.map((of) => of.reduce((a, b) => a + b));
    const moved = structuredClone(coder);
    moved.arrays.b_dec.data.forEach((b, i) => moved.arrays.b_dec.data[i] = b + 0.5 * Math.sin(i));
    await withPlayers(model, 0, async (other) => {
      const after = await scoreProducts(other);
      assertClose(total(after.centred), total(centred), { name: "centred total", rtol: 1e-4 });
      assertClose(
        after.centred.map((of) => of[0]),
        centred.map((of) => of[0]),
        { name: "feature x feature", rtol: 1e-5 },
      );
    }, moved);
  });
});
