/**
 * Every theorem of the prover, in the order of tables and legends: the paper's first, then ours. A
 * new one is a file here, a line below, and its check in checker/.
 *
 * Two models larger than the published ones, seed 0 of the larger populations of a run (run/presets.ts):
 * certified share, CPU seconds to certify (a check among them) and to check the certificate, its bytes;
 * one core of a Xeon at 2.5 GHz that many others used as well.
 *
 *   d_vocab 64, d_model 128, K = 4; accuracy 0.999718, at most 0.999735 by N4
 *     cubic                0.958293    0.4 s    0.2 s       391
 *     N4, G = 64           0.999658    0.7 s    0.4 s       414
 *     N5, G = 64, gMax 6   0.998964    0.3 s    0.2 s     4,616
 *   d_vocab 128, d_model 32, K = 20; accuracy 0.9904 by draws from N5's sets
 *     cubic                0.792442    2.9 s    0.8 s       462
 *     N5, G = 64, gMax 6   0.917105    4.9 s    1.8 s    17,039
 *     N5, G = 64, gMax 16  0.917118    6.9 s    1.9 s    17,040
 *
 * A wider d_model only makes the exact tables longer. In the second, N4 gives out by its length: its
 * partition was not found in four minutes. N5 gives out by its bound, which larger gaps do not mend, before
 * its time, its bytes or its memory (230 MB with all of Deno).
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
