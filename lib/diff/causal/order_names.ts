/** Ways of putting latents in an order, of which the first ones are removed together. @module */

/** By which a set is chosen; the random ones are controls. */
export const ORDERS = [
  "truth",
  "greedy",
  "rotation",
  "label",
  "random latents",
  "random vectors",
] as const;
/** The name of an order of latents. */
export type OrderName = typeof ORDERS[number];
