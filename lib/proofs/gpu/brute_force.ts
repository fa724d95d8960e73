/**
 * Every sequence of a Max-of-K model on the GPU, each one decided rigorously: in float32 with a
 * bound on all rounding, and exactly, on the CPU, where that bound is not enough.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openGpu } from "../../gpu/open.ts";
 * import { makeTables } from "../tables/folded.ts";
 * import { bruteForce } from "./brute_force.ts";
 * // Uniform attention; the logit of token 1 minus that of token 0 is 8 · (share of ones) − 2.
 * const model = {
 *   config: { d_vocab: 2, d_model: 2, d_head: 1, n_ctx: 2 },
 *   W_E: Float32Array.of(0, 1, 1, 1),
 *   W_pos: new Float32Array(4),
 *   W_Q: new Float32Array(2),
 *   W_K: new Float32Array(2),
 *   W_V: Float32Array.of(4, -2),
 *   W_O: Float32Array.of(0, 1),
 *   W_U: Float32Array.of(0, 0, -1, 1),
 * };
 * using gpu = await openGpu();
 * const { count, sequences } = await bruteForce(gpu, makeTables(model));
 * assertEquals([count, sequences], [4, 4]);
 * ```
 * @module
 */
import bruteForceSource from "../../../kernels/brute_force.wgsl" with { type: "text" };
import toTexelsSource from "../../../kernels/matmul/to_texels.wgsl" with { type: "text" };
import type { Gpu } from "../../gpu/gpu.ts";
import { readBuffers } from "../../gpu/read.ts";
import { exactly, expectForm, maybe, where } from "../../io/form.ts";
import { TEXEL_SHIFT, type Texels } from "../../gpu/textures.ts";
import { launch } from "../../tensor/launch.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { type Tensor, upload, zeros } from "../../tensor/tensor.ts";
import { type BruteForce, decideSequence } from "../theorems/brute_force.ts";
import type { ProofTables } from "../tables/folded.ts";
import { type BruteForceTerms, bruteForceTerms } from "./brute_force_terms.ts";

/** Sequences that the list of the undecided has room for. */
const CAPACITY = 1 << 17;
/** Sequences handed to the device at once: a fraction of a second, so that no watchdog bites. */
const SUBMIT = 2 ** 24;

/**
 * `bruteForceTiny`'s result for models of any size. `count` is a lower and `count + unsettled` an
 * upper bound: unsettled are those left over by `settle`, none in all but degenerate models, and
 * with widened tables those whose answer may depend on the evaluation.
 */
export interface ExhaustiveCount extends BruteForce {
  /** The latter, by last token, then from the last position to the first. */
  dependent: number[][];
}

/**
 * `settle`: how many undecided sequences are decided one by one: exactly, about a millisecond each
 * at most, or with widened tables by intervals, by default as many as are listed.
 */
export type BruteForceOptions = { settle?: number };

const OPTIONS = exactly({
  settle: maybe(where<number>(
    "a whole number from 0, or Infinity",
    (x) => x === Infinity || (Number.isSafeInteger(x) && (x as number) >= 0),
  )),
});

/**
 * Counts the sequences with logit[m] > logit[x] for all x other than their maximum m, in real
 * arithmetic, or with widened tables in every float32 evaluation of their class. Deterministic.
 * Throws where v^K does not fit into 32 bits.
 */
export async function bruteForce(
  gpu: Gpu,
  tables: ProofTables,
  options: BruteForceOptions = {},
): Promise<ExhaustiveCount> {
  const { v, K, evaluation } = tables;
  const { settle = evaluation ? CAPACITY : 1 << 14 } = expectForm("enumerate", options, OPTIONS);
  if (!(v ** K < 2 ** 32)) {
    throw new RangeError(
      `Cannot enumerate: expected v^K below 2^32 but found ${v}^${K}: ` +
        `sample the accuracy instead, or prove a bound with another strategy`,
    );
  }
  const plan = planFor(gpu, v);
  const terms = bruteForceTerms(tables, plan.width);
  const { right, list, undecided } = await run(gpu, { tables, terms, plan });
  const settled = Math.min(list.length, settle);
  const dependent: number[][] = [];
  for (const { index, q } of list.slice(0, settled)) {
    const tokens = decode(index, q, { v, K });
    const { answer } = decideSequence(tables, tokens);
    if (answer === "right") right[q * v + Math.max(...tokens)] += 1;
    if (answer === "depends") dependent.push(tokens);
  }
  const count = right.reduce((a, b) => a + b, 0);
  const unsettled = undecided - settled + dependent.length;
  return { right, count, sequences: v ** K, undecided, unsettled, dependent };
}

type Plan = { width: number; columns: number; constants: Record<string, number> };

/**
 * Two columns of four last tokens a lane, where there are that many; four inner tokens at a time.
 */
