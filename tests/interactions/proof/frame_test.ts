// What a proof adds up from layer to layer, against the definitions.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { openGpu } from "../../../lib/gpu/mod.ts";
import { norm } from "../../../lib/interactions/formulas/vectors.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { makePlayers } from "../../../lib/interactions/players/players.ts";
import { looked, pairsNeeded } from "../../../lib/interactions/proof/pairs_needed.ts";
import { plainMlp } from "../../../lib/interactions/proof/plain_mlp.ts";
import { keepFewer, pairsMet, unexplained } from "../../../lib/interactions/proof/smaller.ts";
import { mlpStep, transitionAt, transitions } from "../../../lib/interactions/proof/transition.ts";
import { reconstruction } from "../../../lib/interactions/ranking/reconstruction.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload } from "../../../lib/tensor/tensor.ts";

const random = stream(0, "frame");
const [d_model, d_mlp, d_sae] = [4, 10, 6];
const array = (...shape: number[]) => ({
  shape,
  data: random.normals(shape.reduce((a, b) => a * b), 0.7),
});
const mlp = {
  layer: 0,
  activation: "gelu_new" as const,
  W_in: array(d_mlp, d_model),
  b_in: array(d_mlp),
  W_out: array(d_mlp, d_model),
  b_out: array(d_model),
};
const hooks = ["ln2.hook_normalized", "hook_resid_mid"].map((hook) => `blocks.0.${hook}`);
const coder: Crosscoder = {
  config: coderConfig({
    sites: [...hooks, "blocks.1.hook_resid_pre"],
    d_in: d_model,
    d_sae,
    folded: true,
  }),
  arrays: {
    W_enc: array(3, d_model, d_sae),
    W_dec: array(d_sae, 3, d_model),
    b_enc: array(d_sae),
    b_dec: array(3, d_model),
  },
};
const acts = Float32Array.from({ length: 8 * d_sae }, () => Math.max(0, random.normal()));
acts.fill(0, 0, d_sae); // a token without latents
const active = activeLatents(acts, d_sae);
const STEP = { mid: 1, post: 2 };

function mlpAt(x: ArrayLike<number>): number[] {
  const out = [...mlp.b_out.data];
  for (let k = 0; k < d_mlp; k++) {
    let z = mlp.b_in.data[k];
    for (let m = 0; m < d_model; m++) z += mlp.W_in.data[k * d_model + m] * x[m];
    const h = z / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)));
    for (let m = 0; m < d_model; m++) out[m] += h * mlp.W_out.data[k * d_model + m];
  }
  return out;
}

Deno.test("mlpStep() finds what lies before and behind an MLP", () => {
  assertEquals(mlpStep(coder, 0), STEP);
  assertEquals(mlpStep(coder, 1), undefined);
  const last = coderConfig({
    sites: ["blocks.3.hook_resid_mid", "blocks.3.hook_resid_post"],
    d_in: 4,
    d_sae: 6,
  });
  assertEquals(mlpStep({ ...coder, config: last }, 3), { mid: 0, post: 1 });
});

Deno.test("δ is MLP(x̂) less the step of the reconstruction, and bias, singles and residual sum to it", () => {
  const of = { plain: plainMlp({ mlp, coder, site: 0 }), coder, step: STEP };
  const [input, mid, post] = [0, 1, 2].map((site) => reconstruction(active, coder, site).data);
  const row = (x: Float32Array, t: number) => x.subarray(t * d_model, (t + 1) * d_model);
  const sum = { delta: 0, singlesSum: 0 };
  for (let t = 0; t < active.tokens; t++) {
    const parts = transitionAt(of, active, t);
    const out = mlpAt(row(input, t)), [from, to] = [row(mid, t), row(post, t)];
    for (let m = 0; m < d_model; m++) {
      assertAlmostEquals(parts.delta[m], out[m] - (to[m] - from[m]), 1e-5);
      assertAlmostEquals(
        parts.delta[m],
        parts.bias[m] + parts.singles[m] + parts.residual[m],
        1e-9,
      );
    }
    assert(norm(parts.singles) <= parts.singlesSum + 1e-12);
    sum.delta += norm(parts.delta) / active.tokens;
    sum.singlesSum += parts.singlesSum / active.tokens;
  }
  const mean = transitions(of, active);
  assertAlmostEquals(mean.delta, sum.delta, 1e-9);
  assertAlmostEquals(mean.singlesSum, sum.singlesSum, 1e-9);
  const empty = transitionAt(of, active, 0);
  assertEquals([norm(empty.residual), norm(empty.singles)], [0, 0]);
});

Deno.test("looked() takes the fewest of the largest whose rest is small enough", () => {
  const values = [5, 3, 1, 1];
  assertEquals([20, 10, 5, 4.9, 2, 1.5, 0].map((left) => looked(values, left)), [
    0,
    0,
    1,
    2,
    2,
    3,
    4,
  ]);
});

Deno.test("pairsNeeded() has the residual below every sum, and asks for more pairs at a smaller ε", async () => {
  using gpu = await openGpu();
  using x = upload(gpu, reconstruction(active, coder, 0));
  using players = makePlayers(gpu, { mlp, coder, site: 0, part: { active, x: [x, x, x] } });
  const found = await pairsNeeded(players, stream(0, "orders"));
  const plain = transitions(
    { plain: plainMlp({ mlp, coder, site: 0 }), coder, step: STEP },
    active,
  );
  assertAlmostEquals(found.residual, plain.residual, 1e-4);
  assertAlmostEquals(found.deviation, plain.deviation, 1e-4);
  assert(found.residual <= found.allNorms + 1e-5 && found.allNorms <= found.allBounds);
  assert(found.residual <= found.telescoping && found.telescoping <= found.dominant);
  for (const { byBound, byNorm } of found.needed) assert(byNorm <= byBound || byBound === 0);
  const counts = found.needed.map(({ byNorm }) => byNorm);
  assertEquals(counts, counts.toSorted((a, b) => a - b));
  assertEquals(found.pairs, pairsMet(active));
});

Deno.test("keepFewer() leaves the latents that write most, and unexplained() grows", () => {
  const x = reconstruction(active, coder, 0).data;
  assertAlmostEquals(unexplained(coder, active, { x, site: 0 }), 0, 1e-12);
  const two = keepFewer(coder, active, { d_sae: 6, k: 2 });
  for (let t = 0; t < two.tokens; t++) {
    const count = active.start[t + 1] - active.start[t];
    assertEquals(two.start[t + 1] - two.start[t], Math.min(2, count));
  }
  const few = keepFewer(coder, active, { d_sae: 3, k: 6 });
  assertEquals(new Set(few.latent).size, 3);
  const one = keepFewer(coder, active, { d_sae: 3, k: 1 });
  const errors = [active, two, one].map((some) => unexplained(coder, some, { x, site: 0 }));
  assert(errors[0] < errors[1] && errors[1] < errors[2], `${errors}`);
  assertEquals(pairsMet(one), 0);
});
