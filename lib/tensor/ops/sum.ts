/**
 * Sums, means and norms of whole tensors, in fixed passes, so that scheduling never changes a bit.
 * @module
 */
import source from "../../../kernels/sum.wgsl" with { type: "text" };
import { exactly, expectForm, flag, maybe, number } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { contributeShared } from "../contribute.ts";
import { differentiable } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { multiplyByOneInto, spreadOneInto } from "./broadcast.ts";

/** What is summed: the values, or their squares, times a factor. */
export type SumOptions = { squares?: boolean; factor?: number };

/** Runs of a long sum: invocations enough for a large GPU, and few enough to be added up by one workgroup. */
const RUNS = 2 ** 15;

/** vec4f that one workgroup adds up at once. */
const AT_ONCE = 2 ** 13;

const SUM_OPTIONS = exactly({ squares: maybe(flag), factor: maybe(number()) });

/** Σ of all values (or squares) times factor → [1], with a gradient. */
export function sum(a: Tensor, options: SumOptions = {}): Tensor {
  return total("sum", a, expectForm("compute sum", options, SUM_OPTIONS));
}

/** Mean of all values → [1], with a gradient. */
export function mean(a: Tensor): Tensor {
  expectTensors("compute mean", { a: [a] });
  return total("mean", a, { factor: 1 / (a.rows * a.columns) });
}

/** Σ of squares of all values → [1], with a gradient: the square of the 2-norm. */
export function squaredNorm(a: Tensor): Tensor {
  return total("squaredNorm", a, { squares: true });
}

function total(action: string, a: Tensor, { squares = false, factor = 1 }: SumOptions): Tensor {
  expectTensors(`compute ${action}`, { a: [a] });
  const out = empty(a.gpu, [1]);
  sumInto(out, a, { squares, factor });
  return differentiable(out, [a], {
    backward: (grad) => {
      const own = empty(a.gpu, a.shape);
      if (squares) multiplyByOneInto(own, a, { b: grad, factor: 2 * factor });
      else spreadOneInto(own, grad, factor);
      contributeShared(a, own);
      own.release();
    },
  });
}

/** Σ of all values (or squares) times factor into the first value of `out`, without a gradient. */
export function sumInto(out: Tensor, a: Tensor, options: SumOptions = {}): void {
  expectTensors("sum", { a: [a], out: [out] });
  const { squares = false, factor = 1 } = options;
  const flat = a.over([1, a.size]);
  if (4 * a.size <= Math.min(16 * AT_ONCE, a.gpu.maxBinding)) {
    return rowSumsInto(out, flat, options);
  }
  const parts = sumParts(a, { squares });
  sumInto(out, parts, { factor }); // parts of parts where a binding holds very little
  parts.release();
}

/**
 * Parts [1, n] of the sum of all values (or squares), whose sum it is, n about 2^15 at most: runs of
 * neighbouring values, as long as the size of `a` wants them.
 */
export function sumParts(a: Tensor, { squares = false }: Pick<SumOptions, "squares"> = {}): Tensor {
  const { gpu, size } = a;
  const run = Math.max(32, Math.ceil(size / 4 / RUNS / 8) * 8);
  const parts = empty(gpu, [1, Math.ceil(size / 4 / run)]);
  const most = Math.floor(gpu.maxBinding / (32 * run)) * 8 * run; // pairs of runs: aligned offsets
  const constants = { SQUARES: squares ? 1 : 0 };
  for (let start = 0; start < size; start += most) {
    const here = Math.min(most, size - start), first = start / 4 / run;
    const n = start + here === size ? parts.pitch - first : here / 4 / run; // the last one pads
    launch(gpu, { name: "sum", source, entry: "runs", constants }, {
      tensors: { a: a.part(start, here), out: parts },
      params: { rows: 1, count4: here / 4, run, first, n, ld_out: 1, factor: 1 },
      invocations: n,
    });
  }
  return parts;
}

/**
 * Sums of rows: a [rows, n] → the first value of each row of `out`, whose rows from `first` on they are, factor
 * · Σ a[row, ·]. A workgroup a row: for few rows, such as those of a log.
 */
export function rowSumsInto(
  out: Tensor,
  a: Tensor,
  { squares = false, factor = 1, first = 0 }: SumOptions & { first?: number } = {},
): void {
  expectTensors("sum rows", { a: [a], out: [out] });
  const constants = { SQUARES: squares ? 1 : 0 };
  launch(a.gpu, { name: "sum", source, entry: "total", constants }, {
    tensors: { a, out },
    params: {
      rows: a.rows,
      count4: a.pitch / 4,
      run: 0,
      first,
      n: 0,
      stride: 0,
      ld_out: out.pitch,
      factor,
    },
    workgroups: a.rows,
  });
}
