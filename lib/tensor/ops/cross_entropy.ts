/** The loss of a language model, with a gradient that needs no second set of logits. @module */
import crossEntropySource from "../../../kernels/cross_entropy.wgsl" with { type: "text" };
import { anything, exactly, expectForm, maybe } from "../../io/form.ts";
import { expectTensors } from "../expect.ts";
import { launch } from "../launch.ts";
import { contributeShared } from "../contribute.ts";
import { differentiable, mayOverwrite, wantsGradient, withoutGradient } from "../tape.ts";
import { empty, type Tensor } from "../tensor.ts";
import { rowChunks } from "../views.ts";
import { scaleByOneInto } from "./broadcast.ts";
import { copyInto } from "./elementwise.ts";
import { rowGroupConstants, rowGroupKernel } from "./row_group.ts";

const NAN_BITS = 0x7fc00000;

/** Lanes that share a row of more than WIDE logits on a GPU; narrower ones are a subgroup's. */
const TEAM = 256, WIDE = 4096;

const OPTIONS = exactly({ among: maybe(anything) });

/**
 * Σ weights · perRow / Σ weights, and perRow = −log softmax(logits)[target]: logits [..., d_vocab],
 * targets u32 [rows], weights [rows] → loss [1] and perRow [rows], in nats. On a tape the loss ends
 * in itself, unless something is made of it; perRow may be read, but has no gradient.
 *
 * The gradient of the logits takes their place on the way back where nobody else needs them, so
 * that a vocabulary of 50,257 needs its memory once; else it is computed beside them. Rows of
 * weight 0 touch neither loss nor gradient, whatever stands in them; where all weights are 0, the
 * loss and the gradient are 0. NaN in a counted row and a target beyond d_vocab give NaN.
 *
 * `among` [n] has the weights of all rows of a batch of which these are a part: the sum of weights
 * is then theirs, so that the losses and the gradients of the parts add up to those of the batch.
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  weights: Tensor,
  options: { among?: Tensor } = {},
): { loss: Tensor; perRow: Tensor } {
  expectForm("compute cross-entropy", options, OPTIONS);
  const { among = weights } = options;
  expectTensors("compute cross-entropy", {
    logits: [logits],
    targets: [targets, { dtype: "u32" }],
    weights: [weights],
    among: [among],
  });
  const { gpu, rows } = logits;
  checkRows(rows, { targets, weights });
  const total = among === weights ? rows : among.columns;
  checkRows(total, { among });
  if (wantsGradient(gpu, [weights, among])) {
    throw new TypeError(
      "Cannot compute cross-entropy: expected weights without a gradient but found ones that want it: " +
        "set their requiresGrad to false, or weigh perRow outside withGradients",
    );
  }
  const loss = empty(gpu, [1]), perRow = empty(gpu, [rows]), sums = empty(gpu, [4]);
  const stats = empty(gpu, [2, rows]);
  const whole = { targets, weights, among, sums, loss, per_row: perRow, stats };
  run("rows", logits, { whole });
  run("finish", logits, { whole, total });
  withoutGradient("perRow of crossEntropy", perRow, [logits]);
  differentiable(loss, [logits], {
    loss: "scalar",
    saved: [sums, stats],
    backward: (grad_loss: Tensor | undefined) => {
      const own = mayOverwrite(logits);
      const grad = own ? logits : empty(gpu, logits.shape);
      if (!own) copyInto(grad, logits);
      run("gradient", grad, { whole, grad: true });
      if (grad_loss) scaleByOneInto(grad, grad_loss);
      contributeShared(logits, grad);
      if (!own) grad.release();
    },
  });
  return { loss, perRow };
}

function run(
  entry: "rows" | "finish" | "gradient",
  logits: Tensor,
  { whole, total = 0, grad = false }: {
    whole: Record<string, Tensor>;
    /** Weights in `among`. */
    total?: number;
    grad?: boolean;
  },
): void {
  const { gpu } = logits;
  const byRows = entry !== "finish", wide = !gpu.isCpu && (!byRows || logits.pitch > WIDE);
  const group = wide ? { SUBGROUP: 0, WG: TEAM, LANES: TEAM } : rowGroupConstants(gpu);
  const kernel = rowGroupKernel(gpu, {
    name: "cross_entropy",
    source: crossEntropySource,
    entry,
    constants: { ...group, GRAD: grad ? 1 : 0 },
  });
  const pieces = byRows ? rowChunks(logits) : [{ piece: logits, start: 0 }];
  for (const { piece, start } of pieces) {
    launch(gpu, kernel, {
      tensors: { ...whole, logits: piece },
      params: {
        rows: piece.rows,
        d_vocab: logits.columns,
        ld: logits.pitch / 4,
        first: start,
        all: logits.rows,
        total,
        nan: NAN_BITS,
      },
      ...(byRows ? { invocations: piece.rows * group.LANES } : { workgroups: 1 }),
    });
  }
}

/**
 * Rows of an own length would be padded in between, so both tensors must be flat or need no
 * padding.
 */
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
