import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Crosscoder } from "../../../../lib/crosscoder/coder.ts";
import { decoderCosines } from "../../../../lib/interactions/agreement/baselines/decoder_cosine.ts";
import { weightPotential } from "../../../../lib/interactions/agreement/baselines/weight_potential.ts";
import { pairOfNeurons, written } from "../../../../lib/interactions/formulas/mlp.ts";
import { nonlinearity } from "../../../../lib/interactions/formulas/nonlinearity.ts";
import { weightScreen } from "../../../../lib/interactions/formulas/screen.ts";
import { norm } from "../../../../lib/interactions/formulas/vectors.ts";

// The end-to-end example: d = 2, three latents, three neurons, at the second of two sites.
const d_in = 2, d_sae = 3;
const decoders = [[1, 0], [0.6, 0.8], [-0.5, 0.5]];
const coder = {
  config: { d_in, d_sae, sites: [{ hook: "a" }, { hook: "b" }] },
  arrays: {
    W_dec: {
      shape: [d_sae, 2, d_in],
      data: Float32Array.from(decoders.flatMap((d) => [3, 4, ...d])),
    },
    b_dec: { shape: [2, d_in], data: Float32Array.of(9, 9, 0.1, -0.2) },
  },
} as unknown as Crosscoder;
const array = (...rows: number[][]) => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});
const mlp = {
  layer: 0,
  activation: "relu" as const,
  W_in: array([1, -0.5], [0.2, 0.9], [-0.7, 0.3]),
  b_in: array([-0.8, -0.1, 0.4]),
  W_out: array([0.5, 1], [-1, 0.25], [0.3, -0.4]),
  b_out: array([0, 0]),
};
const pairs = { d_sae, i: Uint32Array.of(0, 0, 1), j: Uint32Array.of(1, 2, 2) };
const mu = [2, 1, 1.5];

Deno.test("weightPotential() at the example's magnitudes gives its insertion norms", () => {
  const { insertion } = weightPotential({ mlp, coder, site: 1 }, pairs, mu);
  [0.220193097, 1.294162374, 0.268001866]
    .forEach((expected, p) => assertAlmostEquals(insertion[p], expected, 1e-6));
});

Deno.test("weightPotential()'s bound is worked out by hand: kinks out of reach do not count", () => {
  const norms = [Math.hypot(0.5, 1), Math.hypot(1, 0.25), 0.5];
  // c = -0.6, -0.26, 0.27; a of the pair 0, 1: 2 and 0.2, 0.4 and 0.84, -1.4 and -0.18
  const { bound } = weightPotential({ mlp, coder, site: 1 }, pairs, mu);
  assertAlmostEquals(bound[0], norms[0] * 0.2 + norms[1] * 0.4 + norms[2] * 0.18, 1e-6);
  // pair 1, 2: 0.2 and -1.125 do not take -0.6 to 0, nor -0.18 and 0.75 take 0.27 there
  assertAlmostEquals(bound[2], norms[1] * 0.525, 1e-6);
  const smooth = { ...mlp, activation: "gelu_new" as const };
  const gelu = weightPotential({ mlp: smooth, coder, site: 1 }, pairs, mu);
  const all = norms[0] * 0.2 + norms[1] * 0.525 + norms[2] * 0.18;
  assertAlmostEquals(gelu.bound[2], 1.257986137 * all, 1e-6);
  gelu.insertion.forEach((value, p) => assertEquals(value <= gelu.bound[p], true));
});

Deno.test("weightPotential() is the plain formulas' at the mean activations", () => {
  for (const activation of ["relu", "gelu_new", "gelu"] as const) {
    const found = weightPotential({ mlp: { ...mlp, activation }, coder, site: 1 }, pairs, mu);
    const phi = nonlinearity(activation);
    const a = [[2, 0.4, -1.4], [0.2, 0.84, -0.18], [-1.125, 0.525, 0.75]];
    const c = [-0.6, -0.26, 0.27], W_out = [[0.5, 1], [-1, 0.25], [0.3, -0.4]];
    pairs.i.forEach((i, p) => {
      const token = { a: [a[i], a[pairs.j[p]]], c, W_out };
      assertAlmostEquals(found.bound[p], weightScreen(phi, token), 1e-6);
      const values = pairOfNeurons(phi, token, { i: 0, j: 1, context: "insertion" });
      assertAlmostEquals(found.insertion[p], norm(written(values, token)), 1e-6);
    });
  }
});

Deno.test("decoderCosines() at a site, and over both", () => {
  const [one, far] = decoderCosines(coder, pairs, { site: 1 });
  assertAlmostEquals(one, 0.6, 1e-6);
  assertAlmostEquals(far, Math.SQRT1_2, 1e-6); // the sign is left out
  assertAlmostEquals(decoderCosines(coder, pairs, { site: 0 })[2], 1, 1e-12);
  assertAlmostEquals(decoderCosines(coder, pairs)[0], (25 + 0.6) / 26, 1e-6);
  assertThrows(() => decoderCosines(coder, pairs, { site: 2 }), RangeError, "from 0 to 1");
  assertThrows(() => decoderCosines(coder, { ...pairs, d_sae: 4 }), RangeError, "3 latents");
});
