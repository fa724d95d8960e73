/**
 * config.json of a model. That of a processed model stands within one of a type of its own: Hugging
 * Face's models have no biases where the norms' went, and would load the rest as another function.
 * The type stands apart from the fields, since transformers looks for fields with a type it knows
 * within others, and takes them.
 *
 *   { "model_type": "crosslab_processed", "architecture": "gpt_neo", "model": { "hidden_size": ... } }
 * @module
 */
import { exactly, expectForm, having, oneOf, text } from "../io/form.ts";
import { show } from "../io/show.ts";
import type { Architecture, ModelConfig } from "./architecture.ts";
import { architectureOf } from "./architectures/mod.ts";

const TYPE = "crosslab_processed";
const PROCESSED = exactly({ model_type: oneOf([TYPE]), architecture: text, model: having({}) });

/** The fields of config.json. */
export function configToJson<Config extends ModelConfig>(
  { files }: Architecture<Config>,
  config: Config,
): Record<string, unknown> {
  const json = files.toJson(config);
  if (!config.processed) return json;
  const { model_type: architecture, ...model } = json;
  return { model_type: TYPE, architecture, model };
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
  const { architecture: model_type, model: fields } = expectForm(action, json, PROCESSED, todo);
  const model = { ...fields, model_type };
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
