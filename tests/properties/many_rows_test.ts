// Beyond 65,535 rows, sequences or latents a dispatch has to be folded, and beyond 65,535 turns in all llvmpipe leaves the
// loops of an invocation without a word. The other dimension is small here, so that each case is fast.
import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { addToTops } from "../../lib/crosscoder/latents.ts";
import { rowCounts } from "../../lib/crosscoder/row_counts.ts";
import { attention } from "../../lib/tensor/ops/attention.ts";
import { attentionPattern } from "../../lib/tensor/ops/attention_pattern.ts";
import { batchedMatmul } from "../../lib/tensor/ops/matmul/batched_matmul.ts";
import { columnSumsInto } from "../../lib/tensor/ops/column_sums.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex, embed } from "../../lib/tensor/ops/embedding.ts";
import { layerNorm, layerNormScale } from "../../lib/tensor/ops/layer_norm.ts";
import type { ProductForm } from "../../lib/tensor/ops/matmul/product.ts";
import { matmul } from "../../lib/tensor/ops/matmul/matmul.ts";
import { rowAttention } from "../../lib/tensor/ops/row_attention.ts";
import { gatherRowsInto, placeRowsInto, stackColumns } from "../../lib/tensor/ops/rows.ts";
import { nonzero } from "../../lib/tensor/ops/sparse_product.ts";
import { rowSumsInto, sum } from "../../lib/tensor/ops/sum.ts";
import { topK } from "../../lib/tensor/ops/top_k.ts";
import { transposeInto } from "../../lib/tensor/ops/transpose.ts";
import { crossEntropy as plainCrossEntropy } from "../reference/cross_entropy.ts";
import { embeddingGrad } from "../reference/embedding.ts";
import { layerNorm as plainLayerNorm } from "../reference/layer_norm.ts";
import { rmsNorm as plainRmsNorm } from "../reference/rms_norm.ts";
import { rotary as plainRotary } from "../reference/rotary.ts";
import { reshape } from "../../lib/tensor/ops/reshape.ts";
import { rmsNorm } from "../../lib/tensor/ops/rms_norm.ts";
import { rotary, rotaryAngles } from "../../lib/tensor/ops/rotary.ts";
import { matmul as plainMatmul } from "../reference/matmul.ts";
import { readIds } from "../../lib/tensor/read.ts";
import { empty, Tensor, upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose, random } from "../util.ts";
import { devices, gradients, parameter } from "../tensor/gpu_util.ts";

const ROWS = 70_000;
const values = random(1, 4 * ROWS);
const reversed = Uint32Array.from({ length: ROWS }, (_, r) => ROWS - 1 - r);

const rowsOf = (gpu: Gpu, data = values) => upload(gpu, { shape: [data.length / 4, 4], data });
const row = (r: number) => values.subarray(4 * r, 4 * r + 4);

function free(...tensors: Tensor[]): void {
  for (const tensor of tensors) tensor.release();
}

/** Sums down four columns. */
function columnSums(data: ArrayLike<number>, power = 1): Float64Array {
  const sums = new Float64Array(4);
  for (let i = 0; i < data.length; i++) sums[i % 4] += data[i] ** power;
  return sums;
}

