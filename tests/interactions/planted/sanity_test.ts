// The checks of what metrics rest on, at sizes where the answer is known.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { binarised } from "../../../lib/interactions/planted/binarised.ts";
import { errorNode } from "../../../lib/interactions/planted/error_node.ts";
import { frozenNorm } from "../../../lib/interactions/planted/frozen_norm.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { plainMlp } from "../../../lib/interactions/proof/plain_mlp.ts";
import { reconstruction } from "../../../lib/interactions/ranking/reconstruction.ts";
import { stream } from "../../../lib/numerics/random.ts";

const random = stream(0, "sanity");
const array = (...shape: number[]) => ({
  shape,
  data: random.normals(shape.reduce((a, b) => a * b)),
});
const mlp = {
  ...{ layer: 0, activation: "relu" as const },
  ...{ W_in: array(6, 4), b_in: array(6), W_out: array(6, 4), b_out: array(4) },
};
const coder = {
  config: coderConfig({
    sites: ["blocks.0.ln2.hook_normalized"],
    d_in: 4,
    d_sae: 3,
    folded: true,
  }),
  arrays: {
    ...{ W_enc: array(1, 4, 3), W_dec: array(3, 1, 4), b_enc: array(3), b_dec: array(1, 4) },
  },
};
const active = activeLatents(Float32Array.of(1, 2, 0, 3, 0, 4), 3);

Deno.test("errorNode() is nothing where the dictionary is right, and half where it is as large as the rest", () => {
  const plain = plainMlp({ mlp, coder, site: 0 }), xhat = reconstruction(active, coder, 0).data;
  assertEquals(errorNode({ plain, mlp, active }, { x: xhat, xhat }), { share: 0, dominates: 0 });
  const one = activeLatents(Float32Array.of(1, 0, 0), 3);
  const alone = reconstruction(one, coder, 0).data;
  const x = alone.map((value, m) => value + coder.arrays.W_dec.data[m]); // the latent once more
  const { share } = errorNode({ plain, mlp, active: one }, { x, xhat: alone });
  assertAlmostEquals(share, 0.5, 1e-6);
  const far = alone.map((value, m) => value + 9 * coder.arrays.W_dec.data[m]);
  const found = errorNode({ plain, mlp, active: one }, { x: far, xhat: alone });
  assertAlmostEquals(found.share, 0.9, 1e-6);
  assertEquals(found.dominates, 1);
});

Deno.test("binarised() puts every latent at its mean when active", () => {
  assertEquals([...binarised(active).act], [2, 2, 2, 4]);
  assertEquals(binarised(active).latent, active.latent);
});

Deno.test("layer norm frozen and anew differ where much is taken out, and both vanish with the pair", () => {
  const [u, v] = [0, 1].map(() => random.normals(4)), x = random.normals(4);
  const near = frozenNorm(mlp, { x, u, v });
  assert(near.difference > 0.01 * near.recomputed);
  const gelu = { ...mlp, activation: "gelu_new" as const };
  const small = (y: Float32Array) => y.map((value) => value * 1e-3);
  const far = frozenNorm(gelu, { x, u: small(u), v: small(v) });
  // Both are of second order in what is taken out; layer norm's own curvature is as well.
  assert(far.recomputed < 1e-4 && far.frozen < 1e-4);
  const none = frozenNorm(gelu, { x, u, v: v.map(() => 0) });
  assertAlmostEquals(none.recomputed + none.frozen, 0, 1e-12);
});
