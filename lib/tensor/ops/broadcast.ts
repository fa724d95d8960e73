/**
 * Kernels in which a shorter operand repeats, into tensors that are there; no gradients.
 * @module
 */
import source from "../../../kernels/broadcast.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import type { Tensor } from "../tensor.ts";
import { flatChunks } from "./grid.ts";

type Entry =
  | "add_rows"
  | "subtract_rows"
  | "multiply_rows"
  | "multiply_one"
  | "scale_by"
  | "spread_one";

/**
 * out (and a, of its size) with `b` repeated over it; `period4` is the length of what repeats, in
 * vec4f.
 */
function run(
  entry: Entry,
  { out, a, b }: { out: Tensor; a?: Tensor; b: Tensor },
  { period4 = b.size / 4, factor = 1 } = {},
): void {
  const { gpu } = out;
  if (4 * b.size > gpu.maxBinding) {
    throw new RangeError(
      `Cannot run ${entry}: expected what repeats to fit into a binding of ${gpu.maxBinding} bytes ` +
        `but found [${b.shape}]: repeat a smaller tensor`,
    );
  }
  for (const [start, size] of flatChunks(gpu, out.size)) {
    launch(gpu, { name: "broadcast", source, entry }, {
      tensors: { out: out.part(start, size), b, a: a?.part(start, size) },
      params: {
        count4: size / 4,
        first: start / 4,
        period: period4,
        columns: out.columns,
        factor,
      },
      invocations: size / 4,
    });
  }
}

/** out = a (+, −, ·) b: the shape of b is that of the last axes of a. */
export function rowsInto(
  operation: "add" | "subtract" | "multiply",
  out: Tensor,
  { a, b }: { a: Tensor; b: Tensor },
): void {
  run(`${operation}_rows`, { out, a, b });
}

/** out = factor · a · b[0]. */
export function multiplyByOneInto(
  out: Tensor,
  a: Tensor,
  { b, factor }: { b: Tensor; factor: number },
) {
  run("multiply_one", { out, a, b }, { factor });
}

/** target = target · b[0]. */
export function scaleByOneInto(target: Tensor, b: Tensor): void {
  run("scale_by", { out: target, b });
}

/** Every value of out = factor · b[0]. */
export function spreadOneInto(out: Tensor, b: Tensor, factor: number): void {
  run("spread_one", { out, b }, { period4: out.pitch / 4, factor });
}
