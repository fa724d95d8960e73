/** What `prove --strategy sampled` prints: a statement with confidence, and never a proof. @module */
import type { EvaluationClass } from "../lib/proofs/evaluation/classes.ts";
import { CONFIDENCES } from "../lib/proofs/checker/statement_claim.ts";
import type { Sampled } from "../lib/proofs/sampling/sample.ts";

/** The bounds with their confidence, and the estimate. */
export function statedLine(
  { draws, counted, atLeast, sequences, certain, estimate, standardError }: Sampled,
  errors: EvaluationClass | undefined,
): string {
  const where = errors ? ` in every float32 evaluation (${errors.name})` : "";
  const bounds = Object.keys(CONFIDENCES).map((confidence) =>
    `at least ${atLeast[confidence as keyof typeof CONFIDENCES]} with confidence ${confidence}`
  );
  return `no proof: by ${draws} draws, of which ${counted} count, ${bounds.join(", ")} of ` +
    `${sequences} sequences are right${where}; ${certain} for certain; accuracy ` +
    `${estimate.toFixed(7)} ± ${standardError.toExponential(1)}`;
}

/** What it took: the sets or tables, once, and each draw. */
export function statedLength({ setFlops, drawFlops, draws }: Sampled, seconds: number): string {
  const all = setFlops + drawFlops;
  return `${all} FLOPs (2^${Math.log2(all).toFixed(1)}), ${
    Math.round(drawFlops / draws)
  } a draw, ` +
    `${seconds.toFixed(2)} s with the check`;
}
