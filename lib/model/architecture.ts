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
  /**
   * Whether norms are folded into what reads them (see processing/): q, k, v and the unembedding then
   * have biases wherever the norm had one.
   */
  processed?: boolean;
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
  /** Width of a cache of keys, see `cacheWidth`; 0 in a model without attention. */
  keyWidth(config: Config): number;
  /** ids u32 [batch, pos] → the residual stream after the last block [batch, pos, d_model]. */
  residual(pass: Pass, config: Config, ids: Tensor): Tensor;
  /** The residual stream → what the unembedding reads, both [..., d_model]; the stream stays. */
  final(pass: Pass, config: Config, resid: Tensor): Tensor;
  /** What `final` made → logits [..., d_vocab]; it stays. */
  unembed(pass: Pass, config: Config, normalized: Tensor): Tensor;
  /** The MLP of a block and the norm before it; none in an architecture without MLPs. */
  mlp?(config: Config, layer: number): MlpParts;
  /** Its parameters by TransformerLens' words; none in an architecture of another build. */
  names?(config: Config): ModelNames;
  /**
   * The configuration that its processed weights have: an unembedding of its own and, where norms are
   * `folded`, a name for every bias that a norm's goes into.
   */
  processed?(config: Config, options: { folded: boolean }): Config;
  /** Its linear modules by Hugging Face's names, as adapters find them. */
  modules?(config: Config): Module[];
  files: ModelFiles<Config>;
};

/** A norm's parameters; RMS norm has no `b`. */
export type NormNames = { w: string; b?: string };

/**
 * The parameters of a block. Every matrix is [out, in], as torch.nn.Linear has it; queries, keys and
 * values are apart, however the file has them. `W_gate` is that of a gated MLP.
 */
export type BlockNames =
  & { ln1: NormNames; ln2: NormNames }
  & Record<"W_Q" | "W_K" | "W_V" | "W_O" | "W_in" | "W_out", string>
  & Partial<Record<"b_Q" | "b_K" | "b_V" | "b_O" | "b_in" | "b_out" | "W_gate" | "b_gate", string>>;

/** The parameters of a model. `W_U` is [d_vocab, d_model], and `W_E` itself where they are tied. */
export type ModelNames = {
  W_E: string;
  W_pos?: string;
  ln_final: NormNames;
  W_U: string;
  b_U?: string;
  blocks: BlockNames[];
};

/** A linear module of Hugging Face's model, and the parameters that hold its rows. */
export type Module = {
  /** As in `named_modules()`: "transformer.h.0.attn.attention.q_proj". */
  name: string;
  out: number;
  in: number;
  /** Whether its file keeps it [in, out], as GPT-2's Conv1D. */
  fanInFanOut?: boolean;
  /** `rows`: those of the module that are the parameter's, all by default. */
  parts: { W: string; rows?: Uint32Array }[];
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
   * Makes the parameters of the tensors of a file: what is fused comes apart, what is no parameter
   * is compared with the configuration and taken out. Throws where it says something else.
   */
  takeOut?(action: string, tensors: Map<string, HostArray>, config: Config): void;
  /** Makes the tensors of a file of the parameters: what `takeOut` took apart is whole again. */
  putBack?(tensors: Map<string, HostArray>, config: Config): void;
};
