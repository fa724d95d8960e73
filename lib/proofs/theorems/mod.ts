/**
 * Every theorem of the prover, in the order of tables and legends: the paper's first, then ours. A
 * new one is a file here, a line below, and its check in checker/.
 *
 * Two models beyond the populations of a run, measured at commit d24d377 (3,000 steps of AdamW, batch
 * 128, in PyTorch; d_head 32): certified share, CPU seconds to certify (a check among them) and to
 * check the certificate, its bytes; one core of a Xeon at 2.5 GHz that others used as well.
 *
 *   d_vocab 64, d_model 128, K = 4; at most 0.999740 by N4
 *     cubic                0.948724    1.3 s    1.0 s       391
 *     N4, G = 64           0.999722    1.8 s    1.1 s       414
 *     N5, G = 64, gMax 6   0.999628    0.9 s    0.7 s     4,616
 *   d_vocab 128, d_model 32, K = 20; accuracy 0.9968 by 200,000 draws
 *     cubic                0.843234    8.4 s    2.4 s       462
 *     N5, G = 64, gMax 6   0.976884   12.9 s    6.2 s    17,039
 *
 * A wider d_model only makes the exact tables longer (0.6 s). In the second, N5's bound gives out
 * before its time, its bytes or its memory (207 MB with all of Deno).
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
