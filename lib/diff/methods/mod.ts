/**
 * The published ways to ask what a fine-tune changed, and their floors: all of one signature, a pair of
 * models -> directions, best first, and what they cost. list.ts has an example.
 * @module
 */
export { type Keep, keepIn } from "./keep.ts";
export { methodOf, METHODS } from "./list.ts";
export type { Found, Method, MethodOptions, MethodSettings, ModelPair, Need } from "./method.ts";
export { methodSettings } from "./settings.ts";
