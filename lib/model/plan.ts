/**
 * What training a language model costs before it is done, whatever its architecture. FLOPs count
 * products only (2 m n k), attention in full pos x pos, backward as twice forward, or once where
 * adapters alone learn. Bytes count every operand of every product once, activations between them,
 * and 28 bytes a trained number for Adam. Memory is parameters, gradients and Adam's moments of what
 * is trained, and what a forward pass keeps for its backward pass.
 * @module
 */
import { sizeOf } from "../io/host_array.ts";
import type { PlannedWork } from "../tensor/rates.ts";
import type { BlockNames } from "./architecture.ts";
import type { LanguageModel } from "./language_model.ts";
import type { LoraSettings } from "./lora/settings.ts";
import { targetModules } from "./lora/targets.ts";
import type { LanguageModelTraining } from "./train.ts";

const FLOAT = 4;

/** All that the cost of a model depends on. */
export type Sized = Pick<LanguageModel, "architecture" | "config">;

/** Parameters of a language model, a tied embedding counted once. */
export function parameterCount({ architecture, config }: Sized): number {
  return Object.values(architecture.shapes(config)).reduce((sum, shape) => sum + sizeOf(shape), 0);
}

/** Forward FLOPs of one token in sequences of length `pos`, with or without the unembedding. */
export function forwardFlops(model: Sized, pos: number, { logits = true } = {}): number {
  const { d_model, d_vocab } = model.config;
  const blocks = blocksOf(model).map(({ matrices, d_q }) => 2 * matrices + 4 * pos * d_q);
  return sum(blocks) + (logits ? 2 * d_model * d_vocab : 0);
}

/** Floats that a forward pass keeps for each token until its backward pass. */
export function keptPerToken(model: Sized, { logits = true } = {}): number {
  const { d_model, d_vocab } = model.config;
  const blocks = blocksOf(model).map(({ d_q, d_kv, d_mlp, turned, gated }) =>
    5 * d_model + 2 * d_q + 2 * d_kv + (turned ? d_q + d_kv : 0) + (gated ? 4 : 2) * d_mlp
  );
  return sum(blocks) + 3 * d_model + (logits ? d_vocab : 0);
}

/** One training, of all weights or, with `lora`, of adapters to its target modules. */
export function planLanguageModel(
  name: string,
  model: Sized,
  training: LanguageModelTraining & { lora?: Pick<LoraSettings, "r" | "targets"> },
): PlannedWork {
  const { steps, batch, sequenceLength: pos, micro = batch, lora } = training;
  const tokens = batch * pos, parameters = parameterCount(model);
  const adapted = lora && adapterCount(name, model, lora), trained = adapted ?? parameters;
  const forward = forwardFlops(model, pos);
  const flops = adapted === undefined ? 3 * forward : 2 * forward + 6 * adapted;
  const kept = FLOAT * tokens * keptPerToken(model), passes = Math.ceil(batch / micro);
  const weights = adapted === undefined ? 4 * FLOAT * parameters : passes * 2 * FLOAT * parameters;
  return {
    name: `lm-${name}`,
    steps,
    flops: steps * tokens * flops,
    bytes: steps * (weights + 28 * trained + 6 * kept),
    memory: FLOAT * (parameters + 3 * trained) + 1.5 * kept * micro / batch,
    launches: steps * passes * (25 + 42 * model.config.n_layers),
    waits: 1, // the log is read while further steps run
  };
}

/** Numbers of the adapters: A [r, in] and B [out, r] of every target. */
function adapterCount(
  name: string,
  { architecture, config }: Sized,
  { r, targets }: Pick<LoraSettings, "r" | "targets">,
): number {
  const modules = targetModules(`plan ${name}`, architecture.modules?.(config) ?? [], targets);
  return sum(modules.map(({ out, in: columns }) => r * (out + columns)));
}

type Block = {
  /** Numbers of all matrices. */
  matrices: number;
  d_q: number;
  d_kv: number;
  d_mlp: number;
  turned: boolean;
  gated: boolean;
};

function blocksOf({ architecture, config }: Sized): Block[] {
  const names = architecture.names?.(config), shapes = architecture.shapes(config);
  if (names === undefined) {
    throw new Error(
      `Cannot plan a model: expected an architecture of blocks with an MLP but found ` +
        `${architecture.name}: plan one of the others`,
    );
  }
  const turned = names.W_pos === undefined;
  return names.blocks.map((block) => ({ ...widthsOf(block, shapes), turned }));
}

function widthsOf(block: BlockNames, shapes: Record<string, number[]>): Omit<Block, "turned"> {
  const { W_Q, W_K, W_V, W_O, W_in, W_gate, W_out } = block;
  const all = [W_Q, W_K, W_V, W_O, W_in, W_out, ...(W_gate === undefined ? [] : [W_gate])];
  return {
    matrices: sum(all.map((W) => sizeOf(shapes[W]))),
    d_q: shapes[W_Q][0],
    d_kv: shapes[W_K][0],
    d_mlp: shapes[W_in][0],
    gated: W_gate !== undefined,
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
