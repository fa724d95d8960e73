/**
 * Which tokens a latent makes likelier, by its decoder vector alone.
 * @module
 */
import type { LanguageModel } from "../model/language_model.ts";
import { matmul } from "../tensor/ops/matmul/matmul.ts";
import { upload } from "../tensor/tensor.ts";
import type { Crosscoder } from "./coder.ts";
import { type Largest, largestOf } from "./largest.ts";
import { siteName } from "./sites.ts";

/** Hooks whose activations are added to the residual stream, or are it. */
const WRITES = /(^|\.)hook_(resid_(pre|mid|post)|mlp_out|attn_out|embed)$/;

/** Logits that are held at a time. */
const MOST_LOGITS = 2 ** 23;

/**
 * The logit lens (nostalgebraist 2020) of decoder vectors at the last site, of a folded crosscoder:
 * W_U (w ∘ d), d less its mean where the last norm takes it away, less the mean over the vocabulary:
 * what a unit of activation adds to the logits, but for the scale of the last norm, which depends on
 * everything else. Ids of k tokens for each latent, and what they gain. A reason in words where there is none: the site's activations are not the
 * residual stream's, or the architecture names no unembedding.
 */
export async function logitLens(
  model: LanguageModel,
  { config: { sites }, arrays: { W_dec } }: Crosscoder,
  { k = 8 }: { k?: number } = {},
): Promise<Largest | string> {
  const site = sites.at(-1)!, { architecture, config, parameters, gpu } = model;
  const names = architecture.names?.(config);
  if (names === undefined) return `${architecture.name} has no last norm that is known here`;
  const [d_sae, n_sites, d_in] = W_dec.shape;
  if (!WRITES.test(site.hook) || d_in !== config.d_model) {
    return `${siteName(site)}, the last site, is not the residual stream`;
  }
  const { w, b } = names.ln_final, W_U = parameters.tensors[names.W_U];
  const weights = await parameters.tensors[w].read();
  const { d_vocab } = config, chunk = Math.max(1, Math.floor(MOST_LOGITS / d_vocab));
  const ids = new Uint32Array(d_sae * k), values = new Float32Array(d_sae * k).fill(NaN);
  for (let first = 0; first < d_sae; first += chunk) {
    const count = Math.min(chunk, d_sae - first);
    const data = new Float32Array(count * d_in);
    for (let i = 0; i < count; i++) {
      const at = ((first + i) * n_sites + n_sites - 1) * d_in;
      data.set(normed(W_dec.data.subarray(at, at + d_in), weights, b !== undefined), i * d_in);
    }
    using directions = upload(gpu, { shape: [count, d_in], data });
    using logits = matmul(directions, W_U, "NT");
    const rows = await logits.read();
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * d_vocab, (i + 1) * d_vocab), found = largestOf(row, k);
      const mean = row.reduce((sum, value) => sum + value, 0) / d_vocab;
      ids.set(found.ids, (first + i) * k);
      values.set(found.values.map((value) => value - mean), (first + i) * k);
    }
  }
  return { ids, values };
}

/** w ∘ d, d less its mean where `centre` says so. */
function normed(d: Float32Array, w: Float32Array, centre: boolean): Float32Array {
  const mean = centre ? d.reduce((sum, value) => sum + value, 0) / d.length : 0;
  return d.map((value, i) => w[i] * (value - mean));
}
