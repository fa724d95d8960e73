/** What a notebook shows of a language model. @module */
import { displaying } from "../plot/notebook/displaying.ts";
import { tableBundle } from "../plot/notebook/table.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";

/** The sizes that every architecture has, in the order of the table. */
const SIZES = ["d_vocab", "d_model", "n_layers", "n_heads", "n_ctx"] as const;

/** What is shown of a model. */
type Shown<Config extends ModelConfig> = {
  gpu: Gpu;
  architecture: Architecture<Config>;
  config: Config;
};

/** The model, which a notebook now shows as its architecture and sizes. */
export function shownModel<Config extends ModelConfig, Model extends Shown<Config>>(
  model: Model,
): Model {
  return displaying(model, () => tableBundle(modelRows(model), { caption: "language model" }));
}

function modelRows<Config extends ModelConfig>({ gpu, architecture, config }: Shown<Config>) {
  const shapes = Object.values(architecture.shapes(config));
  const parameters = shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return [
    { what: "architecture", value: architecture.name },
    { what: "parameters", value: parameters },
    ...SIZES.map((what) => ({ what, value: config[what] })),
    { what: "adapter", value: gpu.key },
  ];
}