function planFor(gpu: Gpu, v: number): Plan {
  const LANES = gpu.subgroupSize || 32;
  const C = v > 4 * LANES ? 2 : 1;
  const step = Math.max(64, 4 * LANES);
  const width = Math.ceil(v / step) * step;
  const room = gpu.device.limits.maxComputeWorkgroupStorageSize;
  if (4 * width > room) {
    throw new RangeError(
      `Cannot enumerate: expected d_vocab of at most ${
        Math.floor(room / 4 / step) * step
      } on this ` +
        `adapter but found ${v}: sample the accuracy instead, or prove a bound with another strategy`,
    );
  }
  const SUBGROUP = gpu.subgroupSize > 0 ? 1 : 0;
  const TEXELS = SUBGROUP && gpu.isCpu ? 1 : 0;
  return {
    width,
    columns: Math.ceil(v / (4 * LANES * C)),
    constants: { SUBGROUP, TEXELS, SHIFT: TEXEL_SHIFT, LANES, R: 4, C, WIDTH4: width / 4 },
  };
}

/**
 * Inner tokens of one dispatch: where every sequence is wrong or undecided, the loops of an
 * invocation must not turn more often than llvmpipe lets them, which would leave out sequences
 * without a word.
 */
function innerAtOnce(v: number, { plan, terms }: { plan: Plan; terms: BruteForceTerms }): number {
  const { SUBGROUP, LANES, WIDTH4, R, C } = plan.constants;
  const lines = Math.ceil(WIDTH4 / LANES) + 2;
  const before = lines * (terms.outerPositions + 2);
  const doubtful = Math.min(R, terms.inner) * C;
  const group = (SUBGROUP ? 6 * lines : WIDTH4) + 5 * R * C + doubtful * 4 * (Math.ceil(v / 4) + 2);
  const groups = Math.floor((MOST_ITERATIONS - before) / group);
  if (groups < 1) {
    throw new RangeError(
      `Cannot enumerate: expected a d_vocab that a kernel can walk over but found ${v}: ` +
        "sample the accuracy instead, or prove a bound with another strategy",
    );
  }
  return groups * R;
}

type Run = { tables: ProofTables; terms: BruteForceTerms; plan: Plan };

async function run(gpu: Gpu, { tables, terms, plan }: Run) {
  const { v, K } = tables;
  const flat = (data: Float32Array) => upload(gpu, { shape: [data.length], data });
  const held: Record<string, Tensor> = {
    rows: flat(terms.rows),
    last: flat(terms.last),
    diagonal: flat(terms.diagonal),
    errors: flat(terms.errors),
    counts: zeros(gpu, [v * v], "u32"),
    undecided: zeros(gpu, [1 + 2 * CAPACITY], "u32"),
  };
  using owned = new DisposableStack();
  for (const tensor of Object.values(held)) owned.use(tensor);
  const texels = plan.constants.TEXELS ? [held.rows, held.last].map(toTexels) : [];
  owned.defer(() => texels.forEach((used) => gpu.memory.textures.release(used)));
  const [rows, last] = texels.map(({ view }) => view);
  const kernel = {
    name: "brute_force",
    source: bruteForceSource,
    entry: "main",
    constants: plan.constants,
  };
  const outer = v ** terms.outerPositions, sequences = v ** K;
  const piece = Math.max(1, Math.min(65535, Math.floor(SUBMIT * outer / sequences)));
  const some = innerAtOnce(v, { plan, terms });
  for (let first = 0; first < outer; first += piece) {
    const count = Math.min(piece, outer - first);
    for (let inner_first = 0; inner_first < terms.inner; inner_first += some) {
      launch(gpu, kernel, {
        tensors: { ...held, ...(rows && { rows, last }) },
        params: {
          v,
          t4: terms.t4,
          outer_positions: terms.outerPositions,
          inner: terms.inner,
          outer_first: first,
          stride_inner: outer,
          stride_last: K > 2 ? outer * v : 1,
          capacity: CAPACITY,
          inner_first,
          inner_end: Math.min(terms.inner, inner_first + some),
        },
        workgroups: [count, plan.columns, v],
      });
    }
    gpu.flush();
  }
  const [counts, doubts] = await readBuffers(gpu, [held.counts.range, held.undecided.range]);
  const [undecided, ...words] = new Uint32Array(doubts);
  const list = Array.from({ length: Math.min(undecided, CAPACITY) }, (_, i) => ({
    index: words[2 * i],
    q: words[2 * i + 1],
  })).sort((a, b) => a.q - b.q || a.index - b.index);
  return { right: Float64Array.from(new Uint32Array(counts).subarray(0, v * v)), list, undecided };
}

/** A copy of a tensor in texels of four values. */
function toTexels(tensor: Tensor): Texels {
  const { gpu, size } = tensor;
  const texels = gpu.memory.textures.allocate(size / 4);
  const constants = { SHIFT: TEXEL_SHIFT };
  launch(gpu, { name: "to_texels", source: toTexelsSource, entry: "main", constants }, {
    tensors: { source: tensor, texels: texels.view },
    params: { count: size / 4 },
    invocations: size / 4,
  });
  return texels;
}

/** Free tokens from the digits of `index`, the first position in the lowest, and the query. */
function decode(index: number, q: number, { v, K }: { v: number; K: number }): number[] {
  const tokens = [];
  for (let i = 0; i < K - 1; i++, index = Math.floor(index / v)) tokens.push(index % v);
  return [...tokens, q];
}
