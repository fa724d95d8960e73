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
import { rowSlice } from "../views.ts";
import { multiplyByOneInto, spreadOneInto } from "./broadcast.ts";
import { flatChunks } from "./grid.ts";

type SumOptions = { squares?: boolean; factor?: number };

/** vec4f that one invocation adds up. */
const RUN = 256;

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
export function sumInto(
  out: Tensor,
  a: Tensor,
  { squares = false, factor = 1 }: SumOptions = {},
): void {
  expectTensors("sum", { a: [a], out: [out] });
  const pieces = flatChunks(a.gpu, a.size).map(([start, size]) =>
    a.over([1, size], a.offset + start)
  );
  if (pieces.length === 1 && a.size <= 4 * RUN) {
    return pass(pieces[0], out, { squares, factor, parts: 1 });
  }
  // Runs of a piece begin at a multiple of 64 values, which a binding's offset must be.
  const stride = Math.ceil(pieces[0].size / 4 / RUN / 64) * 64;
  const partial = empty(a.gpu, [pieces.length, stride]);
  pieces.forEach((piece, i) => {
    pass(piece, rowSlice(partial, i, 1), { squares, factor: 1, parts: stride });
  });
  sumInto(out, partial, { factor });
  partial.release();
}

/**
 * Row sums in at most 64 parts each: a [rows, n] → out [rows, 64], whose row sums are factor · Σ
 * a[row, ·]. One launch; `log_step` adds the parts up.
 */
export function partialRowSumsInto(out: Tensor, a: Tensor, options: SumOptions = {}): void {
  expectTensors("sum rows", { a: [a], out: [out, { shape: [a.rows, 64] }] });
  pass(a, out, { squares: false, factor: 1, ...options, parts: 64 });
}

function pass(
  a: Tensor,
  out: Tensor,
  { squares, factor, parts }: { squares: boolean; factor: number; parts: number },
): void {
  const { gpu } = a;
  const count4 = a.pitch / 4;
  const constants = { SQUARES: squares ? 1 : 0, STRIDED: gpu.isCpu ? 0 : 1 };
  launch(gpu, { name: "sum", source, entry: "main", constants }, {
    tensors: { a, out },
    params: { rows: a.rows, count4, run: Math.ceil(count4 / parts), ld_out: parts, factor },
    invocations: [parts, a.rows],
  });
}
