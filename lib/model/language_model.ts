/**
 * A language model as the rest of the house knows it: sizes, parameters, hook points, and a forward
 * pass in three parts. What computes it is its architecture, one file in architectures/.
 *
 *   ids → residual → final → unembed → logits
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { expectArrays } from "../io/expect_arrays.ts";
import type { HostArray } from "../io/host_array.ts";
import type { ScatterIndex } from "../tensor/ops/embedding.ts";
import { createParameters, type Parameters } from "../tensor/parameters.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";
import type { Adapter } from "./components/adapter.ts";
import type { Pass } from "./components/pass.ts";
import { type HookPoints, type Hooks, runPass } from "./hook_points.ts";
import { checkRowPass, type KeptRows } from "./kept_rows.ts";
import { expectAdapters } from "./lora/fit.ts";
import type { KeyValueCache } from "./kv_cache.ts";
import { shownModel } from "./shown_model.ts";

/** A model on the GPU. */
export type LanguageModel<Config extends ModelConfig = ModelConfig> = {
  gpu: Gpu;
  architecture: Architecture<Config>;
  config: Config;
  parameters: Parameters;
};

/**
 * Uploads weights by the names of their architecture. Throws `Cannot ${action}: ...` on a
 * configuration that is not whole, on missing, unknown or misshapen tensors, and on values that are
 * no numbers.
 */
export function createModel<Config extends ModelConfig>(
  gpu: Gpu,
  architecture: Architecture<Config>,
  config: Config,
  weights: Record<string, HostArray>,
  { action = `create a model (${architecture.name})` } = {},
): LanguageModel<Config> {
  const shapes = architecture.shapes(architecture.check(action, config));
  expectArrays(action, weights, shapes);
  const ordered = Object.fromEntries(Object.keys(shapes).map((name) => [name, weights[name]]));
  return shownModel({ gpu, architecture, config, parameters: createParameters(gpu, ordered) });
}

/**
 * `index` is the batch's scatter index, needed for gradients; `keyValues` continues earlier tokens.
 * `rows` are single tokens of a kept run, whose ids are passed (`rows.ids`); `from` lets them begin
 * at a block, with what entered it in that run. `adapters` are added to the parameters that they
 * are named by.
 */
export type ForwardOptions = {
  hooks?: Hooks;
  index?: ScatterIndex;
  keyValues?: KeyValueCache;
  rows?: KeptRows;
  from?: number;
  adapters?: ReadonlyMap<string, Adapter>;
};

/**
 * ids u32 [batch, pos] → logits [batch, pos, d_vocab]. Throws on kept rows of another model or
 * beside a cache, and on hooks that rows do not come by.
 */
export function logits(model: LanguageModel, ids: Tensor, options: ForwardOptions = {}): Tensor {
  return forward(model, options, (pass) => {
    const resid = model.architecture.residual(pass, model.config, ids);
    const result = logitsOf(model, pass, resid);
    pass.points.drop(resid);
    return result;
  });
}

/**
 * ids u32 [batch, pos] → the residual stream after the last block [batch, pos, d_model]. Throws as
 * `logits` does.
 */
export function residual(model: LanguageModel, ids: Tensor, options: ForwardOptions = {}): Tensor {
  return forward(
    model,
    options,
    (pass) => model.architecture.residual(pass, model.config, ids),
  );
}

/**
 * resid [..., d_model] → logits [..., d_vocab]: the last layer norm, where there is one, and the
 * unembedding.
 */
export function unembed(
  model: LanguageModel,
  resid: Tensor,
  { hooks }: ForwardOptions = {},
): Tensor {
  return forward(model, { hooks }, (pass) => logitsOf(model, pass, resid));
}

/** resid [..., d_model] → what the unembedding reads [..., d_model], for the points between. */
export function final(
  model: LanguageModel,
  resid: Tensor,
  { hooks }: ForwardOptions = {},
): Tensor {
  return forward(
    model,
    { hooks },
    (pass) => model.architecture.final(pass, model.config, resid),
  );
}

function logitsOf({ architecture, config }: LanguageModel, pass: Pass, resid: Tensor): Tensor {
  const normalized = architecture.final(pass, config, resid);
  const result = architecture.unembed(pass, config, normalized);
  pass.points.drop(normalized);
  return result;
}

function forward(
  { gpu, config, parameters }: LanguageModel,
  options: ForwardOptions,
  body: (pass: Pass) => Tensor,
): Tensor {
  checkRowPass(gpu, options, config);
  const { hooks, ...rest } = options;
  if (rest.adapters) expectAdapters("run a model with adapters", parameters, rest.adapters);
  const weight = (name: string) => parameters.tensors[name];
  return runPass(gpu, hooks, (points: HookPoints) => body({ points, weight, ...rest }));
}
