/** Weight processing of a model: which of its steps apply, and the configuration of what results. @module */
import type { Architecture, ModelConfig } from "../architecture.ts";
import { type Processing, stepsOf } from "./options.ts";
import { processWeights, type Weights } from "./process.ts";

/** What a model is made from. */
export type ModelParts<Config> = { config: Config; weights: Weights };

/**
 * The configuration and the weights of the processed model, an ordinary one of its architecture.
 * What the processing does not change is shared with `weights`. Throws `Cannot ${action}: ...` on an
 * architecture without norms.
 */
export function processModel<Config extends ModelConfig>(
  action: string,
  architecture: Architecture<Config>,
  { config, weights, process }: ModelParts<Config> & { process: Processing },
): ModelParts<Config> {
  const steps = stepsOf(action, process);
  const { names, processed } = architecture;
  if (names === undefined || processed === undefined) {
    throw new RangeError(
      `Cannot ${action}: expected an architecture with norms, to process its weights, but found ` +
        `${architecture.name}: load it without processing`,
    );
  }
  const from = names(config), { foldLayerNorm, centreUnembed, centreWriting } = steps;
  const rms = from.ln_final.b === undefined;
  if (!foldLayerNorm && !centreUnembed && (rms || !centreWriting)) {
    const result = processWeights(weights, { from, to: from, n_heads: config.n_heads }, steps);
    return { config, weights: result };
  }
  const room = processed(config, { folded: foldLayerNorm });
  const task = { from, to: names(room), n_heads: config.n_heads };
  return { config: room, weights: processWeights(weights, task, steps) };
}
