/**
 * config.json of a model. That of a processed model stands within one of a type of its own: Hugging
 * Face's models have no biases where the norms' went, and would load the rest as another function.
 *
 *   { "model_type": "crosslab_processed", "model": { "model_type": "gpt_neo", ... } }
 * @module
 */
import { exactly, expectForm, having, oneOf } from "../io/form.ts";
import { show } from "../io/show.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";
import { architectureOf } from "./architectures/mod.ts";

const TYPE = "crosslab_processed";
const PROCESSED = exactly({ model_type: oneOf([TYPE]), model: having({}) });

/** The fields of config.json. */
export function configToJson<Config extends ModelConfig>(
  { files }: Architecture<Config>,
  config: Config,
): Record<string, unknown> {
  const model = files.toJson(config);
  return config.processed ? { model_type: TYPE, model } : model;
}

/**
 * Architecture and configuration that config.json, called `file`, tells of. Throws `Cannot
 * ${action}: ...` on what is none of ours.
 */
export function configFromJson(
  action: string,
  json: unknown,
  { file }: { file: string },
): { architecture: Architecture; config: ModelConfig } {
  const processed = (json as { model_type?: unknown } | null)?.model_type === TYPE;
  if (!processed) {
    const architecture = architectureOf(action, json);
    return { architecture, config: architecture.files.fromJson(json, { file }) };
  }
  const todo = "take the file that was saved with the processed weights";
  const { model } = expectForm(action, json, PROCESSED, todo);
  const architecture = architectureOf(action, model);
  if (architecture.processed === undefined) {
    throw new Error(
      `Cannot ${action}: expected an architecture with norms in a processed model but found ` +
        `${show(architecture.name)}: ${todo}`,
    );
  }
  const config = architecture.files.fromJson(model, { file });
  return { architecture, config: architecture.check(action, { ...config, processed: true }) };
}
