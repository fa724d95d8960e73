/**
 * Operations of Max-of-K models with gradients, a leading axis over models: what is neither a
 * product nor a sum.
 *
 * Sequences are [models · batch] everywhere; every model's numbers depend on its own tensors alone,
 * to the last bit.
 * @module
 */
import maxOfKSource from "../../../kernels/max_of_k.wgsl" with { type: "text" };
import tablesSource from "../../../kernels/max_of_k_tables.wgsl" with { type: "text" };
import type { KernelSource } from "../../gpu/kernel.ts";
import { expectTensors } from "../../tensor/expect.ts";
import { copyInto } from "../../tensor/ops/elementwise.ts";
import { launch } from "../../tensor/launch.ts";
import { MOST_ITERATIONS } from "../../tensor/ops/grid.ts";
import { contributeAll, contributeShared } from "../../tensor/contribute.ts";
import { differentiable, mayOverwrite } from "../../tensor/tape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";

/** Tables W_E [models, v, d] and W_pos [models, K, d]; tokens u32, flat [models · batch · K]. */
export type TokenInputs = { tokens: Tensor; batch: number; W_E: Tensor; W_pos: Tensor };

/** The query's row: W_E[t_(K-1)] + W_pos[K-1] → [models, batch, d]. */
export function lastRows(inputs: TokenInputs): Tensor {
  checkInputs(inputs);
  const { W_E, W_pos, batch } = inputs;
  const last = empty(W_E.gpu, [W_E.shape[0], batch, W_E.columns]);
  dispatch("gather", inputs, { last });
  return differentiable(last, [W_E, W_pos], {
    backward: (grad) => intoTables(inputs, "gather_grad", { grad }),
  });
}

/**
 * The mean of the rows x[i] = W_E[t_i] + W_pos[i] by the softmax of scale · x[i]·key: key [models,
 * batch, d] → mixed, shaped like key. One head with the queries and keys folded into `key`.
 */
export function mixRows(inputs: TokenInputs, key: Tensor, scale: number): Tensor {
  checkInputs(inputs);
  const { tokens, W_E, W_pos, batch } = inputs;
  expectTensors("mix rows", { key: [key, { shape: [W_E.shape[0], batch, W_E.columns] }] });
  const mixed = empty(key.gpu, key.shape), pattern = empty(key.gpu, tokens.shape);
  dispatch("mix", inputs, { key, pattern, mixed }, scale);
  return differentiable(mixed, [key, W_E, W_pos], {
    saved: [pattern],
    backward: (grad) => {
      const grad_key = empty(key.gpu, key.shape), d = empty(key.gpu, tokens.shape);
      dispatch("mix_grad", inputs, { pattern, grad, d, grad_key }, scale);
      intoTables(inputs, "tables_grad", { pattern, grad, d, key });
      contributeShared(key, grad_key);
      grad_key.release();
      d.release();
    },
  });
}

/**
 * −log softmax(logits)[target] of each sequence, whose mean over its model's batch is the loss:
 * logits [models, batch, v], targets u32 [models · batch] → [models · batch]. The loss ends in
 * itself: nothing can be made of it on a tape. The gradient of the logits takes their place on the
 * way back where nobody else needs them.
 */
export function maxOfKLoss(logits: Tensor, targets: Tensor): Tensor {
  const [models, batch] = logits.shape;
  expectTensors("compute the loss", {
    logits: [logits],
    targets: [targets, { dtype: "u32", shape: [models * batch] }],
  });
  const nll = empty(logits.gpu, targets.shape);
  overLogits("loss", logits, { targets, nll });
  return differentiable(nll, [logits], {
    loss: "whole",
    backward: () => {
      const own = mayOverwrite(logits);
      const grad = own ? logits : empty(logits.gpu, logits.shape);
      if (!own) copyInto(grad, logits);
      overLogits("loss_grad", grad, { targets });
      contributeShared(logits, grad);
      if (!own) grad.release();
    },
  });
}

function checkInputs({ tokens, batch, W_E, W_pos }: TokenInputs): void {
  const [models, , d_model] = W_E.shape, K = W_pos.shape[1];
  expectTensors("read tokens", {
    W_E: [W_E],
    W_pos: [W_pos, { shape: [models, K, d_model] }],
    tokens: [tokens, { dtype: "u32", shape: [models * batch * K] }],
  }, "take tables of the same models, and a token for each position of their batches");
}

