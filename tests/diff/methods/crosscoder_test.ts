import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { join } from "node:path";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { fold, loadCrosscoder, unfold } from "../../../lib/crosscoder/coder.ts";
import { hostEncode } from "../../../lib/crosscoder/host_encode.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { stream } from "../../../lib/numerics/random.ts";
import {
  byNorm,
  crosscoder,
  crosscoderL1,
  crosscoderScaling,
  scalingScores,
} from "../../../lib/diff/methods/crosscoder.ts";
import { delta } from "../../../lib/diff/methods/delta.ts";
import { latentsBy } from "../../../lib/diff/methods/directions.ts";
import { latentScaling } from "../../../lib/diff/methods/latent_scaling.ts";
import { latentSums } from "../../../lib/diff/methods/latent_sums.ts";
import { scratchKeep } from "../../../lib/diff/methods/keep.ts";
import { assertClose } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

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

Deno.test("byNorm() tells whose a latent is, whatever the scale of the sites, and nothing of one of zeros", async () => {
  const coder = handMade(), measured = {} as Parameters<typeof byNorm>[1];
  const [shared, base, other] = await byNorm(coder, measured);
  assertEquals([base, other], [0, 1]);
  const { data } = coder.arrays.W_dec;
  const norm = (from: number, scale: number) =>
    scale * Math.hypot(...data.subarray(from, from + d_in));
  assertClose([shared], [norm(d_in, 0.5) / (norm(0, 2) + norm(d_in, 0.5))], {
    name: "norms as training saw them",
    rtol: 1e-6,
  });
  data.fill(0, 0, N);
  assert(Number.isNaN((await byNorm(coder, measured))[0]));
});

Deno.test("scalingScores() put first what is near 0 in both, a large quotient of either sign last", () => {
  const scores = scalingScores({ nu_eps: [-5, 0.3, 0, NaN], nu_r: [-3, -0.6, 0.1, 0] });
  assertEquals(scores, [-4, 0.4, 0.9, NaN]);
  assertEquals(latentsBy(scores).directions.map((d) => d.kind === "latent" && d.latent), [2, 1, 0]);
});

Deno.test("latentScaling() is the quotient of two least squares, of each latent by itself", async () => {
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

const differing = (gpu: Parameters<typeof makePair>[0]) =>
  makePair(gpu, (weights) => {
    weights["transformer.h.1.mlp.c_proj.weight"].data.forEach((_, i, data) =>
      data[i] += Math.cos(i)
    );
  });

Deno.test("crosscoders of both models list latents that are not dense, at the other model's sites", async () => {
  await using scratch = await scratchKeep();
  const pair = differing(gpu), options = { settings: TINY, seed: 0, keep: scratch.keep };
  const byShare = await crosscoder.find(pair, options);
  const byScaling = await crosscoderScaling.find(pair, options);
  assertStrictEquals(byShare.coder, byScaling.coder); // one training for both lists
  assertStrictEquals(byShare.read, byScaling.read); // and what is read in a text is kept for both
  assert(byScaling.cost.flops > byShare.cost.flops);
  assert(byShare.directions.length > 0);
  assertEquals(byShare.directions.length, byScaling.directions.length);
  assert(byShare.scores.every((score) => score >= 0 && score <= 1));
  const hooks = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
  assertEquals(byShare.coder!.config.sites, hooks.map((hook) => ({ model: "model", hook })));
  const text = pair.text.other, { tokens, latent } = await byShare.read!(text);
  for (const direction of byShare.directions) {
    assert(direction.kind === "latent");
    const fired = latent.filter((one) => one === direction.latent).length;
    assert(fired > 0 && fired <= 0.1 * tokens, `${fired} of ${tokens}`);
  }
});

Deno.test("dictionaries of two models begin alike in both", async () => {
  await using scratch = await scratchKeep();
  let folder = "";
  const keep: typeof scratch.keep = async (...given) => folder = await scratch.keep(...given);
  const settings = { ...TINY, cross: { ...TINY.cross, steps: 1, lr: 1e-9 } };
  await crosscoder.find(differing(gpu), { settings, seed: 0, keep });
  const { config, arrays: { W_dec } } = unfold(await loadCrosscoder(join(folder, "crosscoder")));
  const half = config.sites.length / 2 * config.d_in;
  for (let i = 0; i < config.d_sae; i++) {
    const part = (from: number) =>
      W_dec.data.slice(i * 2 * half + from, i * 2 * half + from + half);
    assertClose(part(half), part(0), { name: `latent ${i}`, rtol: 1e-5 });
  }
});

Deno.test("dictionaries of the same rows are the same beside others and alone, and each by its own loss", async () => {
  await using alone = await scratchKeep();
  await using beside = await scratchKeep();
  const pair = differing(gpu), together = [crosscoder, crosscoderL1, crosscoderScaling, delta];
  const made: string[] = [];
  const keep: typeof beside.keep = (name, inputs, make) =>
    beside.keep(name, inputs, (...given) => (made.push(name), make(...given)));
  const coders = [];
  for (const method of [crosscoder, crosscoderL1, delta]) {
    const options = { settings: TINY, seed: 0 };
    const { coder } = await method.find(pair, { ...options, keep, together });
    assertEquals((await method.find(pair, { ...options, keep: alone.keep })).coder, coder);
    coders.push(coder!.arrays.W_dec.data.join());
  }
  assertEquals(made, ["both-models-other"]);
  assertEquals(new Set(coders).size, 3);
});
