/**
 * The weight processing of TransformerLens, over a model's parameters by TransformerLens' words: a
 * pure function, float64 inside. The function that the model computes stays, but for a constant
 * over the vocabulary in the logits of a position.
 *
 *   fold     LN(x) = w ∘ x̂ + b,  W LN(x) + c = (W diag(w)) x̂ + (c + W b);  w = 1 and b = 0 remain
 *   write    W_E, W_pos, W_O, b_O, W_out, b_out less their mean over d_model
 *   unembed  W_U, b_U less their mean over d_vocab
 *   value    b_O + W_O b_V in place of b_O; 0 remains of b_V
 * @module
 */
import type { HostArray } from "../../io/host_array.ts";
import type { BlockNames, ModelNames, NormNames } from "../architecture.ts";
import type { Processing } from "./options.ts";
import { centred, centreRows, foldInto, type Norm, plus, times } from "./rows.ts";

/** Weights by name. */
export type Weights = Record<string, HostArray>;

/**
 * The names of the weights before and after: folded biases, and an unembedding of its own, need
 * room.
 */
export type ProcessedNames = { from: ModelNames; to: ModelNames; n_heads: number };

type Steps = Required<Processing>;
type Task = { weights: Weights; result: Weights; steps: Steps };

/** Weights by the names `from` → weights by the names `to`; what is not changed is shared. */
export function processWeights(
  weights: Weights,
  { from, to, n_heads }: ProcessedNames,
  steps: Steps,
): Weights {
  const result = { ...weights }, task = { weights, result, steps };
  const writes = steps.centreWriting && from.ln_final.b !== undefined;
  for (const [layer, block] of from.blocks.entries()) {
    readers(task, block, to.blocks[layer]);
    const names = { block: to.blocks[layer], n_heads };
    outputBias(task, names);
    if (writes) centreOutputs(result, to.blocks[layer]);
  }
  unembedding(task, from, to);
  if (writes) {
    for (const name of [to.W_E, to.W_pos]) {
      if (name !== undefined) result[name] = centreRows(weights[name]);
    }
  }
  return result;
}

/** Folds the two norms of a block into what reads them. */
function readers({ weights, result, steps }: Task, from: BlockNames, to: BlockNames): void {
  if (!steps.foldLayerNorm) return;
  const fold = (
    norm: Norm,
    parts: readonly (readonly [W: "W_Q" | "W_K" | "W_V" | "W_in" | "W_gate", b: BiasName])[],
  ) => {
    for (const [W, b] of parts) {
      const name = from[W], given = from[b];
      if (name === undefined) continue;
      const bias = given === undefined ? undefined : weights[given].data;
      const folded = foldInto(weights[name], { norm, bias });
      result[name] = folded.W;
      if (folded.b) result[roomFor(b, to[b])] = vector(folded.b);
    }
  };
  fold(take(weights, result, from.ln1), [["W_Q", "b_Q"], ["W_K", "b_K"], ["W_V", "b_V"]]);
  fold(take(weights, result, from.ln2), [["W_in", "b_in"], ["W_gate", "b_gate"]]);
}

type BiasName = "b_Q" | "b_K" | "b_V" | "b_in" | "b_gate";

/** A norm's parameters; what remains of it does nothing more. */
function take(weights: Weights, result: Weights, { w, b }: NormNames): Norm {
  const norm = { w: weights[w].data, ...(b !== undefined && { b: weights[b].data }) };
  result[w] = vector(new Float64Array(norm.w.length).fill(1));
  if (b !== undefined) result[b] = vector(new Float64Array(norm.w.length));
  return norm;
}

/** Takes the value biases of a block through W_O into b_O. */
function outputBias(
  { result, steps }: Task,
  { block: { W_O, b_V, b_O }, n_heads }: { block: BlockNames; n_heads: number },
): void {
  if (b_O !== undefined) result[b_O] ??= vector(new Float64Array(result[W_O].shape[0]));
  if (!steps.foldValueBiases || b_V === undefined || b_O === undefined) return;
  const values = result[b_V].data, width = result[W_O].shape[1], d_head = width / n_heads;
  const shared = width / values.length; // query heads that read one head of values
  const all = Float32Array.from(
    { length: width },
    (_, i) => values[Math.floor(i / d_head / shared) * d_head + i % d_head],
  );
  result[b_O] = vector(plus(times(result[W_O], all), result[b_O].data));
  result[b_V] = vector(new Float64Array(values.length));
}

function centreOutputs(result: Weights, { W_O, b_O, W_out, b_out }: BlockNames): void {
  for (const name of [W_O, W_out]) result[name] = foldInto(result[name], { centre: true }).W;
  for (const name of [b_O, b_out]) {
    if (name !== undefined) result[name] = vector(centred(result[name].data));
  }
}

function unembedding({ weights, result, steps }: Task, from: ModelNames, to: ModelNames): void {
  const { foldLayerNorm, centreUnembed: centre } = steps;
  const norm = foldLayerNorm ? take(weights, result, from.ln_final) : undefined;
  const bias = from.b_U === undefined ? undefined : weights[from.b_U].data;
  const changed = norm !== undefined || centre;
  const { W, b } = changed
    ? foldInto(weights[from.W_U], { norm, bias, centre })
    : { W: weights[from.W_U] };
  result[to.W_U] = W;
  if (b) result[roomFor("b_U", to.b_U)] = vector(b);
}

function vector(values: Float64Array): HostArray {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function roomFor(word: string, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new Error(
    `Cannot process weights: expected a name for the folded ${word} but found none: ` +
      "let the architecture name it where its configuration is processed",
  );
}