function overLogits(
  entry: "loss" | "loss_grad",
  logits: Tensor,
  tensors: Record<string, Tensor>,
): void {
  const [models, batch, v] = logits.shape;
  launch(logits.gpu, kernelFor(logits, entry), {
    tensors: { logits, ...tensors },
    params: { count: models * batch, batch, K: 0, v, scale: 0 },
    invocations: models * batch,
  });
}

/** Adds to the gradients of both tables. */
function intoTables(
  inputs: TokenInputs,
  entry: TablesEntry,
  tensors: Record<string, Tensor>,
): void {
  checkTurns(inputs);
  const run = inputs.W_E.gpu.isCpu ? dispatch : dispatchOwners;
  contributeAll([inputs.W_E, inputs.W_pos], ([grad_W_E, grad_W_pos]) => {
    run(entry, inputs, { ...tensors, grad_W_E, grad_W_pos });
  }, { kernel: entry === "gather_grad" ? "adds" : "overwrites" });
}

type TablesEntry = "gather_grad" | "tables_grad";

type Entry =
  | TablesEntry
  | "gather"
  | "mix"
  | "mix_grad"
  | "loss"
  | "loss_grad";

/**
 * The sums of a model are those of one invocation, whose loops must not turn more often than
 * llvmpipe lets them.
 */
function checkTurns({ batch, W_E, W_pos }: TokenInputs): void {
  const v = W_E.shape[1], K = W_pos.shape[1];
  const turns = v + 2 + K * (Math.ceil(batch / 8) + 9);
  if (turns <= MOST_ITERATIONS) return;
  const most = Math.floor(8 * (MOST_ITERATIONS - v) / K) - 100;
  throw new RangeError(
    `Cannot train Max-of-K models: expected a batch of at most ${Math.max(0, most)} sequences ` +
      `for d_vocab ${v} and n_ctx ${K} but found ${batch}: take a smaller batch and more steps`,
  );
}

const lanesOf = ({ gpu }: Tensor) => gpu.subgroupSize || 32;

function kernelFor(tensor: Tensor, entry: Entry): KernelSource {
  const constants = { D4: tensor.pitch / 4, LANES: lanesOf(tensor) };
  return { name: "max_of_k", source: maxOfKSource, entry, constants };
}

function dispatch(
  entry: Entry,
  { tokens, batch, W_E, W_pos }: TokenInputs,
  tensors: Record<string, Tensor>,
  scale = 0,
): void {
  const [models, v] = W_E.shape, K = W_pos.shape[1];
  const intoTables = entry === "gather_grad" || entry === "tables_grad";
  launch(W_E.gpu, kernelFor(W_E, entry), {
    tensors: { tokens, W_E, W_pos, ...tensors },
    params: { count: models * batch, batch, K, v, scale, stride: 0 },
    ...(intoTables
      ? { workgroups: [models, Math.ceil(W_E.pitch / 4 / lanesOf(W_E)), 1] }
      : { invocations: models * batch }),
  });
}

/** Invocations of a workgroup, as in kernels/max_of_k_tables.wgsl. */
const GROUP = 256;

/**
 * The same sums on a GPU, where few invocations that add to memory one sequence after the other would
 * leave all others waiting.
 */
function dispatchOwners(
  entry: TablesEntry,
  { tokens, batch, W_E, W_pos }: TokenInputs,
  tensors: Record<string, Tensor>,
): void {
  const [models, v] = W_E.shape, K = W_pos.shape[1], D4 = W_E.pitch / 4;
  const COLUMNS = Math.min(D4, 64), rows = Math.floor(GROUP / COLUMNS);
  const last = entry === "gather_grad", slices = Math.ceil(v / rows);
  const constants = { D4, COLUMNS, LAST: last ? 1 : 0 };
  launch(W_E.gpu, { name: "max_of_k_tables", source: tablesSource, entry: "main", constants }, {
    tensors: { tokens, ...tensors },
    params: { batch, K, v, slices },
    workgroups: [models, slices + Math.ceil((last ? 1 : K) / rows), Math.ceil(D4 / COLUMNS)],
  });
}