for (const { name, gpu } of devices) {
  const test = (fact: string, body: () => Promise<void>) => Deno.test(`${fact}, ${name}`, body);
  // Emulated barriers are slow; what has none, and what is one loop in both kinds, is tried once.
  const testOnce = gpu === devices[0].gpu ? test : () => {};

  test("gatherRowsInto(), placeRowsInto() and stackColumns() move 70,000 rows", async () => {
    const table = rowsOf(gpu), index = uploadIds(gpu, [ROWS], reversed);
    const out = empty(gpu, [ROWS, 4]), cache = zeros(gpu, [ROWS, 2, 4]);
    gatherRowsInto(out, { tables: [table], index });
    placeRowsInto(
      cache,
      new Tensor(gpu, [ROWS, 1, 4], table.storage),
      uploadIds(gpu, [ROWS], reversed.map((r) => r % 2)),
    );
    const stacked = stackColumns([table, out]);
    const [turned, placed, beside] = [await out.read(), await cache.read(), await stacked.read()];
    for (let r = 0; r < ROWS; r++) {
      const there = row(ROWS - 1 - r), at = 4 * (2 * r + reversed[r] % 2);
      for (let c = 0; c < 4; c++) {
        assert(turned[4 * r + c] === there[c] && placed[at + c] === row(r)[c]);
        assert(beside[8 * r + c] === row(r)[c] && beside[8 * r + 4 + c] === there[c]);
      }
    }
    free(table, index, out, cache, stacked);
  });

  test("transposeInto() turns 270,000 rows", async () => {
    const rows = 270_000;
    const data = Float32Array.from({ length: 4 * rows }, (_, i) => i);
    const a = rowsOf(gpu, data), out = empty(gpu, [4, rows]);
    transposeInto(out, a);
    const found = await out.read();
    assert(found.every((value, i) => value === 4 * (i % rows) + Math.floor(i / rows)));
    free(a, out);
  });

  test("columnSumsInto() adds 4,200,000 rows, rowSumsInto() and sum() take 70,000", async () => {
    const many = new Float32Array(4 * 4_200_000);
    for (let start = 0; start < many.length; start += values.length) {
      many.set(values.subarray(0, Math.min(values.length, many.length - start)), start);
    }
    const tall = rowsOf(gpu, many), totals = empty(gpu, [4]);
    columnSumsInto(totals, tall, { squares: true });
    assertClose(await totals.read(), columnSums(many, 2), { name: "column sums", rtol: 1e-5 });
    const a = rowsOf(gpu), parts = empty(gpu, [ROWS, 4]);
    rowSumsInto(parts, a);
    const read = await parts.read();
    for (const r of [0, 65_534, 65_535, 65_536, ROWS - 1]) {
      const wanted = row(r).reduce((x, y) => x + y, 0);
      assertClose([read[4 * r]], [wanted], { name: `row ${r}`, rtol: 1e-5 });
    }
    const all = await sum(a, { squares: true }).read();
    const squares = columnSums(values, 2).reduce((x, y) => x + y, 0);
    assertClose(all, [squares], { name: "sum", rtol: 1e-5 });
    free(tall, totals, a, parts);
  });

  test("attention(), forward and backward, and attentionPattern() take 70,000 sequences", async () => {
    const shape = [ROWS, 1, 4];
    const [q, k, v] = [1, 2, 3].map((seed) => parameter(gpu, shape, random(seed, 4 * ROWS)));
    const grad_y = random(4, 4 * ROWS);
    const found = await gradients(gpu, { q, k, v }, {
      forward: () => attention(q, k, v, { n_heads: 1 }),
      grad_y,
    });
    // One token sees itself alone: z is v, and the scores have no say.
    assertClose(found.y, random(3, 4 * ROWS), { name: "z", rtol: 1e-6 });
    assertClose(found.grad_v, grad_y, { name: "grad_v", rtol: 1e-6 });
    assert(found.grad_q.every((value) => Math.abs(value) < 1e-5));
    const { pattern, scores } = attentionPattern(q, k, { n_heads: 1 });
    assert((await pattern.read()).every((share) => share === 1));
    free(q, k, v, pattern, scores);
  });

  testOnce("rowAttention() takes 4,300,000 rows, and 70,000 kept sequences", async () => {
    const rows = 4_300_000, last = rows - 1;
    const data = new Float32Array(4 * rows), sequences = new Uint32Array(rows);
    for (let i = 0; i < data.length; i++) data[i] = i % 1000;
    for (let r = 0; r < rows; r++) sequences[r] = r % ROWS;
    const at = new Uint32Array(rows);
    at[last] = 1;
    const own = rowsOf(gpu, data), kept = new Tensor(gpu, [ROWS, 1, 4], own.storage);
    const [of, positions] = [sequences, at].map((ids) => uploadIds(gpu, [rows], ids));
    const places = { k: kept, v: kept, sequences: of, positions };
    const z = rowAttention({ q: own, k: own, v: own }, places, { n_heads: 1, scale: 0 });
    // A row at position 0 sees itself alone; the last one, at 1, its kept key besides, both alike.
    const found = await z.read(), there = 4 * (last % ROWS);
    let wrong = 0;
    for (let i = 0; i < 4 * last; i++) wrong += +(found[i] !== data[i]);
    assertEquals(wrong, 0);
    assertEquals(found.at(-4), (data[4 * last] + data[there]) / 2);
    free(own, of, positions, z);
  });

  testOnce("batchedMatmul() takes 70,000 products", async () => {
    const a = upload(gpu, { shape: [ROWS, 1, 4], data: values });
    const b = upload(gpu, { shape: [ROWS, 4, 1], data: values });
    const c = batchedMatmul(a, b);
    const wanted = Array.from({ length: ROWS }, (_, r) => row(r).reduce((x, y) => x + y * y, 0));
    assertClose(await c.read(), wanted, { name: "squares", rtol: 1e-6 });
    free(a, b, c);
  });

  test("layerNorm() takes 70,000 rows", async () => {
    const x = rowsOf(gpu);
    const [weight, bias] = [5, 6].map((seed) => upload(gpu, { shape: [4], data: random(seed, 4) }));
    const y = layerNorm(x, weight, bias);
    const wanted = plainLayerNorm(values, random(5, 4), { beta: random(6, 4) });
    assertClose(await y.read(), wanted, { name: "y", rtol: 1e-5 });
    free(x, weight, bias, y);
  });

  test("rmsNorm() takes 70,000 rows", async () => {
    const x = rowsOf(gpu), weight = upload(gpu, { shape: [4], data: random(5, 4) });
    const y = rmsNorm(x, weight);
    assertClose(await y.read(), plainRmsNorm(values, random(5, 4)), { name: "y", rtol: 1e-5 });
    free(x, weight, y);
  });

  testOnce("rotary() and reshape() take 70,000 rows", async () => {
    const x = upload(gpu, { shape: [ROWS / 10, 10, 4], data: values });
    const angles = upload(gpu, rotaryAngles([1, 0.1], { n_ctx: 10 }));
    const y = rotary(x, angles, { n_heads: 1 });
    const wanted = plainRotary(values, {
      shape: [ROWS / 10, 10, 1, 4],
      frequencies: [1, 0.1],
    });
    assertClose(await y.read(), wanted, { name: "y", rtol: 1e-6 });
    const odd = upload(gpu, { shape: [ROWS, 6], data: random(8, 6 * ROWS) });
    const apart = reshape(odd, [2 * ROWS, 3]);
    assertEquals(await apart.read(), random(8, 6 * ROWS));
    free(x, angles, y, odd, apart);
  });

  testOnce("crossEntropy() takes 600,000 rows", async () => {
    const rows = 600_000;
    // The last rows weigh most in the sum, so that it shows where they are left out.
    const logits = random(7, 4 * rows).map((x, i) => i > 4 * 525_000 ? 9 * x : x);
    const weights = new Float32Array(rows).fill(1);
    const targets = Uint32Array.from({ length: rows }, (_, r) => r % 4);
    const tensors = [
      rowsOf(gpu, logits),
      uploadIds(gpu, [rows], targets),
      upload(gpu, { shape: [rows], data: weights }),
    ];
    const { loss, perRow } = crossEntropy(tensors[0], tensors[1], tensors[2]);
    const wanted = plainCrossEntropy(logits, { targets, weights });
    assertClose(await loss.read(), [wanted.loss], { name: "loss", rtol: 1e-4 });
    free(...tensors, loss, perRow);
  });

  testOnce(
    "embed() sums the gradients of an id that stands in 70,000 rows, and of 70,000 sequences",
    async () => {
      const sizes = { pos: 1, d_model: 4, d_vocab: 3, n_ctx: 2 };
      const W_E = parameter(gpu, [3, 4], random(8, 12)),
        W_pos = parameter(gpu, [2, 4], random(9, 8));
      const ids = new Uint32Array(ROWS).fill(1);
      const index = createScatterIndex(gpu, ROWS), tokens = uploadIds(gpu, [ROWS, 1], ids);
      index.write(ids);
      const found = await gradients(gpu, { W_E, W_pos }, {
        forward: () => embed(tokens, W_E, { W_pos, index }),
        grad_y: values.map((value) => value + 1),
      });
      const wanted = embeddingGrad(values.map((value) => value + 1), { ...sizes, ids });
      assertClose(found.grad_W_E, wanted.grad_W_E, { name: "W_E", rtol: 1e-4 });
      assertClose(found.grad_W_pos, wanted.grad_W_pos, { name: "W_pos", rtol: 1e-4 });
      free(W_E, W_pos, tokens, index.tensor);
    },
  );

  test("rowCounts() and addToTops() walk over 70,000 rows", async () => {
    const acts = rowsOf(gpu, values.map((value, i) => i === 4 * (ROWS - 3) ? 100 : value));
    const tops = {
      fired: zeros(gpu, [4], "u32"),
      top_acts: zeros(gpu, [5, 4]),
      top_row: zeros(gpu, [5, 4], "u32"),
      base: zeros(gpu, [1], "u32"),
    };
    tops.base.write([7]);
    addToTops(tops, acts);
    const counts = rowCounts(acts);
    const found = await counts.read(), fired = await tops.fired.read();
    const total = (await acts.read()).filter((value) => value > 0).length;
    assertEquals(found.reduce((x, y) => x + y, 0), total);
    assertEquals(fired.reduce((x, y) => x + y, 0), total);
    assertEquals((await tops.top_acts.read())[0], 100);
    assertEquals((await tops.top_row.read())[0], 7 + ROWS - 3);
    free(acts, counts, ...Object.values(tops));
  });

  test("rowCounts() counts 270,000 latents, layerNormScale() takes rows of 40,000", async () => {
    const acts = upload(gpu, { shape: [2, 270_000], data: new Float32Array(540_000).fill(1) });
    const counts = rowCounts(acts);
    assertEquals([...await counts.read()], [270_000, 270_000]);
    const data = Float32Array.from({ length: 40 * 40_000 }, (_, i) => i % 2 ? 3 : -3);
    const x = upload(gpu, { shape: [40, 40_000], data }), scale = layerNormScale(x, { eps: 0 });
    assert((await scale.read()).every((value) => value === 3));
    free(acts, counts, x, scale);
  });

  for (const form of ["NN", "NT", "TN"] as ProductForm[]) {
    (form === "NN" ? test : testOnce)(`matmul() ${form} adds 270,000 terms`, async () => {
      const k = 270_000;
      const [m, n] = [3, 2];
      const left = random(10, m * k), right = random(11, n * k);
      const a = upload(gpu, { shape: form === "TN" ? [k, m] : [m, k], data: left });
      const b = upload(gpu, { shape: form === "NT" ? [n, k] : [k, n], data: right });
      const c = matmul(a, b, form);
      const options = { m, n, k, transposeA: form === "TN", transposeB: form === "NT" };
      assertClose(await c.read(), plainMatmul(left, right, options), { name: "c", rtol: 1e-4 });
      free(a, b, c);
    });
  }

  testOnce(
    "topK() keeps the largest of each of 530,000 rows, nonzero() lists what is left",
    async () => {
      const rows = 530_000, n = 4;
      const data = Float32Array.from({ length: n * rows }, (_, i) => 1 + (7 * i + (i >> 2)) % 5);
      const z = rowsOf(gpu, data), { kept, smallest } = topK(z, { k: 1, over: "row" });
      const [found, least] = [await kept.read(), await smallest.read()];
      using byRow = nonzero(kept, "row");
      const [count, at] = [await readIds(byRow.count), await readIds(byRow.at)];
      for (let r = 0; r < rows; r++) {
        const own = data.subarray(n * r, n * r + n),
          best = Math.max(...own),
          place = own.indexOf(best);
        const alone = own.every((_, c) => found[n * r + c] === (c === place ? best : 0));
        assert(alone && least[r] === best && count[r] === 1 && at[n * r] === place, `row ${r}`);
      }
      free(z, kept, smallest);
    },
  );

  testOnce("matmul() gives a result of 4,300,000 rows", async () => {
    const m = 4_300_000;
    const data = Float32Array.from({ length: m }, (_, r) => r % 1000);
    const a = upload(gpu, { shape: [m, 1], data });
    const b = upload(gpu, { shape: [1, 1], data: Float32Array.of(2) });
    const c = matmul(a, b);
    assert((await c.read()).every((value, r) => value === 2 * (r % 1000)));
    free(a, b, c);
  });
}

