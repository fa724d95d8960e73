/** What an architecture is: one record for each of the files in architectures/. @module */
import type { HostArray } from "../io/host_array.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ActivationName } from "./components/mlp.ts";
import type { Pass } from "./components/pass.ts";

/** The sizes that every architecture has, by their TransformerLens names. */
export type ModelConfig = {
  d_vocab: number;
  d_model: number;
  n_layers: number;
  n_heads: number;
  n_ctx: number;
};

/**
 * What turns ids into logits: how tensors are named and shaped, and the forward pass from
 * components.
 */
export type Architecture<Config extends ModelConfig = ModelConfig> = {
  /** model_type in config.json. */
  name: string;
  /** The configuration itself; throws `Cannot ${action}: ...` where it is not whole. */
  check(action: string, config: unknown): Config;
  /** The shape of every parameter by its name, in the order in which they lie in memory. */
  shapes(config: Config): Record<string, number[]>;
  /** Width of the keys of all heads side by side, 0 in a model without attention. */
  keyWidth(config: Config): number;
  /** ids u32 [batch, pos] → the residual stream after the last block [batch, pos, d_model]. */
  residual(pass: Pass, config: Config, ids: Tensor): Tensor;
  /** The residual stream → what the unembedding reads, both [..., d_model]; the stream stays. */
  final(pass: Pass, config: Config, resid: Tensor): Tensor;
  /** What `final` made → logits [..., d_vocab]; it stays. */
  unembed(pass: Pass, config: Config, normalized: Tensor): Tensor;
  /** The MLP of a block and the norm before it; none in an architecture without MLPs. */
  mlp?(config: Config, layer: number): MlpParts;
  files: ModelFiles<Config>;
};

/**
 * The names of the parameters of an MLP, W [out, in], and of the layer norm that it reads through;
 * what it applies.
 */
export type MlpParts =
  & Record<"W_in" | "b_in" | "W_out" | "b_out", string>
  & { norm: Record<"w" | "b", string>; activation: ActivationName };

/** How an architecture lies in config.json and model.safetensors. */
export type ModelFiles<Config extends ModelConfig> = {
  toJson(config: Config): Record<string, unknown>;
  /** Throws on what is not this architecture or not computed here; `file` is its name in errors. */
  fromJson(json: unknown, options: { file: string }): Config;
  /** Whether a tensor that is no parameter may hold whole numbers. */
  integers?(name: string): boolean;
  /**
   * Throws `Cannot ${action}: ...` on names that tell of another model, before any tensor is read.
   */
  checkNames?(action: string, names: Iterable<string>, config: Config): void;
  /**
   * Compares what is no parameter with the configuration and takes it out; throws where it says
   * something else.
   */
  takeOut?(action: string, tensors: Map<string, HostArray>, config: Config): void;
};
