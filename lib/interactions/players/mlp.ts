/**
 * The MLP of a block as a crosscoder's site sees it: the site lies behind the layer norm and before
 * its weights, so those are folded into what the MLP reads with.
 *
 *   z = W_in (w ∘ x + b) + b_in = (W_in diag(w)) x + (b_in + W_in b),   x at blocks.L.ln2.hook_normalized
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { ActivationName } from "../../model/components/mlp.ts";
import { readingPoints } from "../../model/hooks.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import { transposed } from "../arrays.ts";

/**
 * MLP(x) = W_outᵀ φ(W_in x + b_in) + b_out of x [d_model]: W_in [d_mlp, d_model] with the weights
 * of the layer norm in it, b_in [d_mlp] with its bias, W_out [d_mlp, d_model] (row k is what neuron
 * k writes), b_out [d_model].
 */
export type Mlp = {
  layer: number;
  activation: ActivationName;
  W_in: HostArray;
  b_in: HostArray;
  W_out: HostArray;
  b_out: HostArray;
};

/**
 * The MLP of block `layer`, read from the device. Throws where the model has no such block, or its
 * architecture no MLP.
 */
export async function mlpOf(model: LanguageModel, layer: number): Promise<Mlp> {
  const { architecture, config, parameters } = model, { n_layers } = config;
  if (!Number.isInteger(layer) || layer < 0 || layer >= n_layers) {
    throw new RangeError(
      `Cannot read an MLP: expected a block from 0 to ${n_layers - 1} but found ${layer}: ` +
        "name a block of this model",
    );
  }
  const parts = architecture.mlp?.(config, layer);
  if (parts === undefined) {
    throw new RangeError(
      `Cannot read an MLP: expected an architecture with MLPs that are not gated but found ` +
        `${architecture.name}: measure its attention instead`,
    );
  }
  const { norm, activation } = parts;
  const names = [parts.W_in, parts.b_in, parts.W_out, parts.b_out, norm.w, norm.b];
  const tensors = names.map((name) => parameters.tensors[name]);
  const [W_in, b_in, W_out, b_out, w, b] = await readTensors(tensors);
  const d_model = w.length, d_mlp = b_in.length;
  const array = (data: Float32Array, ...shape: number[]): HostArray => ({ shape, data });
  return {
    layer,
    activation,
    W_in: array(W_in.map((value, at) => value * w[at % d_model]), d_mlp, d_model),
    b_in: array(b_in.map((value, k) => value + dot(W_in, b, k * d_model)), d_mlp),
    W_out: array(transposed(W_out, d_model, d_mlp), d_mlp, d_model),
    b_out: array(b_out, d_model),
  };
}

/**
 * The blocks whose MLP input is a site of the crosscoder, with the number of that site. Throws
 * where it has none of them.
 */
export function mlpSites(
  model: LanguageModel,
  { config: { sites } }: Crosscoder,
): { layer: number; site: number }[] {
  const hooks = sites.map(({ hook }) => hook), inputs = readingPoints(model).mlp;
  const found = inputs.map((hook) => ({ layer: blockOf(hook), site: hooks.indexOf(hook) }));
  const present = found.filter(({ site }) => site >= 0);
  if (present.length > 0) return present;
  throw new RangeError(
    `Cannot find MLP inputs: expected one of ${
      inputs.join(", ") || "none in this model"
    } among the ` +
      `sites of the crosscoder but found ${
        sites.map(siteName).join(", ")
      }: train one on these sites`,
  );
}

function blockOf(hook: string): number {
  return Number(/^blocks\.(\d+)\./.exec(hook)?.[1]);
}

/** Σ_j a[at + j] b[j], in float64. */
function dot(a: Float32Array, b: Float32Array, at: number): number {
  return b.reduce((sum, value, j) => sum + a[at + j] * value, 0);
}
