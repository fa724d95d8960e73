/** Types that signatures of this room name, for whoever writes them down. @module */
export type { ByteRange } from "./byte_source.ts";
export type { Checkpoint } from "./checkpoint.ts";
export type { Content } from "./files.ts";
export type { Fields, Form, Values } from "./form.ts";
export type { Get, HUB_VARIABLES, HubEnvironment, Variable } from "./hub/environment.ts";
export type { HubBytesOptions } from "./hub/hub_bytes.ts";
export type { TensorInfo } from "./safetensors.ts";
