/** How much is asked about what carries the backdoor. @module */

/** How much is asked about which latents carry the backdoor. */
export type CausalSettings = {
  /** Prompts on which every latent is removed; sets are chosen on the first `selection` of them. */
  prompts: number;
  selection: number;
  /** Prompts that sets are judged on; they have no part in the choice. */
  judged: number;
  /** Prompts on which every latent is steered. */
  steered: number;
  /** Tokens of the true stories that are put into the model's mouth. */
  story: number;
  /** Latents that a greedy choice tries at each step. */
  candidates: number;
  /** Random draws beside a set. */
  draws: number;
  /** Further dictionaries whose latents are removed too. */
  further: number;
};

/** Halves of 24 prompts agree: in a trial the effects correlated .97 and more. */
export const CAUSAL: CausalSettings = {
  prompts: 48,
  selection: 20,
  judged: 48,
  steered: 10,
  story: 32,
  candidates: 32,
  draws: 12,
  further: 0,
};
