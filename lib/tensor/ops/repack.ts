/** A tensor's values in rows of another length, copied where padding moves. No gradients. @module */
import source from "../../../kernels/repack.wgsl" with { type: "text" };
import { launch } from "../launch.ts";
import { ALIGNMENT } from "../layout.ts";
import type { Tensor } from "../tensor.ts";
import { rowSlice } from "../views.ts";

/** y = x in row-major order, of as many values. */
export function repackInto(y: Tensor, x: Tensor): void {
  for (const [start, values] of pieces(y, x)) {
    const [to, from] = [y, x].map((t) => rowSlice(t, start / t.columns, values / t.columns));
    launch(y.gpu, { name: "repack", source, entry: "main" }, {
      tensors: { x: from, y: to },
      params: {
        rows: to.rows,
        columns: to.columns,
        ld: to.pitch / 4,
        from_columns: from.columns,
        from_ld: from.pitch,
      },
      invocations: [to.pitch / 4, to.rows],
    });
  }
}

/** [first, count] of values: whole rows of both that fit into a binding and begin aligned in both. */
function pieces(y: Tensor, x: Tensor): [number, number][] {
  const all = y.rows * y.columns;
  const floats = (values: number) =>
    Math.max(...[y, x].map(({ columns, pitch }) => values / columns * pitch));
  const most = y.gpu.maxBinding / 4;
  if (floats(all) <= most) return [[0, all]];
  const step = ALIGNMENT * y.columns * x.columns / common(y.columns, x.columns);
  const size = Math.floor(most / floats(step)) * step;
  if (size === 0) {
    throw new RangeError(
      `Cannot reshape [${x.shape}] to [${y.shape}]: expected ${
        floats(step)
      } values to fit into a ` +
        `binding but found room for ${most}: take fewer columns`,
    );
  }
  const found: [number, number][] = [];
  for (let start = 0; start < all; start += size) found.push([start, Math.min(size, all - start)]);
  return found;
}

/** The greatest common divisor. */
function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}
