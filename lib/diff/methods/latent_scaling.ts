/**
 * Latent scaling: is a latent that looks like one model's alone really absent in the other (Minder et al.
 * 2025, arXiv 2504.02922, section 2)? How much of a latent's decoder d in the other model, times its
 * activation f, would each model's y want?
 *
 *   β = argmin_β Σ ‖β f d − y‖² = dᵀ(Yᵀ f) / (‖f‖² ‖d‖²), over tokens
 *
 *   ε   y = the model's error with the latent's own contribution put back: is it shrunk away in the base?
 *   r   y = the model's reconstruction: is it there under other latents?
 *
 *   ν_ε = β_ε,base / β_ε,other,  ν_r = β_r,base / β_r,other;  near 0: the other model's alone, near 1: shared
 * @module
 */
import { type Crosscoder, unfold } from "../../crosscoder/coder.ts";
import { decode, encode, uploadCoder } from "../../crosscoder/encode.ts";
import { scaledRows } from "../../crosscoder/latents.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { multiply, subtract } from "../../tensor/ops/arithmetic.ts";
import { columnSumsInto } from "../../tensor/ops/column_sums.ts";
import { productInto } from "../../tensor/ops/matmul/product.ts";
import { readTensors } from "../../tensor/read.ts";
import { empty, type Tensor, upload, zeros } from "../../tensor/tensor.ts";

/** [d_sae] each; NaN where a latent never fires, or is not in the other model at all. */
export type LatentScaling = { nu_eps: number[]; nu_r: number[] };

const MODELS = ["base", "other"] as const;

/**
 * Of a folded crosscoder of the models "base" and "other", over batches of their raw activations side by
 * side [rows, n_sites · d_in]; in the scaled activations that training saw.
 */
export async function latentScaling(
  gpu: Gpu,
  coder: Crosscoder,
  batches: Iterable<Tensor>,
): Promise<LatentScaling> {
  const unfolded = unfold(coder), { d_sae } = coder.config;
  using owned = new DisposableStack();
  const onDevice = owned.use(uploadCoder(gpu, unfolded));
  const scaled = owned.use(scaledRows(gpu, unfolded.config));
  const { placed, squares, dots } = otherDecoders(unfolded);
  const wanted = MODELS.map((model) => owned.use(upload(gpu, placed[model])));
  const sum = () => owned.use(zeros(gpu, [d_sae]));
  const sums = { f2: sum(), error: MODELS.map(sum), reconstruction: MODELS.map(sum) };
  for (const rows of batches) {
    using x = scaled.take(rows, rows.rows);
    using acts = encode(onDevice, x);
    using x_hat = decode(onDevice, acts);
    using error = subtract(x, x_hat);
    columnSumsInto(sums.f2, acts, { squares: true, accumulate: true });
    wanted.forEach((d, m) => {
      addProjections(sums.error[m], error, { acts, d });
      addProjections(sums.reconstruction[m], x_hat, { acts, d });
    });
  }
  const [f2, eBase, eOther, rBase, rOther] = await readTensors([
    sums.f2,
    ...sums.error,
    ...sums.reconstruction,
  ]);
  const of = (y: Float32Array, i: number) => f2[i] > 0 ? y[i] / (f2[i] * squares[i]) : NaN;
  // what the latent adds itself, put back: f d_model, whose share of f d is d_model · d / ‖d‖²
  const own = (i: number) => dots[i] / squares[i];
  return {
    nu_eps: Array.from(f2, (_, i) => (of(eBase, i) + own(i)) / (of(eOther, i) + 1)),
    nu_r: Array.from(f2, (_, i) => of(rBase, i) / of(rOther, i)),
  };
}

/** sums [d_sae] += Σ over rows of f (y · d): y [rows, N], d [d_sae, N], acts [rows, d_sae]. */
function addProjections(sums: Tensor, y: Tensor, { acts, d }: { acts: Tensor; d: Tensor }): void {
  using along = empty(y.gpu, acts.shape);
  productInto("NT", { a: y, b: d, c: along });
  using products = multiply(along, acts);
  columnSumsInto(sums, products, { accumulate: true });
}

/**
 * The other model's decoder rows, at its own sites and, with zeros there, at the base's [d_sae, N]; their
 * squared norms, and their products with the base's rows [d_sae].
 */
function otherDecoders({ config, arrays: { W_dec } }: Crosscoder) {
  const { d_sae, sites, d_in } = config, N = sites.length * d_in, half = N / 2;
  const base = new Float32Array(d_sae * N), other = new Float32Array(d_sae * N);
  const squares = new Float64Array(d_sae), dots = new Float64Array(d_sae);
  for (let i = 0; i < d_sae; i++) {
    for (let j = 0; j < half; j++) {
      const [inBase, inOther] = [W_dec.data[i * N + j], W_dec.data[i * N + half + j]];
      base[i * N + j] = other[i * N + half + j] = inOther;
      squares[i] += inOther ** 2;
      dots[i] += inOther * inBase;
    }
  }
  const array = (data: Float32Array) => ({ shape: [d_sae, N], data });
  return { placed: { base: array(base), other: array(other) }, squares, dots };
}
