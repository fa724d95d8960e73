import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import type { Players } from "../../../lib/interactions/players/players.ts";
import { excessShares } from "../../../lib/interactions/ranking/excess_shares.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";

// The small MLP of three latents and three ReLU neurons that the formulas' tests work through.
const W_OUT = [[0.5, 1], [-1, 0.25], [0.3, -0.4]];
const A = [[2, 0.4, -1.4], [0.2, 0.84, -0.18], [-1.125, 0.525, 0.75]];
const ACTS = [2, 1, 1.5], Z = [0.475, 1.505, -0.56], C = [-0.6, -0.26, 0.27];

Deno.test("excessShares() of a small MLP worked out by hand", async () => {
  const [{ gpu }] = devices;
  const array = (rows: number[][]) => ({
    shape: [rows.length, rows[0].length],
    data: Float32Array.from(rows.flat()),
  });
  // two tokens alike, the third with a single latent, which has no excess and is not looked at
  const active = activeLatents(Float32Array.from([...ACTS, ...ACTS, 2, 0, 0]), 3);
  using w = upload(gpu, array(A.map((row, i) => row.map((a) => a / ACTS[i]))));
  using z = upload(gpu, array([Z, Z, [1, 1, 1]]));
  using c = upload(gpu, array([C, C, [0, 0, 0]]));
  const players = { active, d_mlp: 3, activation: "relu", w, z, c } as unknown as Players;
  const W_out = array(W_OUT);
  const { tokens, fraction, size, bound, share, cosine } = await excessShares(players, {
    W_out,
    every: 1,
  });
  assertEquals(tokens, 2);
  assertAlmostEquals(fraction, 0.776687723, 1e-6);
  assertAlmostEquals(share, 0.559427603, 1e-6);
  const norms = [1.118033989, 1.030776406, 0.5], E = [-0.925, 0.52, -0.57];
  const expected = norms.reduce((sum, n, k) => sum + n * Math.abs(E[k]), 0);
  assertAlmostEquals(size, expected, 1e-6);
  assertAlmostEquals(bound, 2.899863211 / expected, 1e-6);
  // singles = (−1.3485, 0.95925) − (−1.1535, −0.567)
  const singles = [-0.195, 1.52625], moved = [-1.3485, 0.95925];
  const cos = (singles[0] * moved[0] + singles[1] * moved[1]) /
    (Math.hypot(...singles) * Math.hypot(...moved));
  assertAlmostEquals(cosine, cos, 1e-6);
  assertEquals((await excessShares(players, { W_out, every: 2 })).tokens, 1);
  const none = { ...players, active: activeLatents(Float32Array.of(1, 0, 0), 3) };
  await assertRejects(() => excessShares(none, { W_out, every: 1 }), RangeError, "found none");
});
