/** Rotary position embedding of queries and keys, with its gradient. @module */
import source from "../../../kernels/rotary.wgsl" with { type: "text" };
import { anything, exactly, expectForm, maybe, whole } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import { contributeShared } from "../contribute.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks, rowSlice } from "../views.ts";

/** Rows of the table that hold single positions; the others hold multiples of it. */
const SPAN = 128;
const NAN_BITS = 0x7fc00000;
const OPTIONS = exactly({
  n_heads: whole(1),
  turned: maybe(whole(1)),
  positions: maybe(anything),
});

/**
 * `turned`: so many heads are turned, all by default, the others copied. `positions` u32 [batch]:
 * the position of the first token of each sequence, 0 without; so single tokens [rows, 1, width]
 * have one each.
 */
export type RotaryOptions = { n_heads: number; turned?: number; positions?: Tensor };

/**
 * The table of angles for `rotary`, computed in float64: frequencies in radians a position
 * [rotary_dim / 2], for positions below `n_ctx` → [128 + ceil(n_ctx / 128), rotary_dim], cos beside
 * sin. `factor` multiplies both, as transformers' attention_scaling does.
 */
export function rotaryAngles(
  frequencies: ArrayLike<number>,
  { n_ctx, factor = 1 }: { n_ctx: number; factor?: number },
): HostArray {
  const half = frequencies.length, rows = SPAN + Math.ceil(n_ctx / SPAN);
  const data = new Float32Array(rows * 2 * half);
  for (let row = 0; row < rows; row++) {
    const [position, times] = row < SPAN ? [row, factor] : [(row - SPAN) * SPAN, 1];
    for (let f = 0; f < half; f++) {
      data[row * 2 * half + f] = times * Math.cos(position * frequencies[f]);
      data[row * 2 * half + half + f] = times * Math.sin(position * frequencies[f]);
    }
  }
  return { shape: [rows, 2 * half], data };
}

/**
 * Turns the first rotary_dim numbers of each head by the angles of its position (Su et al., arXiv
 * 2104.09864, eq. 34; number d with number d + rotary_dim / 2, as GPT-NeoX and Llama pair them): x
 * [batch, pos, n_heads · d_head], heads side by side, angles [rows, rotary_dim] of `rotaryAngles` →
 * shaped like x. A position beyond the table, which only the GPU sees, gives NaN. Throws on other
 * shapes, and on angles that want a gradient.
 */
export function rotary(x: Tensor, angles: Tensor, options: RotaryOptions): Tensor {
  checkRotary(x, angles, options);
  const y = empty(x.gpu, x.shape);
  turn(y, x, { angles, ...options });
  return differentiable(y, [x], {
    backward: (grad) => {
      const own = empty(x.gpu, x.shape);
      turn(own, grad, { angles, ...options }, { back: true });
      contributeShared(x, own);
      own.release();
    },
  });
}

function turn(
  y: Tensor,
  x: Tensor,
  { angles, n_heads, turned = n_heads, positions }: RotaryOptions & { angles: Tensor },
  { back = false } = {},
): void {
  const d_head = x.columns / n_heads, half = angles.columns / 2;
  const WIDE = d_head % 4 === 0 && half % 4 === 0 ? 1 : 0;
  const constants = { SPAN, WIDE, BACK: back ? 1 : 0, OFFSET: positions ? 1 : 0 };
  for (const { piece, start } of rowChunks(x)) {
    launch(x.gpu, { name: "rotary", source, entry: "main", constants }, {
      tensors: { x: piece, angles, positions, y: rowSlice(y, start, piece.rows) },
      params: {
        rows: piece.rows,
        first: start,
        pos: x.shape[1],
        columns: x.columns,
        turned: turned * d_head,
        d_head,
        half,
        ld: x.pitch / 4,
        angles_ld: angles.pitch / 4,
        angles_rows: angles.rows,
        nan: NAN_BITS,
      },
      invocations: [x.pitch / 4, piece.rows],
    });
  }
}

function checkRotary(x: Tensor, angles: Tensor, options: RotaryOptions): void {
  const action = "apply rotary embedding";
  const { n_heads, turned = n_heads, positions } = expectForm(action, options, OPTIONS);
  expectTensors(action, { x: [x], angles: [angles] });
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot ${action}: expected ${expected} but found ${found}: ${todo}`);
  };
  const [batch, pos] = x.shape, d_head = x.columns / n_heads;
  if (x.shape.length !== 3 || x.columns % n_heads !== 0) {
    fail(`x [batch, pos, ${n_heads} heads · d_head]`, `[${x.shape}]`, "pass queries or keys");
  }
  if (turned > n_heads) fail(`turned heads among ${n_heads}`, `${turned}`, "turn fewer");
  if (angles.shape.length !== 2 || angles.columns % 2 !== 0 || angles.columns > d_head) {
    const expected = `angles [rows, rotary_dim] with an even rotary_dim of at most ${d_head}`;
    fail(expected, `[${angles.shape}]`, "make them with rotaryAngles");
  }
  if (!positions && angles.rows < SPAN + Math.ceil(pos / SPAN)) {
    const most = (angles.rows - SPAN) * SPAN;
    fail(`at most ${most} positions`, `${pos}`, "make angles for a larger n_ctx");
  }
  if (wantsGradient(x.gpu, [angles])) {
    fail("angles without a gradient", "angles that want one", "freeze them: requiresGrad = false");
  }
  if (positions === undefined) return;
  expectTensors(
    action,
    { x: [x], positions: [positions as Tensor, { dtype: "u32", shape: [batch] }] },
    "one for each sequence",
  );
}
