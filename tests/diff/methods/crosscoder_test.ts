import { assert, assertEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { fold } from "../../../lib/crosscoder/coder.ts";
import { hostEncode } from "../../../lib/crosscoder/host_encode.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { crosscoder, crosscoderScaling } from "../../../lib/diff/methods/crosscoder.ts";
import { latentScaling } from "../../../lib/diff/methods/latent_scaling.ts";
import { latentSums } from "../../../lib/diff/methods/latent_sums.ts";
import { relativeNorms } from "../../../lib/diff/methods/relative_norms.ts";
import { scratchKeep } from "../../../lib/diff/methods/keep.ts";
import { assertClose } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const SITES = ["base:hook_embed", "other:hook_embed"], d_in = 4, d_sae = 3, N = 8;
const random = stream(0, "coder");
const array = (...shape: number[]) => ({
  shape,
  data: random.normals(shape.reduce((a, b) => a * b)),
});

/** Three latents of two models: shared, the base's alone, the other's alone; scales of 2 and 1/2. */
function handMade() {
  const W_dec = array(d_sae, 2, d_in);
  W_dec.data.fill(0, 2 * d_in - d_in + N, 2 * N); // latent 1 at the other's site
  W_dec.data.fill(0, 2 * N, 2 * N + d_in); // latent 2 at the base's site
  const config = coderConfig({
    sites: SITES,
    d_in,
    d_sae,
    scale: [2, 0.5],
    activation: { kind: "relu" },
  });
  return fold({
    config,
    arrays: { W_enc: array(2, d_in, d_sae), W_dec, b_enc: array(d_sae), b_dec: array(2, d_in) },
  });
}

const rows = Array.from({ length: 40 }, () => random.normals(N));
const flat = { shape: [40, N], data: Float32Array.from(rows.flatMap((row) => [...row])) };

Deno.test("relativeNorms() tell whose a latent is, whatever the scale of the sites", () => {
  const [shared, base, other] = relativeNorms(handMade());
  assertEquals([base, other], [0, 1]);
  assert(shared > 0.2 && shared < 0.8);
});

Deno.test("latentScaling() is the quotient of two least squares, of each latent by itself", async () => {
  using gpu = await openGpu();
  const coder = handMade(), { W_dec } = coder.arrays;
  using x = upload(gpu, flat);
  const found = await latentScaling(gpu, coder, [x]);
  const code = hostEncode(coder, rows);
  const scaled = W_dec.data.map((w, j) => w * (j % N < d_in ? 2 : 0.5)); // as training saw it
  /** argmin_β Σ ‖β f d − y‖² by its normal equation, number by number. */
  const beta = (i: number, model: 0 | 1, put: "error" | "reconstruction") => {
    let fy = 0, ff = 0;
    code.acts.forEach((acts, r) => {
      for (let j = 0; j < d_in; j++) {
        const d = scaled[i * N + d_in + j], at = model * d_in + j;
        const own = acts[i] * scaled[i * N + at];
        const y = put === "error" ? code.x[r][at] - code.x_hat[r][at] + own : code.x_hat[r][at];
        fy += acts[i] * d * y;
        ff += (acts[i] * d) ** 2;
      }
    });
    return fy / ff;
  };
  for (const i of [0, 2]) {
    assertClose([found.nu_eps[i]], [beta(i, 0, "error") / beta(i, 1, "error")], {
      name: "nu_eps",
      rtol: 1e-4,
    });
    const r = beta(i, 0, "reconstruction") / beta(i, 1, "reconstruction");
    assertClose([found.nu_r[i]], [r], { name: "nu_r", rtol: 1e-4 });
  }
  assert(Number.isNaN(found.nu_eps[1]), "a latent that the other model has not");
});

Deno.test("latentSums() count firings, and measure what latents add in raw units", async () => {
  using gpu = await openGpu();
  const coder = handMade();
  using x = upload(gpu, flat);
  const { n_tokens, fired, largest, energy } = await latentSums(gpu, coder, [x, x]);
  const { acts } = hostEncode(coder, rows);
  const norm = Math.hypot(...coder.arrays.W_dec.data.subarray(0, N));
  assertEquals([n_tokens, fired[0]], [80, 2 * acts.filter(([f]) => f > 0).length]);
  assertClose([largest[0]], [norm * Math.max(...acts.map(([f]) => f))], {
    name: "largest",
    rtol: 1e-5,
  });
  const mean = acts.reduce((sum, [f]) => sum + (norm * f) ** 2, 0) / 40;
  assertClose([energy[0]], [mean], { name: "energy", rtol: 1e-5 });
});

Deno.test("crosscoders of both models give directions of the other one, of latents that are not dense", async () => {
  await using scratch = await scratchKeep();
  using gpu = await openGpu();
  const pair = makePair(gpu, (weights) => {
    weights["transformer.h.1.mlp.c_proj.weight"].data.forEach((_, i, data) =>
      data[i] += Math.cos(i)
    );
  });
  const options = { settings: TINY, seed: 0, keep: scratch.keep };
  const byNorm = await crosscoder.find(pair, options);
  const byScaling = await crosscoderScaling.find(pair, options);
  assertEquals(byNorm.coder, byScaling.coder); // one training for both lists
  assert(byScaling.cost.flops > byNorm.cost.flops);
  assertEquals(byNorm.directions.length, byScaling.directions.length);
  assert(byNorm.scores.every((score) => score >= 0 && score <= 1));
  const hooks = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
  for (const direction of byNorm.directions) {
    assertEquals(direction.kind === "vector" && [...direction.at.keys()], hooks);
  }
});
