/**
 * Every theorem of the prover, in the order of tables and legends: the paper's first, then ours. A
 * new one is a file here, a line below, and its check in checker/.
 * @module
 */
import { published } from "../published/theorem.ts";
import { subcubic } from "../subcubic/theorem.ts";
import type { Theorem } from "../theorem.ts";
import { bruteForce } from "./brute_force.ts";
import { cubic } from "./cubic.ts";
import { n1, n1n } from "./n1_blocks.ts";
import { n2 } from "./n2_product_sets.ts";
import { n3, n3n } from "./n3_copies.ts";
import { n4, n4Partition } from "./n4_grid.ts";
import { n5 } from "./n5_layered.ts";

/** The records of all theorems, the published strategies among them. */
export const THEOREMS: readonly Theorem[] = [
  bruteForce,
  cubic,
  published,
  subcubic,
  n1,
  n1n,
  n2,
  n3,
  n3n,
  n4,
  n4Partition,
  n5,
];
