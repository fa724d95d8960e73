/** The loss of a language model, with its gradient written over the logits. @module */
import crossEntropySource from "../../../kernels/cross_entropy.wgsl" with { type: "text" };
import { contributeShared, differentiable, wantsGradient } from "../tape.ts";
import { empty, rowChunks, type Tensor } from "../tensor.ts";
import { loadTeamKernel, teamGrid } from "./team.ts";

const NAN_BITS = 0x7fc00000;

/**
 * Σ weights · perRow / Σ weights, and perRow = −log softmax(logits)[target]: logits [..., d_vocab], targets u32
 * [rows], weights [rows] → loss [1] and perRow [rows], in nats. A loss: on a tape it ends in itself.
 *
 * Where a gradient is wanted the logits are **consumed**: their gradient overwrites them, so that a vocabulary of 50,257
 * needs its memory once. Rows of weight 0 touch neither loss nor gradient, whatever stands in them; where all weights
 * are 0, the loss and the gradient are 0. NaN in a counted row and a target beyond d_vocab give NaN.
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  weights: Tensor,
): { loss: Tensor; perRow: Tensor } {
  const { gpu, rows } = logits;
  checkRows(rows, { targets, weights });
  const loss = empty(gpu, [1]), perRow = empty(gpu, [rows]), sums = empty(gpu, [4]);
  const grad = wantsGradient(gpu, [logits]);
  const whole = { targets, weights, sums, loss, per_row: perRow };
  run("weigh", logits, { whole });
  run("rows", logits, { whole, grad });
  run("finish", logits, { whole });
  sums.release();
  differentiable(loss, [logits], {
    isLoss: true,
    backward: () => contributeShared(logits, logits),
  });
  return { loss, perRow };
}

function run(
  entry: "weigh" | "rows" | "finish",
  logits: Tensor,
  { whole, grad = false }: { whole: Record<string, Tensor>; grad?: boolean },
): void {
  const { gpu } = logits;
  const kernel = loadTeamKernel(gpu, {
    name: "cross_entropy",
    source: crossEntropySource,
    entry,
    constants: { GRAD: grad ? 1 : 0 },
  });
  const tensors = Object.entries(whole).map(([name, tensor]) => [name, tensor.range]);
  const pieces = entry === "rows" ? rowChunks(logits) : [{ piece: logits, start: 0 }];
  for (const { piece, start } of pieces) {
    gpu.recorder.dispatch(kernel, {
      bindings: { ...Object.fromEntries(tensors), logits: piece.range },
      params: {
        rows: piece.rows,
        d_vocab: logits.columns,
        ld: logits.pitch / 4,
        first: start,
        all: logits.rows,
        nan: NAN_BITS,
      },
      workgroups: entry === "rows" ? teamGrid(gpu, piece.rows) : [1, 1, 1],
    });
  }
}

/** Rows of an own length would be padded in between, so both tensors must be flat or need no padding. */
function checkRows(rows: number, tensors: Record<string, Tensor>): void {
  for (const [name, { size, pitch, columns, shape, dtype }] of Object.entries(tensors)) {
    const type = name === "targets" ? "u32" : "f32";
    const flat = shape.length <= 1 ? columns === rows : size === rows && pitch === columns;
    if (!flat || dtype !== type) {
      throw new RangeError(
        `Cannot compute cross-entropy: expected ${name} ${type} [${rows}] but found ${dtype} [${shape}]: ` +
          "pass one for each row of the logits, in one axis",
      );
    }
  }
}
