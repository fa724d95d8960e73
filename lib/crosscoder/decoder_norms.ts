/**
 * Decoder norms of latents and their gradients: of each site, n_i = Σ over sites of
 * ‖W_dec,i,site‖₂, or over all at once.
 * @module
 */
import source from "../../kernels/decoder_norms.wgsl" with { type: "text" };
import { contribute } from "../tensor/contribute.ts";
import { launch, MOST_WORKGROUPS } from "../tensor/launch.ts";
import { fillInto } from "../tensor/ops/elementwise.ts";
import { differentiable } from "../tensor/tape.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { rowChunks } from "../tensor/views.ts";

/** Latents of one dispatch. */
const MOST_LATENTS = 2 ** 19;

/** Invocations of a workgroup, and vec4f that one of them adds up, as in kernels/decoder_norms.wgsl. */
const GROUP = 256, RUN = 32;

/**
 * Which norms a penalty counts: "sum", Σ over sites of ‖W_dec,i,site‖₂, which suits latents of
 * single sites; "l2", the norm over all sites at once, which is the better trade of error for
 * sparsity; "per_site", each site's own penalty (Lindsey et al. 2024, "Sparse Crosscoders", on the
 * L1 and L2 of norms).
 */
export const NORM_KINDS = ["sum", "l2", "per_site"] as const;
/** How the norm of a latent's decoder is taken over its sites. */
export type NormKind = typeof NORM_KINDS[number];

/** W_dec [d_sae, n_sites, d_in] → norms [d_sae], one tensor, or one a site, with gradients. */
export function decoderNorms(W_dec: Tensor, kind: NormKind): Tensor[] {
  const [d_sae, n_sites, d_in] = W_dec.shape;
  if (kind === "sum") return [normsOf(W_dec, { from: 0, n_sites, of_sites: n_sites })];
  if (kind === "per_site") {
    return Array.from(
      { length: n_sites },
      (_, from) => normsOf(W_dec, { from, n_sites: 1, of_sites: n_sites }),
    );
  }
  const shape = [d_sae, 1, n_sites * d_in];
  return [normsOf(W_dec, { from: 0, n_sites: 1, of_sites: 1 }, shape)];
}

/** The norms of rows [rows, n], n a multiple of four → [rows], with a gradient. */
export function rowNorms(a: Tensor): Tensor {
  return normsOf(a, { from: 0, n_sites: 1, of_sites: 1 }, [a.rows, 1, a.columns]);
}

type Part = { from: number; n_sites: number; of_sites: number };

function normsOf(W: Tensor, part: Part, shape: readonly number[] = W.shape): Tensor {
  const seen = W.over(shape);
  const { norms, site_norms } = decoderNormsInto(seen, zeros(W.gpu, [shape[0]]), part);
  return differentiable(norms, [W], {
    saved: [site_norms],
    backward: (grad) => {
      contribute(W, (target, accumulate) => {
        if (!accumulate) fillInto(target, 0);
        addDecoderNormGradient(target.over(shape), seen, { grad_norms: grad, site_norms, part });
      });
    },
  });
}

/**
 * The norms per site [d_sae · n_sites], unpadded as the kernel wants them, and their sums [d_sae].
 */
export type DecoderNorms = { norms: Tensor; site_norms: Tensor };

/**
 * W_dec [d_sae, n_sites, d_in] → norms over all sites, or a part of them, without a gradient; the
 * padding of `norms` must be zero already, so pass it in when recording.
 */
export function decoderNormsInto(
  W_dec: Tensor,
  norms: Tensor,
  part: Part = { from: 0, n_sites: W_dec.shape[1], of_sites: W_dec.shape[1] },
): DecoderNorms {
  const site_norms = empty(W_dec.gpu, [W_dec.shape[0] * part.n_sites]);
  eachPiece(W_dec, part, ({ range, params }) => {
    const together = Math.min(params.n_sites * params.runs, GROUP), { gpu } = W_dec;
    const entry = gpu.isCpu ? "forward_alone" : "forward";
    launch(gpu, { name: "decoder_norms", source, entry }, {
      tensors: { W_dec: range(W_dec), site_norms, norms },
      params,
      ...(gpu.isCpu
        ? { invocations: params.latents }
        : { workgroups: Math.ceil(params.latents / Math.floor(GROUP / together)) }),
    });
  });
  return { norms, site_norms };
}

/**
 * grad_W_dec += the share of each weight in its latent's norm, times the norm's gradient
 * `grad_norms` [d_sae].
 */
function addDecoderNormGradient(
  grad_W_dec: Tensor,
  W_dec: Tensor,
  { grad_norms, site_norms, part }: { grad_norms: Tensor; site_norms: Tensor; part?: Part },
): void {
  const n_sites = W_dec.shape[1];
  eachPiece(W_dec, part ?? { from: 0, n_sites, of_sites: n_sites }, ({ range, params }) => {
    const width = params.n_sites * params.width4, X = widthOfGroup(width);
    const rows = Math.ceil(params.latents * X / GROUP), z = Math.ceil(rows / MOST_WORKGROUPS);
    const kernel = { name: "decoder_norms", source, entry: "backward", constants: { X } };
    launch(W_dec.gpu, kernel, {
      tensors: { W_dec: range(W_dec), grad_W_dec: range(grad_W_dec), grad_norms, site_norms },
      params,
      workgroups: [Math.ceil(width / X), Math.ceil(rows / z), z],
    });
  });
}

/** Invocations of a workgroup along a row of `width` vec4f: those that leave the fewest idle. */
function widthOfGroup(width: number): number {
  const idle = (X: number) => Math.ceil(width / X) * X - width;
  return [256, 128, 64, 32, 16].reduce((best, X) => idle(X) < idle(best) ? X : best);
}

/** Latents in pieces that fit into one binding. */
function eachPiece(
  W_dec: Tensor,
  { from, n_sites, of_sites }: Part,
  run: (piece: {
    range: (tensor: Tensor) => Tensor["range"];
    params: Record<
      "latents" | "first" | "n_sites" | "width4" | "from_site" | "of_sites" | "runs",
      number
    >;
  }) => void,
): void {
  const width = of_sites * W_dec.pitch, width4 = W_dec.pitch / 4, runs = Math.ceil(width4 / RUN);
  for (const { piece, start } of rowChunks(asRows(W_dec), 0, MOST_LATENTS)) {
    const first = start, latents = piece.rows;
    run({
      range: (tensor) => tensor.part(first * width, latents * width),
      params: { latents, first, n_sites, width4, from_site: from, of_sites, runs },
    });
  }
}

/** [d_sae, n_sites, d_in] seen as one row a latent. */
function asRows(W_dec: Tensor): Tensor {
  const [d_sae, n_sites] = W_dec.shape;
  return W_dec.over([d_sae, n_sites * W_dec.pitch]);
}
