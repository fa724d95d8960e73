/** Token and position embedding, with gradients that sum in the order of the batch. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import embeddingSource from "../../../kernels/embedding.wgsl" with { type: "text" };
import { anything, exactly, expectForm, maybe } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { contribute } from "../contribute.ts";
import { differentiable, wantsGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { together } from "../together.ts";
import { rowChunks } from "../views.ts";
import { fillInto } from "./elementwise.ts";
import type { ScatterIndex } from "./scatter_index.ts";

export {
  createScatterIndex,
  packedIndex,
  type ScatterIndex,
  scatterIndex,
} from "./scatter_index.ts";

/** Invocations that share a row. */
const LANES = 8;
const NAN_BITS = 0x7fc00000;

/**
 * `W_pos` [n_ctx, d_model] is added, from row positions[b] on (u32 [batch], forward only) or from
 * row 0. `index` is the scatter index of the ids, needed where W_E learns.
 */
export type EmbedOptions = { W_pos?: Tensor; positions?: Tensor; index?: ScatterIndex };

const OPTIONS = exactly({
  W_pos: maybe(anything),
  positions: maybe(anything),
  index: maybe(anything),
});

/**
 * W_E[ids] (+ W_pos): ids u32 [batch, pos], W_E [d_vocab, d_model] → [batch, pos, d_model]. An id
 * or position beyond its table, which only the GPU sees, gives NaN. Throws where the shapes do not
 * fit.
 */
export function embed(ids: Tensor, W_E: Tensor, options: EmbedOptions = {}): Tensor {
  expectForm("embed", options, OPTIONS);
  const { W_pos, positions, index } = options;
  checkEmbedding(ids, W_E, options);
  const { gpu } = W_E;
  const y = empty(gpu, [...ids.shape, W_E.columns]);
  const constants = { POS: W_pos ? 1 : 0, OFFSET: positions ? 1 : 0 };
  for (const { piece: rows, start: first } of rowChunks(y)) {
    for (const { piece: table, start: table_first } of rowChunks(W_E)) {
      dispatch(gpu, "gather", {
        tensors: { ids, W_E: table, y: rows, W_pos, positions },
        params: {
          ...params(ids, W_E, W_pos),
          rows: rows.rows,
          first,
          table_rows: table.rows,
          table_first,
        },
        rows: rows.rows,
        constants,
      });
    }
  }
  return differentiable(y, [W_E, W_pos], {
    backward: (grad) =>
      together(gpu, () => {
        contribute(W_E, (grad_W_E, accumulate) => {
          scatter(ids, grad, { grad_W_E, index: index!, accumulate });
        });
        if (!W_pos) return;
        contribute(W_pos, (grad_W_pos, accumulate) => {
          positionGrad(ids, grad, { grad_W_pos, accumulate });
        });
      }),
  });
}

function scatter(
  ids: Tensor,
  grad_y: Tensor,
  { grad_W_E, index, accumulate }: { grad_W_E: Tensor; index: ScatterIndex; accumulate: boolean },
): void {
  if (!accumulate) fillInto(grad_W_E, 0);
  for (const { piece: rows, start: first } of rowChunks(grad_y)) {
    for (const { piece: table, start: table_first } of rowChunks(grad_W_E)) {
      dispatch(grad_y.gpu, "scatter", {
        tensors: { index: index.tensor, grad_y: rows, grad_W_E: table },
        params: {
          ...params(ids, grad_W_E),
          rows: rows.rows,
          first,
          table_rows: table.rows,
          table_first,
          n: index.n,
        },
        rows: index.n * slicesOf(grad_W_E),
      });
    }
  }
}

function positionGrad(
  ids: Tensor,
  grad_y: Tensor,
  { grad_W_pos, accumulate }: { grad_W_pos: Tensor; accumulate: boolean },
): void {
  for (const { piece: rows, start: first } of rowChunks(grad_y)) {
    dispatch(grad_y.gpu, "position_grad", {
      tensors: { grad_y: rows, grad_W_pos },
      params: { ...params(ids, grad_W_pos, grad_W_pos), rows: rows.rows, first },
      rows: grad_W_pos.rows * slicesOf(grad_W_pos),
      constants: { ADD: accumulate || first > 0 ? 1 : 0 },
    });
  }
}

/** How many groups of LANES lanes share a row where sums are long. */
function slicesOf({ pitch }: Tensor): number {
  return Math.ceil(pitch / 4 / LANES);
}

/** What all entry points share; pieces override rows and first. */
function params(ids: Tensor, table: Tensor, W_pos?: Tensor): Record<string, number> {
  return {
    rows: 0,
    first: 0,
    pos: ids.columns,
    ids_ld: ids.pitch,
    batch: ids.rows,
    ld: table.pitch / 4,
    table_rows: 0,
    table_first: 0,
    d_vocab: table.rows,
    n_ctx: W_pos?.rows ?? 0,
    n: 0,
    nan: NAN_BITS,
  };
}

type Dispatch = {
  tensors: Record<string, Tensor | undefined>;
  params: Record<string, number>;
  rows: number;
  constants?: Record<string, number>;
};

function dispatch(
  gpu: Gpu,
  entry: "gather" | "scatter" | "position_grad",
  { tensors, params, rows, constants = {} }: Dispatch,
): void {
  launch(gpu, {
    name: "embedding",
    source: embeddingSource,
    entry,
    constants: { LANES, ...constants },
  }, { tensors, params, invocations: rows * LANES });
}

function checkEmbedding(
  ids: Tensor,
  W_E: Tensor,
  { W_pos, positions, index }: EmbedOptions,
): void {
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(`Cannot embed: expected ${expected} but found ${found}: ${todo}`);
  };
  expectTensors("embed", {
    ids: [ids, { dtype: "u32" }],
    W_E: [W_E],
    W_pos: [W_pos, { optional: true }],
  });
  if (W_pos && W_pos.columns !== W_E.columns) {
    fail(`W_pos [n_ctx, ${W_E.columns}]`, `[${W_pos.shape}]`, "take both tables from one model");
  }
  if (W_pos && !positions && W_pos.rows < ids.columns) {
    fail(`at most ${W_pos.rows} positions`, `${ids.columns}`, "take shorter sequences");
  }
  if (positions && (positions.dtype !== "u32" || positions.columns !== ids.rows)) {
    fail(
      `positions u32 [${ids.rows}]`,
      `${positions.dtype} [${positions.shape}]`,
      "one for each sequence",
    );
  }
  if (positions && wantsGradient(W_E.gpu, [W_E, W_pos])) {
    fail("no gradient", "positions and a tape", "positions are for generation");
  }
  if (wantsGradient(W_E.gpu, [W_E]) && index?.n !== ids.rows * ids.columns) {
    fail(
      `an index of ${ids.rows * ids.columns} ids`,
      `${index ? index.n : "none"}`,
      "make one with createScatterIndex and write the ids of each batch into it",
    );
  }
}
