/**
 * Graphics cards as their makers describe them: what the time model (card_time.ts) knows of one.
 * @module
 */

/** One card; peaks are those of its data sheet, none was measured here. */
export type Card = {
  name: string;
  /** Streaming multiprocessors, and the lanes of each that do a multiply-and-add a cycle. */
  processors: number;
  lanes: number;
  /** Boost clock in Hz. */
  clock: number;
  /** Bytes a second from and to its memory. */
  bandwidth: number;
  /** Bytes of its second level of cache, which all processors share. */
  cache: number;
  /** Warps and workgroups that a multiprocessor keeps at once, by its compute capability. */
  warps: number;
  workgroups: number;
  /** Where the numbers are from. */
  source: string;
};

const ADA =
  "NVIDIA Ada GPU Architecture whitepaper; CUDA C Programming Guide, compute capability 8.9";
const HOPPER = "NVIDIA H100 Tensor Core GPU Architecture whitepaper; CUDA C Programming Guide, 9.0";

/** By the name that the command line takes. */
export const CARDS: Readonly<Record<string, Card>> = {
  rtx4090: {
    name: "NVIDIA GeForce RTX 4090",
    processors: 128,
    lanes: 128,
    clock: 2.52e9,
    bandwidth: 1008e9,
    cache: 72 * 2 ** 20,
    warps: 48,
    workgroups: 24,
    source: ADA,
  },
  rtx3090: {
    name: "NVIDIA GeForce RTX 3090",
    processors: 82,
    lanes: 128,
    clock: 1.695e9,
    bandwidth: 936e9,
    cache: 6 * 2 ** 20,
    warps: 48,
    workgroups: 16,
    source: "NVIDIA Ampere GA102 GPU Architecture whitepaper; CUDA C Programming Guide, 8.6",
  },
  rtx5090: {
    name: "NVIDIA GeForce RTX 5090",
    processors: 170,
    lanes: 128,
    clock: 2.407e9,
    bandwidth: 1792e9,
    cache: 96 * 2 ** 20,
    warps: 48,
    workgroups: 24,
    source: "NVIDIA RTX Blackwell GPU Architecture whitepaper; CUDA C Programming Guide, 12.0",
  },
  l4: {
    name: "NVIDIA L4",
    processors: 58,
    lanes: 128,
    clock: 2.04e9,
    bandwidth: 300e9,
    cache: 48 * 2 ** 20,
    warps: 48,
    workgroups: 24,
    source: ADA,
  },
  t4: {
    name: "NVIDIA T4",
    processors: 40,
    lanes: 64,
    clock: 1.59e9,
    bandwidth: 320e9,
    cache: 4 * 2 ** 20,
    warps: 32,
    workgroups: 16,
    source: "NVIDIA Turing GPU Architecture whitepaper; CUDA C Programming Guide, 7.5",
  },
  a100: {
    name: "NVIDIA A100 SXM4 80 GB",
    processors: 108,
    lanes: 64,
    clock: 1.41e9,
    bandwidth: 2039e9,
    cache: 40 * 2 ** 20,
    warps: 64,
    workgroups: 32,
    source: "NVIDIA A100 Tensor Core GPU Architecture whitepaper; CUDA C Programming Guide, 8.0",
  },
  h100: {
    name: "NVIDIA H100 SXM5",
    processors: 132,
    lanes: 128,
    clock: 1.98e9,
    bandwidth: 3352e9,
    cache: 50 * 2 ** 20,
    warps: 64,
    workgroups: 32,
    source: HOPPER,
  },
  h200: {
    name: "NVIDIA H200 SXM",
    processors: 132,
    lanes: 128,
    clock: 1.98e9,
    bandwidth: 4800e9,
    cache: 50 * 2 ** 20,
    warps: 64,
    workgroups: 32,
    source: `${HOPPER}; NVIDIA H200 data sheet`,
  },
};

/** Multiplications and additions a second of all lanes. */
export function peakFlops({ processors, lanes, clock }: Card): number {
  return 2 * processors * lanes * clock;
}
