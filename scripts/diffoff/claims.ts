/** The claims that the diff-off decides: its result in three sentences. @module */

/** By the question that each answers. */
export const CLAIMS = {
  stages: "Stage-wise diffing stops the backdoor sooner than each of five rivals",
  soonest: "Some list stops the backdoor in half of the seeds at least",
  nothing: "Scores tell a backdoor from no change",
} as const;
