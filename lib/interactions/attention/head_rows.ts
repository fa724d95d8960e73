/** One head of something written out for all of them. @module */
import { reshape, view } from "../../tensor/ops/reshape.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { type Tensor, uploadIds } from "../../tensor/tensor.ts";

/** Rows of one head of [batch, n_heads, pos, pos] → [batch, pos, pos]. */
export function headRows(of_all: Tensor, head: number): Tensor {
  const [batch, n_heads, pos] = of_all.shape;
  const rows = Uint32Array.from(
    { length: batch * pos },
    (_, r) => (Math.floor(r / pos) * n_heads + head) * pos + r % pos,
  );
  using index = uploadIds(of_all.gpu, [batch * pos], rows);
  using taken = takeRows(view(of_all, [batch * n_heads * pos, pos]), index);
  return reshape(taken, [batch, pos, pos]);
}
