/** Types that signatures of this room name, for whoever writes them down. @module */
export type { MlpParts, ModelFiles, NormNames } from "./architecture.ts";
export type { AttentionKind } from "./architectures/gpt_neo/attention_kinds.ts";
export type { Given } from "./architectures/gpt_neo/config.ts";
export type { Adapter } from "./components/adapter.ts";
export type {
  ActivationName,
  ACTIVATIONS,
  GATE_ACTIVATIONS,
  GateActivationName,
} from "./components/mlp.ts";
export type { Pass } from "./components/pass.ts";
export type { Llama3, Rotary, RotaryScaling, Yarn } from "./components/rotary_scaling.ts";
export type { LoadOptions } from "./files.ts";
export type { HookPoint, HookPoints, Hooks, Reader } from "./hook_points.ts";
export type { KeyValueCache } from "./kv_cache.ts";
export type { Shaped } from "./list_points.ts";
export type { Adapted } from "./lora/adapters.ts";
export type { Weighted } from "./lora/merge.ts";
export type { PeftConfig } from "./lora/peft_config.ts";
export type { SelfTestError } from "./self_test.ts";