Deno.test("operations on tensors in several pieces give what one piece gives, bit by bit", async () => {
  using small = await openGpu({ maxBinding: 32 * 1024 });
  const [{ gpu }] = devices;
  const data = random(12, 8 * 3000);
  const run = async (gpu: Gpu) => {
    const a = upload(gpu, { shape: [3000, 8], data });
    const index = uploadIds(gpu, [3000], Uint32Array.from({ length: 3000 }, (_, r) => 2999 - r));
    const out = empty(gpu, [3000, 8]), sums = empty(gpu, [8]);
    gatherRowsInto(out, { tables: [a], index });
    columnSumsInto(sums, a);
    const heads = { shape: [500, 6, 8], storage: a.storage };
    const q = new Tensor(gpu, heads.shape, heads.storage);
    const cache = zeros(gpu, [500, 8, 8]);
    const positions = uploadIds(gpu, [500], Uint32Array.from({ length: 500 }, (_, b) => b % 3));
    placeRowsInto(cache, q, positions);
    const z = attention(q, cache, cache, { n_heads: 2, positions });
    const { pattern } = attentionPattern(q, q, { n_heads: 2 });
    const tensors = [out, sums, cache, z, pattern, stackColumns([a, out]), rowCounts(a)];
    return await Promise.all(tensors.map((tensor) => tensor.read()));
  };
  const [whole, pieces] = [await run(gpu), await run(small)];
  whole.forEach((values, i) => assertEquals(pieces[i], values));
});
