/** All drives. @module */
import { CROSSCODERS } from "./crosscoders.ts";
import type { Drive } from "./drive.ts";
import { INTERACTIONS } from "./interactions.ts";
import { MODELS } from "./models.ts";
import { PROOFS } from "./proofs.ts";
import { TENSORS } from "./tensors.ts";

/** What lib computes with kernels, at small sizes. */
export const DRIVES: readonly Drive[] = [
  ...TENSORS,
  ...MODELS,
  ...CROSSCODERS,
  ...PROOFS,
  ...INTERACTIONS,
];
