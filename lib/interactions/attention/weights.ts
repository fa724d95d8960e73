/**
 * A block's heads times a crosscoder's decoder at the site that they read: what a feature of
 * activation 1 adds to queries, keys and values.
 *
 *   Ω_ij of head h = Q[i, h] · K[j, h],   β_i = Q[i, h] · k_0[h],   γ_j = q_0[h] · K[j, h],   const = q_0[h] · k_0[h]
 * @module
 */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import { checkCoder } from "../../crosscoder/check_coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { empty, type Tensor, upload } from "../../tensor/tensor.ts";
import type { Heads } from "./heads.ts";

/**
 * `site`: which of the crosscoder's sites the heads read. Q, K, V [d_sae, n_heads · d_head] are
 * W_dec times W_Q (the scale of the scores in it), W_K, W_V; q_0, k_0 [n_heads · d_head] what b_dec
 * and the block's biases give; W_dec [d_sae, d_model] and b_dec [d_model] of the site.
 */
export type AttentionWeights =
  & { gpu: Gpu; heads: Heads; site: number; d_sae: number }
  & Record<"Q" | "K" | "V" | "q_0" | "k_0" | "W_dec" | "b_dec", Tensor>
  & Record<"W_Q" | "W_K" | "W_V" | "W_O" | "b_Q" | "b_K" | "b_V", Tensor>
  & Disposable;

/**
 * Uploads heads and decoder and multiplies them. Throws on a crosscoder that is not folded, has not
 * the site that the heads read, or is of another width. Dispose of the result when done.
 */
export function attentionWeights(gpu: Gpu, heads: Heads, coder: Crosscoder): AttentionWeights {
  const action = `measure attention of block ${heads.layer}`;
  checkCoder(action, coder, { folded: true });
  const { config: { sites, d_in, d_sae }, arrays } = coder;
  const names = sites.map(siteName), site = names.indexOf(heads.site);
  if (site < 0) {
    throw new RangeError(
      `Cannot ${action}: expected a crosscoder with the site ${heads.site} but found ` +
        `${names.join(", ")}: train one with the sites of readingPoints(model).attention`,
    );
  }
  if (d_in !== heads.d_model) {
    throw new RangeError(
      `Cannot ${action}: expected a crosscoder of d_in ${heads.d_model} but found ${d_in}: ` +
        "take the model that it was trained on",
    );
  }
  using owned = new DisposableStack();
  const put = (data: Float32Array, shape: number[]) => owned.use(upload(gpu, { shape, data }));
  const given = (name: "W_Q" | "W_K" | "W_V" | "W_O" | "b_Q" | "b_K" | "b_V") =>
    owned.use(upload(gpu, heads[name]));
  const W_dec = put(siteRows(arrays.W_dec.data, { site, d_in, n_sites: sites.length }), [
    d_sae,
    d_in,
  ]);
  const b_dec = put(arrays.b_dec.data.subarray(site * d_in, (site + 1) * d_in), [d_in]);
  const [W_Q, W_K, W_V, W_O] = (["W_Q", "W_K", "W_V", "W_O"] as const).map(given);
  const [b_Q, b_K, b_V] = (["b_Q", "b_K", "b_V"] as const).map(given);
  const [Q, K, V] = [W_Q, W_K, W_V].map((W) => owned.use(matmul(W_dec, W)));
  const constant = (W: Tensor, bias: Tensor) => {
    const row = owned.use(empty(gpu, [W.columns]));
    productInto("NN", { a: b_dec, b: W, c: row }, { bias });
    return row;
  };
  const q_0 = constant(W_Q, b_Q), k_0 = constant(W_K, b_K);
  const kept = owned.move();
  return {
    gpu,
    heads,
    site,
    d_sae,
    Q,
    K,
    V,
    q_0,
    k_0,
    W_dec,
    b_dec,
    W_Q,
    W_K,
    W_V,
    W_O,
    b_Q,
    b_K,
    b_V,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** [d_sae, n_sites, d_in] → the rows of one site [d_sae, d_in]. */
function siteRows(
  data: Float32Array,
  { site, d_in, n_sites }: { site: number; d_in: number; n_sites: number },
): Float32Array {
  const d_sae = data.length / n_sites / d_in;
  const rows = new Float32Array(d_sae * d_in);
  for (let i = 0; i < d_sae; i++) {
    const from = (i * n_sites + site) * d_in;
    rows.set(data.subarray(from, from + d_in), i * d_in);
  }
  return rows;
}
