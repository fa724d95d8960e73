/**
 * The systems that replicate runs, in the order of the report. A new system is one more line here.
 *
 * @module
 */
import { proofs } from "./proofs/system.ts";
import { stagewise } from "./stagewise/system.ts";
import type { System } from "./system.ts";

export const SYSTEMS: readonly System[] = [stagewise, proofs];
