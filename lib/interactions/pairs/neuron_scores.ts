/**
 * Every neuron of a part of a text: how far it is from adding up its latents, and every bound on
 * that, in one kernel.
 * @module
 */
import source from "../../../kernels/interactions/neuron_scores.wgsl" with { type: "text" };
import { exactly, expectForm, maybe } from "../../io/form.ts";
import { largest } from "../../numerics/numbers.ts";
import { type Random, randomForm } from "../../numerics/random.ts";
import { launch } from "../../tensor/launch.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { matmul } from "../../tensor/ops/matmul/matmul.ts";
import { readIds, readTensors } from "../../tensor/read.ts";
import { empty, type Tensor, uploadIds, zeros } from "../../tensor/tensor.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import type { Players } from "../players/players.ts";
import {
  NEURON_MAXIMA,
  NEURON_SUMS,
  NEURON_VIOLATIONS,
  type NeuronMaximum,
  type NeuronSum,
  type NeuronViolation,
  RATIO_BINS,
  RATIO_BOUNDS,
  type RatioBound,
} from "./neuron_sums.ts";
import { scalarPhiKernel } from "./phi.ts";
import { places } from "./parts.ts";
import { effects } from "./token_terms.ts";

/**
 * neuron_sums.ts says what sums ([tokens] each), maxima, violations and ratios (counts by bin) are.
 * R = Σ_k E_k w_out,k and effect = MLP(x) − MLP without the active latents, [tokens, d_model].
 */
export type NeuronScores = {
  tokens: number;
  neuron_tokens: number;
  sums: Record<NeuronSum, Float64Array>;
  maxima: Record<NeuronMaximum, number>;
  violations: Record<NeuronViolation, number>;
  ratios: Record<RatioBound, Uint32Array>;
  R: Float32Array;
  effect: Float32Array;
};

/** As in the kernel. */
const SUMS = 32;

/** Active latents of a token that the kernel has room for. */
const MOST_ACTIVE = 512;

const OPTIONS = exactly({ random: maybe(randomForm) });

/**
 * All tokens of the players. `random` draws the order of the Shapley-Taylor terms, else it is that
 * of the latents. Throws where a token has more than 512 active latents.
 */
export async function neuronScores(
  players: Players,
  options: { random?: Random } = {},
): Promise<NeuronScores> {
  const { random } = expectForm("score neurons", options, OPTIONS);
  const { gpu, tokens, d_mlp, W_out, z } = players;
  const most = mostActive(players), blocks = blocksOf(players, most);
  using entries = uploadEntries(players, random);
  using E = zeros(gpu, z.shape);
  using sums = empty(gpu, [tokens * blocks, SUMS]);
  using histograms = zeros(gpu, [RATIO_BOUNDS.length, RATIO_BINS.count], "u32");
  run(players, { entries, E, sums, histograms }, { most, blocks });
  using R = matmul(E, W_out);
  using together = effects(players);
  using effect = matmul(together, W_out);
  const counts = readIds(histograms);
  const [parts, residuals, wholes] = await readTensors([sums, R, effect]);
  const ratios = await counts, bins = RATIO_BINS.count;
  return {
    tokens,
    neuron_tokens: tokens * d_mlp,
    ...added(parts, { tokens, blocks }),
    ratios: byName(RATIO_BOUNDS, (b) => ratios.slice(b * bins, (b + 1) * bins)),
    R: residuals,
    effect: wholes,
  };
}

function run(
  { gpu, activation, tokens, d_mlp, start, w, z, out_norms }: Players,
  { entries, E, sums, histograms }: Record<"entries" | "E" | "sums" | "histograms", Tensor>,
  { most, blocks }: { most: number; blocks: number },
): void {
  const { osc, steepest } = nonlinearity(activation);
  const constants = { ACTIVE: Math.ceil(most / 8) * 8 };
  const kernel = { name: "interactions/neuron_scores", source, entry: "main", constants };
  launch(gpu, scalarPhiKernel(activation, kernel), {
    tensors: { start, entries, w, z, norms: out_norms, E, sums, histograms },
    params: { tokens, blocks, d_mlp, ld: z.pitch, osc, steepest },
    invocations: tokens * blocks,
  });
}

/** Latent and bits of the activation of every entry, in a random order within each token. */
function uploadEntries(players: Players, random?: Random): Tensor {
  const { latent, act } = players.active, bits = new Uint32Array(act.slice().buffer);
  const place = random ? places(players, random) : undefined;
  const entries = new Uint32Array(2 * latent.length || 2);
  latent.forEach((i, entry) => entries.set([i, bits[entry]], 2 * (place?.[entry] ?? entry)));
  return uploadIds(players.gpu, [entries.length], entries);
}

function mostActive({ active: { start, tokens } }: Players): number {
  const most = largest(Array.from({ length: tokens }, (_, t) => start[t + 1] - start[t]));
  if (most <= MOST_ACTIVE) return Math.max(1, most);
  throw new RangeError(
    `Cannot score neurons: expected at most ${MOST_ACTIVE} active latents at a token but found ` +
      `${most}: take a sparser crosscoder`,
  );
}

/**
 * Invocations that share a token's neurons: a subgroup on a CPU adapter, more on a GPU, and so many
 * that none has too many turns of loops, some 2 n² + 10 n a neuron. Where the sums of all would not
 * fit into a binding there are fewer tokens to take.
 */
function blocksOf({ gpu, d_mlp, tokens }: Players, n: number): number {
  const turns = 2 * n * n + 10 * n + 8;
  const needed = Math.ceil(d_mlp / Math.floor((MOST_ITERATIONS - 8) / turns));
  const blocks = Math.min(d_mlp, Math.max(gpu.isCpu ? 8 : 64, Math.ceil(needed / 8) * 8));
  const bytes = 4 * SUMS * blocks * tokens;
  if (bytes <= gpu.maxBinding) return blocks;
  throw new RangeError(
    `Cannot score neurons: expected the sums of ${tokens} tokens to fit into a binding of ` +
      `${gpu.maxBinding} bytes but found ${bytes}: read fewer sequences a part`,
  );
}

function added(
  parts: Float32Array,
  { tokens, blocks }: { tokens: number; blocks: number },
): Pick<NeuronScores, "sums" | "maxima" | "violations"> {
  const column = (q: number) =>
    Float64Array.from({ length: tokens }, (_, t) => {
      let sum = 0;
      for (let b = 0; b < blocks; b++) sum += parts[(t * blocks + b) * SUMS + q];
      return sum;
    });
  const most = (q: number) => {
    let found = 0;
    for (let at = q; at < parts.length; at += SUMS) found = Math.max(found, parts[at]);
    return found;
  };
  const [first, second] = [NEURON_SUMS.length, NEURON_SUMS.length + NEURON_MAXIMA.length];
  return {
    sums: byName(NEURON_SUMS, column),
    maxima: byName(NEURON_MAXIMA, (q) => most(first + q)),
    violations: byName(NEURON_VIOLATIONS, (q) => column(second + q).reduce((a, b) => a + b, 0)),
  };
}

function byName<Name extends string, T>(
  names: readonly Name[],
  value: (at: number) => T,
): Record<Name, T> {
  return Object.fromEntries(names.map((name, at) => [name, value(at)])) as Record<Name, T>;
}
