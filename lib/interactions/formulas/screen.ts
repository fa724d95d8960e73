/** How much two features could do to each other, from weights alone (derived here). @module */
import { kinkReachable, oscBound } from "./mixed_difference.ts";
import type { MlpToken } from "./mlp.ts";
import type { Nonlinearity } from "./nonlinearity.ts";
import { norm } from "./vectors.ts";

/**
 * Σ_k ‖w_out,k‖ osc min(|μ_i w_ik|, |μ_j w_jk|), for ReLU only over neurons whose kink the two reach
 * from c. No token is needed, so that it ranks pairs that never fire together: a [2][d_mlp] are both
 * features' contributions at typical activations μ (their means when active). At those activations
 * it bounds the insertion interaction.
 */
export function weightScreen(
  phi: Nonlinearity,
  { a: [first, second], c, W_out }: MlpToken,
): number {
  return W_out.reduce((sum, row, k) => {
    const meeting = { a: first[k], b: second[k], c: c[k] };
    const shut = phi.name === "relu" && !kinkReachable(meeting);
    return shut ? sum : sum + norm(row) * oscBound(phi, meeting);
  }, 0);
}
