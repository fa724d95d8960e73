/** What four-point ablation measures of a pair of latents at a token. @module */

/**
 * [instances] each, with I(y) = y(x) − y(x∖i) − y(x∖j) + y(x∖ij):
 *
 *   GT1       ‖I‖ of what the layer that reads the site gives out; where one site is ablated
 *   GT2       ‖I‖ of the residual stream behind the last block
 *   KL        of p(x∖ij) from softmax(l(x∖i) + l(x∖j) − l(x)), in nats
 *   dloss     I of the loss of the next token, in nats, with its sign
 *   dlogits   ‖I‖ of the logits less their mean
 *   single_i, single_j   ‖r(x) − r(x∖i)‖ at the last residual stream: the main effects as measured
 */
export type Measures = {
  GT1?: Float32Array;
  GT2: Float32Array;
  KL: Float32Array;
  dloss: Float32Array;
  dlogits: Float32Array;
  single_i: Float32Array;
  single_j: Float32Array;
};

/** The measures that every mode has. */
export const MEASURES = ["GT2", "KL", "dloss", "dlogits", "single_i", "single_j"] as const;
