import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { concentration } from "../../../lib/interactions/attention/concentration.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { nullCrosscoder, NULLS } from "../../../lib/interactions/ranking/nulls.ts";
import { reconstruction } from "../../../lib/interactions/ranking/reconstruction.ts";
import { pairSign } from "../../../lib/interactions/ranking/signs.ts";
import { stream } from "../../../lib/numerics/random.ts";

const sites = ["blocks.0.ln2.hook_normalized", "blocks.1.ln2.hook_normalized"];

function coderOf(d_sae: number, d_in = 3): Crosscoder {
  const random = stream(0, "coder"), n_sites = sites.length;
  const config = coderConfig({
    sites,
    d_in,
    d_sae,
    scale: [1, 1],
    recipe: "relu",
    activation: { kind: "relu" },
    normalisation: "none",
  });
  const array = (...shape: number[]) => ({
    shape,
    data: random.normals(shape.reduce((a, b) => a * b, 1)),
  });
  const arrays = {
    W_enc: array(n_sites, d_in, d_sae),
    W_dec: array(d_sae, n_sites, d_in),
    b_enc: array(d_sae),
    b_dec: array(n_sites, d_in),
  };
  return { config: { ...config, folded: true }, arrays };
}

const normsOf = ({ data }: { data: Float32Array }, d_in = 3) =>
  Array.from(
    { length: data.length / d_in },
    (_, r) => Math.hypot(...data.subarray(r * d_in, (r + 1) * d_in)),
  );

Deno.test("nullCrosscoder() keeps the norms at every site, and all but the decoder", () => {
  const coder = coderOf(40), random = stream(0, "null");
  const rows = Array.from({ length: 9 }, () => random.normals(6));
  const norms = normsOf(coder.arrays.W_dec);
  for (const kind of NULLS) {
    const { config, arrays } = nullCrosscoder(coder, { kind, random, rows });
    assertEquals([config, arrays.W_enc, arrays.b_dec], [
      coder.config,
      coder.arrays.W_enc,
      coder.arrays.b_dec,
    ]);
    assert(arrays.W_dec.data.some((value, at) => value !== coder.arrays.W_dec.data[at]));
    const found = normsOf(arrays.W_dec);
    // a shuffle has the same norms in another order, two sites of a latent together
    const pairs = (list: number[]) =>
      Array.from({ length: 40 }, (_, i) => [list[2 * i], list[2 * i + 1]]);
    if (kind === "shuffled") {
      assertEquals(
        pairs(found).sort((a, b) => a[0] - b[0]),
        pairs(norms).sort((a, b) => a[0] - b[0]),
      );
    } else found.forEach((norm, at) => assertAlmostEquals(norm, norms[at], 1e-5));
  }
});

Deno.test("nullCrosscoder() of kind covariance points where the data vary", () => {
  const coder = coderOf(600), random = stream(1, "null");
  // the first number of each site varies ten times as much, and together
  const rows = Array.from({ length: 400 }, () => {
    const [common, ...rest] = random.normals(5);
    return [5 + 10 * common, rest[0], rest[1], 10 * common, rest[2], rest[3]];
  });
  const { arrays: { W_dec: { data } } } = nullCrosscoder(coder, {
    kind: "covariance",
    random,
    rows,
  });
  let first = 0, agree = 0;
  for (let i = 0; i < 600; i++) {
    const [a, b] = [data[6 * i], data[6 * i + 3]],
      norms = normsOf({ data: data.subarray(6 * i, 6 * i + 6) });
    first += (a / norms[0]) ** 2 / 600;
    if (a * b > 0) agree++;
  }
  assert(first > 0.85 && first < 0.97, `${first}`); // 100 of 102 of the variance before the norms are set
  assert(agree > 560, `${agree} of 600`);
  const make = (rows?: number[][]) => () =>
    nullCrosscoder(coder, { kind: "covariance", random, rows });
  assertThrows(make(), RangeError, "but found none");
  assertThrows(make([[1, 2], [3, 4]]), RangeError, "expected rows of 6 activations");
});

Deno.test("reconstruction() is b_dec where nothing is active, and adds latents to it", () => {
  const coder = coderOf(2), { W_dec, b_dec } = coder.arrays;
  const { shape, data } = reconstruction(activeLatents(Float32Array.of(0, 0, 2, 0.5), 2), coder, 1);
  assertEquals([shape, data.subarray(0, 3)], [[2, 3], b_dec.data.subarray(3, 6)]);
  for (let n = 0; n < 3; n++) {
    const expected = b_dec.data[3 + n] + 2 * W_dec.data[3 + n] + 0.5 * W_dec.data[9 + n];
    assertAlmostEquals(data[3 + n], expected, 1e-6);
  }
});

Deno.test("concentration() of equal pairs is the diagonal, of one pair a step", () => {
  const met = new Float64Array(50).fill(1);
  const even = concentration(met, met, { points: 100 });
  even.held.forEach((share, n) => assertAlmostEquals(share, n / 100, 1e-12));
  assertAlmostEquals(even.needed, 0.8, 1e-12);
  const one = concentration(met.map((_, p) => p === 17 ? 3 : 0), met, { points: 50 });
  assertEquals([one.needed, one.held[0], one.held[1], one.held[50]], [1 / 50, 0, 1, 1]);
});

Deno.test("pairSign() is AND for agreeing, inhibition for opposed contributions to ReLUs", () => {
  const mlp = {
    activation: "relu" as const,
    W_out: { shape: [2, 2], data: Float32Array.of(3, 4, 0, 1) },
  };
  // neuron 0: I = 1 of W1 (a 1, b 2, c −1.5); neuron 1: I = −0.7 (a 1.2, b −0.7, c −0.4)
  const token = { a: [1, 1.2], b: [2, -0.7], z: [1.5, 0.1] };
  const { positive, steady } = pairSign(mlp, [token]);
  assertAlmostEquals(positive, 5 / (5 + 0.7), 1e-12);
  assertAlmostEquals(steady, 1, 1e-12);
  // where nothing comes of it at the second token, the mean is half as long and so are the norms
  const idle = { a: [1, 1], b: [1, 1], z: [9, 9] };
  assertEquals(pairSign(mlp, [idle]), { positive: 0.5, steady: 1 });
  assertAlmostEquals(pairSign(mlp, [token, idle]).steady, 1, 1e-12);
  // v of the first token is (3, 4) − 0.7 (0, 1) = (3, 3.3), of the other (0, −0.7) alone
  const other = { a: [0, 1.2], b: [0, -0.7], z: [0, 0.1] };
  const expected = Math.hypot(3, 2.6) / (Math.hypot(3, 3.3) + 0.7);
  assertAlmostEquals(pairSign(mlp, [token, other]).steady, expected, 1e-12);
  assertThrows(() => pairSign(mlp, []), RangeError, "found none");
});
