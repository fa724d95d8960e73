/** The interaction penalty as a loss of a crosscoder in training. @module */
import type { ExtraLoss } from "../../crosscoder/losses/loss.ts";
import { scale } from "../../tensor/ops/arithmetic.ts";
import { interactionPenalty, type PenaltyKind } from "./penalty.ts";
import type { PenaltyNeurons } from "./neurons.ts";

/**
 * λ times the penalty, for `trainCrosscoder({ extra: [...] })`. The neurons have to be there for as
 * long as the training is.
 */
export function penaltyLoss(
  neurons: PenaltyNeurons,
  { kind, lambda }: { kind: PenaltyKind; lambda: number },
): ExtraLoss {
  return {
    name: kind,
    compute: ({ acts, x, coder: { W_dec } }) =>
      scale(interactionPenalty({ acts, x, W_dec }, neurons, { kind }), lambda),
  };
}
