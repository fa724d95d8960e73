/**
 * adapter_config.json, PEFT's description of adapters (LoraConfig of peft 0.21). What decides what
 * the adapters compute is read, or has to be what it is by default; what PEFT needs only to make or
 * train them is passed over.
 * @module
 */
import {
  expectForm,
  flag,
  having,
  maybe,
  number,
  oneOf,
  orNull,
  text,
  where,
  whole,
} from "../../io/form.ts";
import { show, showName } from "../../io/show.ts";
import type { LoraSettings } from "./settings.ts";

/** What a file says; `narrowed` where it adapts only some of the modules that match its targets. */
export type PeftConfig = { settings: LoraSettings; base?: string; narrowed: boolean };

/** Ways to begin that leave the weights of the model as they were. */
const INITIAL = [true, false, "gaussian", "orthogonal", "eva"];

const FIELDS = {
  peft_type: oneOf(["LORA"]),
  task_type: maybe(orNull(oneOf(["CAUSAL_LM"]))),
  r: whole(1),
  lora_alpha: number({ above: 0 }),
  lora_dropout: maybe(orNull(number({ least: 0, below: 1 }))),
  target_modules: where<string[] | string>(
    "a list of names, a regular expression or all-linear",
    (x) => typeof x === "string" || (Array.isArray(x) && x.every((y) => typeof y === "string")),
  ),
  use_rslora: maybe(flag),
  bias: maybe(oneOf(["none"])),
  base_model_name_or_path: maybe(orNull(text)),
  fan_in_fan_out: maybe(flag), // the model says which of its modules are
  init_lora_weights: maybe(where<boolean | string>(
    `one of ${INITIAL.map(show).join(", ")}, which leave the model's own weights alone,`,
    (x) => INITIAL.includes(x as string),
  )),
  exclude_modules: maybe(orNull(where<unknown>("a text or a list", isTextOrList))),
  layers_to_transform: maybe(
    orNull(where<unknown>("a number or a list", (x) => Number.isInteger(x) || Array.isArray(x))),
  ),
};

/** Fields without a say in what adapters compute. */
const PASSED_OVER = new Set([
  "auto_mapping",
  "eva_config",
  "inference_mode",
  "layers_pattern",
  "loftq_config",
  "megatron_core",
  "peft_version",
  "qalora_group_size",
  "revision",
]);

/** Reads adapter_config.json. Throws `Cannot ${action}: ...` on what is not computed here, by name. */
export function readPeftConfig(action: string, json: unknown): PeftConfig {
  const found = expectForm(action, json, having(FIELDS), "correct adapter_config.json");
  const other = Object.entries(found).find(([name, value]) =>
    !(name in FIELDS) && !PASSED_OVER.has(name) && !isEmpty(value)
  );
  if (other) {
    throw new RangeError(
      `Cannot ${action}: expected ${showName(other[0])} to be absent, null, false or empty but ` +
        `found ${show(other[1])}: only plain LoRA is computed here; merge these adapters in ` +
        "Python (merge_and_unload) and save the model",
    );
  }
  const { r, lora_alpha: alpha, lora_dropout, target_modules: targets, use_rslora } = found;
  const { base_model_name_or_path: base, exclude_modules, layers_to_transform } = found;
  return {
    settings: {
      r,
      alpha,
      dropout: lora_dropout ?? 0,
      targets,
      ...(use_rslora && { rslora: true }),
    },
    base: base ?? undefined,
    narrowed: [exclude_modules, layers_to_transform].some((value) => !isEmpty(value)),
  };
}

/** The same for PEFT; what is not said there has PEFT's own default. */
export function writePeftConfig(
  { r, alpha, dropout, targets, rslora = false }: LoraSettings,
  { base, fanInFanOut }: { base?: string; fanInFanOut: boolean },
): Record<string, unknown> {
  return {
    alpha_pattern: {},
    base_model_name_or_path: base ?? null,
    bias: "none",
    fan_in_fan_out: fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r,
    rank_pattern: {},
    target_modules: targets,
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: rslora,
  };
}

function isTextOrList(x: unknown): boolean {
  return typeof x === "string" || Array.isArray(x);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
