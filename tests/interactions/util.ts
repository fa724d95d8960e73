/**
 * A model of random weights with a random crosscoder on its MLP inputs, and what the formulas read of its players, in
 * float64.
 *
 * @module
 */
import { coderConfig } from "../../lib/crosscoder/coder_config.ts";
import type { Crosscoder } from "../../lib/crosscoder/coder.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { mlpOf, mlpSites } from "../../lib/interactions/players/mlp.ts";
import { makePlayers, type Players } from "../../lib/interactions/players/players.ts";
import { textParts } from "../../lib/crosscoder/text_parts.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import type { ActivationName } from "../../lib/model/components/mlp.ts";
import { stream } from "../../lib/numerics/random.ts";
import { readTensors } from "../../lib/tensor/read.ts";

export type SmallSizes = { activation?: ActivationName; d_mlp?: number; d_sae?: number };

/** Two blocks of width 16; every weight is random, those of the layer norms too. */
export function randomModel(
  gpu: Gpu,
  { activation = "gelu_new", d_mlp = 37 }: SmallSizes = {},
): GptNeo {
  const sizes = { d_vocab: 23, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 12 };
  const config = gptNeoConfig({ ...sizes, d_mlp, activation });
  const random = stream(3, "weights"), weights = initialWeights(config, random, { std: 0.25 });
  for (const { shape, data } of Object.values(weights)) {
    if (shape.length === 1) data.forEach((_, i) => data[i] += 0.3 * random.normal());
  }
  return createGptNeo(gpu, config, weights);
}

const MLP_INPUTS = [0, 1].map((layer) => `blocks.${layer}.ln2.hook_normalized`);

/** A folded ReLU crosscoder on both MLP inputs, or other sites; some of its latents are active at a token. */
export function randomCoder(
  { d_sae = 14, sites = MLP_INPUTS }: SmallSizes & { sites?: string[] } = {},
): Crosscoder {
  const d_in = 16, n_sites = sites.length;
  const random = stream(4, "coder");
  const array = (std: number, ...shape: number[]) => ({
    shape,
    data: random.normals(shape.reduce((a, b) => a * b, 1), std),
  });
  const arrays = {
    W_enc: array(0.25, n_sites, d_in, d_sae),
    W_dec: array(0.35, d_sae, n_sites, d_in),
    b_enc: array(0.4, d_sae),
    b_dec: array(0.1, n_sites, d_in),
  };
  arrays.b_enc.data.forEach((_, i) => arrays.b_enc.data[i] -= 0.5);
  const config = coderConfig({
    ...{ sites, d_in, d_sae, folded: true, recipe: "test", normalisation: "none" },
    activation: { kind: "relu" },
  });
  return { config, arrays };
}

/** Sequences of the random model. */
export function randomText(count = 3, pos = 7): number[][] {
  const random = stream(5, "text");
  return Array.from({ length: count }, () => Array.from({ length: pos }, () => random.int(23)));
}

/**
 * Players of block 1 of a random model, whose first token has no latent and whose second has one; one entry has weight 0.
 */
export async function somePlayers(gpu: Gpu, sizes: SmallSizes = {}): Promise<Players> {
  const model = randomModel(gpu, sizes), coder = randomCoder(sizes);
  const { layer, site } = mlpSites(model, coder)[1];
  const mlp = await mlpOf(model, layer);
  const { value: { active, x } } = await textParts(model, coder, randomText()).next();
  const drop = active.start[2] - 1;
  const start = active.start.map((s: number, t: number) => t < 2 ? 0 : s - drop);
  const act = active.act.slice(drop);
  act[5] = 0;
  const part = { active: { ...active, start, latent: active.latent.slice(drop), act }, x };
  return makePlayers(gpu, { mlp, coder, site, part });
}

/** One neuron at one token: what every entry of the token tells it, and z, c. */
export type HostNeuron = { a: number[]; z: number; c: number };

/** The players on the CPU: contributions from act and w in float64, z and c as the device has them. */
export async function hostPlayers(players: Players): Promise<{
  neuron(token: number, k: number): HostNeuron;
  a(entry: number, k: number): number;
  W_out: Float32Array;
  out_norms: Float32Array;
  d_model: number;
}> {
  const { w, z, c, W_out, out_norms, active: { start, latent, act }, d_mlp } = players;
  const [ws, zs, cs, outs, norms] = await readTensors([w, z, c, W_out, out_norms]);
  const a = (entry: number, k: number) => act[entry] * ws[latent[entry] * d_mlp + k];
  return {
    a,
    neuron(token, k) {
      const entries = Array.from(
        { length: start[token + 1] - start[token] },
        (_, e) => start[token] + e,
      );
      const at = token * d_mlp + k;
      return { a: entries.map((entry) => a(entry, k)), z: zs[at], c: cs[at] };
    },
    W_out: outs,
    out_norms: norms,
    d_model: W_out.columns,
  };
}
