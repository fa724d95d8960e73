/**
 * Encoding and decoding with a crosscoder on the device, whatever its activation, with gradients.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../gpu/open.ts";
 * import { upload } from "../tensor/tensor.ts";
 * import { coderConfig } from "./coder_config.ts";
 * import { decode, encode, uploadCoder } from "./encode.ts";
 * using gpu = await openGpu();
 * const array = (shape: number[], ...data: number[]) => ({ shape, data: Float32Array.from(data) });
 * using coder = uploadCoder(gpu, {
 *   config: coderConfig({ sites: ["hook_embed"], d_in: 4, d_sae: 1, activation: { kind: "relu" } }),
 *   arrays: {
 *     W_enc: array([1, 4, 1], 1, 0, 0, 0),
 *     W_dec: array([1, 1, 4], 1, 0, 0, 0),
 *     b_enc: array([1], -1),
 *     b_dec: array([1, 4], 1, 0, 0, 0),
 *   },
 * });
 * const x = upload(gpu, { shape: [2, 4], data: Float32Array.of(3, 0, 0, 0, 0, 0, 0, 0) });
 * const acts = encode(coder, x);
 * assertEquals([...await acts.read()], [2, 0]);
 * assertEquals([...await decode(coder, acts).read()], [3, 0, 0, 0, 1, 0, 0, 0]);
 * ```
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { contribute } from "../tensor/contribute.ts";
import { columnSumsInto } from "../tensor/ops/column_sums.ts";
import { productInto } from "../tensor/ops/matmul/product.ts";
import { differentiable, wants } from "../tensor/tape.ts";
import { empty, type Tensor, upload } from "../tensor/tensor.ts";
import { alias } from "../tensor/views.ts";
import { type ActivationConfig, activationOf } from "./activations/mod.ts";
import { checkCoder, type Crosscoder } from "./check_coder.ts";
import { hostDecoderNorms } from "./host_decoder_norms.ts";

/** Tensors of a crosscoder on the device; beside them, by name, those of its activation. */
export type CoderTensors = {
  /** [n_sites, d_in, d_sae] */
  W_enc: Tensor;
  /** [d_sae, n_sites, d_in] */
  W_dec: Tensor;
  /** [d_sae] */
  b_enc: Tensor;
  /** [n_sites, d_in] */
  b_dec: Tensor;
};

/**
 * A crosscoder on the device; `norms` [d_sae] where its activation ranks by them. Dispose of it
 * when done.
 */
export type DeviceCoder = CoderTensors & {
  activation: ActivationConfig;
  extra: Readonly<Record<string, Tensor>>;
  norms?: Tensor;
  [Symbol.dispose](): void;
};

/**
 * Uploads a crosscoder; what it encodes is raw activations where it is folded, else scaled ones.
 */
export function uploadCoder(gpu: Gpu, coder: Crosscoder): DeviceCoder {
  checkCoder("upload crosscoder", coder);
  const { config: { activation, sites, d_sae }, arrays } = coder;
  const { parameters, ranks } = activationOf(activation.kind);
  const { W_enc, W_dec, b_enc, b_dec, ...saved } = arrays;
  using owned = new DisposableStack();
  const put = (array: Crosscoder["arrays"]["W_enc"]) => owned.use(upload(gpu, array));
  const extra = Object.entries(parameters?.(saved) ?? {}).map((
    [name, array],
  ) => [name, put(array)]);
  const norms = ranks === "several_sites" && sites.length > 1
    ? put({ shape: [d_sae], data: hostDecoderNorms(coder) })
    : undefined;
  const tensors = { W_enc: put(W_enc), W_dec: put(W_dec), b_enc: put(b_enc), b_dec: put(b_dec) };
  const kept = owned.move();
  return {
    ...tensors,
    activation,
    extra: Object.fromEntries(extra),
    norms,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** x [batch, n_sites · d_in] → latents [batch, d_sae]. */
export function encode(coder: DeviceCoder, x: Tensor): Tensor {
  const { activation, extra: tensors, norms } = coder;
  const z = preActivations(coder, x);
  const acts = activationOf(activation.kind).encode(z, { tensors, norms }, activation);
  if (!wants(z)) z.release(); // else the tape does
  return acts;
}

/** x [batch, n_sites · d_in] → pre-activations z [batch, d_sae]. */
export function preActivations(
  { W_enc, b_enc }: Pick<CoderTensors, "W_enc" | "b_enc">,
  x: Tensor,
): Tensor {
  const z = empty(x.gpu, [x.rows, W_enc.columns]);
  productInto("NN", { a: x, b: W_enc, c: z }, { bias: b_enc });
  return differentiable(z, [x, W_enc, b_enc], {
    backward: (grad) => {
      contribute(x, (target, accumulate) => {
        productInto("NT", { a: grad, b: W_enc, c: target }, { accumulate });
      });
      contribute(W_enc, (target, accumulate) => {
        productInto("TN", { a: x, b: grad, c: target }, { accumulate });
      });
      contribute(b_enc, (target, accumulate) => columnSumsInto(target, grad, { accumulate }));
    },
  });
}

/**
 * acts [batch, d_sae] → reconstruction [batch, n_sites · d_in]; without b_dec, the sum of decoder
 * vectors alone.
 */
export function decode(
  { W_dec, b_dec }: { W_dec: Tensor; b_dec?: Tensor },
  acts: Tensor,
): Tensor {
  const x_hat = reconstruct({ W_dec, b_dec }, acts);
  return differentiable(x_hat, [acts, W_dec, b_dec], {
    backward: (grad) => {
      contribute(acts, (target, accumulate) => {
        productInto("NT", { a: grad, b: asRows(W_dec), c: target }, { accumulate });
      });
      contribute(W_dec, (target, accumulate) => {
        productInto("TN", { a: acts, b: grad, c: asRows(target) }, { accumulate });
      });
      if (!b_dec) return;
      contribute(b_dec, (target, accumulate) => {
        columnSumsInto(asRow(target), grad, { accumulate });
      });
    },
  });
}

/** acts [batch, d_sae] → [batch, n_sites · d_in], unknown to a tape. */
export function reconstruct(
  { W_dec, b_dec }: { W_dec: Tensor; b_dec?: Tensor },
  acts: Tensor,
): Tensor {
  const x_hat = empty(acts.gpu, [acts.rows, W_dec.shape[1] * W_dec.shape[2]]);
  const bias = b_dec && asRow(b_dec);
  productInto("NN", { a: acts, b: asRows(W_dec), c: x_hat }, bias ? { bias } : {});
  return x_hat;
}

/** [d_sae, n_sites, d_in] as [d_sae, n_sites · d_in]. */
export function asRows(W_dec: Tensor): Tensor {
  const [d_sae, n_sites, d_in] = W_dec.shape;
  return alias(W_dec, [d_sae, n_sites * d_in]);
}

/** [n_sites, d_in] as [n_sites · d_in]. */
export function asRow(b_dec: Tensor): Tensor {
  return alias(b_dec, [b_dec.rows * b_dec.columns]);
}
