/** A model, a crosscoder and encodings small enough to certify in a test, as the files they come in. */
import { join } from "@std/path";
import { writeEncodings } from "../../../lib/interactions/proof/certify.ts";
import type { Subject } from "../../../lib/interactions/proof/checker/subject.ts";
import { writeJson } from "../../../lib/io/files.ts";
import { writeSafetensors } from "../../../lib/io/safetensors.ts";
import { stream } from "../../../lib/numerics/random.ts";

const f32 = (...values: number[]) => Float32Array.from(values);

/** The mini MLP of the worked example: d_model 2, three neurons, three latents, ReLU. */
export const MINI: Subject = {
  activation: "relu",
  d_model: 2,
  d_mlp: 3,
  d_sae: 3,
  weights: {
    W_in: Float32Array.of(1, -0.5, 0.2, 0.9, -0.7, 0.3),
    b_in: Float32Array.of(-0.8, -0.1, 0.4),
    W_out: Float32Array.of(0.5, -1, 0.3, 1, 0.25, -0.4),
    ln_w: Float32Array.of(1, 1),
    ln_b: Float32Array.of(0, 0),
    W_dec: Float32Array.of(1, 0, 0.6, 0.8, -0.5, 0.5),
    b_dec: Float32Array.of(0.1, -0.2),
  },
};

/** One token with all three latents of MINI. */
export const MINI_ACTIVE = {
  start: Uint32Array.of(0, 3),
  latent: Uint32Array.of(0, 1, 2),
  act: Float32Array.of(2, 1, 1.5),
};

/** A random subject of this nonlinearity: d_model 8, 24 neurons, 20 latents. */
export function randomSubject(activation: Subject["activation"], seed = 0): Subject {
  const random = stream(seed, "subject");
  const [d_model, d_mlp, d_sae] = [8, 24, 20];
  const weights = {
    W_in: random.normals(d_mlp * d_model, 0.5),
    b_in: random.normals(d_mlp, 0.5),
    W_out: random.normals(d_mlp * d_model, 0.5),
    ln_w: random.normals(d_model).map((x) => 1 + x / 4),
    ln_b: random.normals(d_model, 0.2),
    W_dec: random.normals(d_sae * d_model, 0.5),
    b_dec: random.normals(d_model, 0.3),
  };
  return { activation, d_model, d_mlp, d_sae, weights };
}

/** `tokens` tokens with 0 to 6 latents each. */
export function randomActive({ d_sae }: Subject, tokens: number, seed = 0) {
  const random = stream(seed, "active");
  const start = [0], latent: number[] = [], act: number[] = [];
  for (let t = 0; t < tokens; t++) {
    latent.push(...random.permutation(d_sae).slice(0, random.int(7)).sort());
    while (act.length < latent.length) act.push(0.1 + 2 * random.uniform());
    start.push(latent.length);
  }
  return {
    start: Uint32Array.from(start),
    latent: Uint32Array.from(latent),
    act: Float32Array.from(act),
  };
}

/** Writes the folders model/ and coder/ and encodings.safetensors as readSubject() expects them. */
export async function writeProofFiles(
  folder: string,
  { activation, d_model, d_mlp, d_sae, weights }: Subject,
  active: { start: Uint32Array; latent: Uint32Array; act: Float32Array },
) {
  const files = {
    model: join(folder, "model"),
    coder: join(folder, "coder"),
    encodings: join(folder, "encodings.safetensors"),
  };
  for (const path of [files.model, files.coder]) await Deno.mkdir(path, { recursive: true });
  const tensor = (shape: number[], data: Float32Array) => ({ shape, data });
  await writeJson(join(files.model, "config.json"), {
    model_type: "gpt_neo",
    hidden_size: d_model,
    intermediate_size: d_mlp,
    activation_function: activation,
  });
  await writeSafetensors(join(files.model, "model.safetensors"), {
    "transformer.h.0.mlp.c_fc.weight": tensor([d_mlp, d_model], weights.W_in),
    "transformer.h.0.mlp.c_fc.bias": tensor([d_mlp], weights.b_in),
    "transformer.h.0.mlp.c_proj.weight": tensor([d_model, d_mlp], weights.W_out),
    "transformer.h.0.ln_2.weight": tensor([d_model], weights.ln_w),
    "transformer.h.0.ln_2.bias": tensor([d_model], weights.ln_b),
  });
  // A first site of other numbers: the one that is certified is the second.
  const other = f32(...weights.b_dec.map((x) => x + 1));
  const W_dec = new Float32Array(2 * d_sae * d_model);
  for (let i = 0; i < d_sae; i++) {
    W_dec.set(other, 2 * i * d_model);
    W_dec.set(weights.W_dec.subarray(i * d_model, (i + 1) * d_model), (2 * i + 1) * d_model);
  }
  await writeJson(join(files.coder, "config.json"), {
    sites: ["blocks.1.ln2.hook_normalized", "blocks.0.ln2.hook_normalized"]
      .map((hook) => ({ model: "model", hook })),
    folded: true,
    d_in: d_model,
    d_sae,
  });
  await writeSafetensors(join(files.coder, "model.safetensors"), {
    W_dec: tensor([d_sae, 2, d_model], W_dec),
    b_dec: tensor([2, d_model], f32(...other, ...weights.b_dec)),
  });
  await writeEncodings(files.encodings, active);
  return files;
}
