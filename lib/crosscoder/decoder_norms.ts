/** Decoder norms of latents, n_i = Σ over sites of ‖W_dec,i,site‖₂, and their gradient. @module */
import source from "../../kernels/decoder_norms.wgsl" with { type: "text" };
import { launch } from "../tensor/launch.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { rowChunks } from "../tensor/views.ts";

/** Latents of one dispatch. */
const MOST_LATENTS = 2 ** 19;

/** The norms per site [d_sae, n_sites], unpadded as the kernel wants them, and their sums [d_sae]. */
export type DecoderNorms = { norms: Tensor; site_norms: Tensor };

/** W_dec [d_sae, n_sites, d_in] → norms; the padding of `norms` must be zero already, so pass it in when recording. */
export function decoderNorms(W_dec: Tensor, norms: Tensor): DecoderNorms {
  const [d_sae, n_sites] = W_dec.shape;
  const site_norms = empty(W_dec.gpu, [d_sae * n_sites]);
  eachPiece(W_dec, ({ range, params }) => {
    launch(W_dec.gpu, { name: "decoder_norms", source, entry: "forward" }, {
      tensors: { W_dec: range(W_dec), site_norms, norms },
      params: { ...params, grad_first: 0 },
      invocations: params.latents,
    });
  });
  return { norms, site_norms };
}

/** grad_W_dec += the share of each weight in its latent's norm, times the norm's gradient: the last row of stats [4, d_sae]. */
export function addDecoderNormGradient(
  grad_W_dec: Tensor,
  W_dec: Tensor,
  { stats, site_norms }: { stats: Tensor; site_norms: Tensor },
): void {
  eachPiece(W_dec, ({ range, params }) => {
    launch(W_dec.gpu, { name: "decoder_norms", source, entry: "backward" }, {
      tensors: {
        W_dec: range(W_dec),
        grad_W_dec: range(grad_W_dec),
        grad_norms: stats,
        site_norms,
      },
      params: { ...params, grad_first: 3 * stats.pitch },
      invocations: [params.n_sites * params.width4, params.latents],
    });
  });
}

/** Latents in pieces that fit into one binding. */
function eachPiece(
  W_dec: Tensor,
  run: (piece: {
    range: (tensor: Tensor) => Tensor["range"];
    params: { latents: number; first: number; n_sites: number; width4: number };
  }) => void,
): void {
  const [, n_sites] = W_dec.shape;
  for (const { piece, start } of rowChunks(latentRows(W_dec), 0, MOST_LATENTS)) {
    const first = start, latents = piece.rows;
    run({
      range: (tensor) =>
        tensor.part(first * n_sites * W_dec.pitch, latents * n_sites * W_dec.pitch),
      params: { latents, first, n_sites, width4: W_dec.pitch / 4 },
    });
  }
}

/** [d_sae, n_sites, d_in] seen as one row a latent. */
function latentRows(W_dec: Tensor): Tensor {
  const [d_sae, n_sites] = W_dec.shape;
  return W_dec.over([d_sae, n_sites * W_dec.pitch]);
}
