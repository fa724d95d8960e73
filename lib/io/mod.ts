/**
 * Files: safetensors, JSON and text that are whole or absent, results that a second run finds
 * again, and the form of what comes from outside.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { join } from "node:path";
 * import * as io from "./mod.ts";
 * const folder = await Deno.makeTempDir();
 * const W_E = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
 * let times = 0;
 * for (const run of ["first", "second"]) {
 *   const made = { kind: "weights", inputs: { seed: 0 } };
 *   const found = await io.cached(folder, made, async (to) => {
 *     times++;
 *     await io.writeSafetensors(join(to, "model.safetensors"), { W_E });
 *   });
 *   const { tensors } = await io.readSafetensors(join(found, "model.safetensors"));
 *   assertEquals([run, [...tensors.get("W_E")!.data], times], [run, [1, 2, 3, 4], 1]);
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 * @module
 */
export { cached, type CacheOptions, cleanLeftovers, type Made } from "./cached.ts";
export { type Contents, contentsOf, hashOfFile } from "./contents.ts";
export { writeSafetensors } from "./encode_safetensors.ts";
export {
  checkWritable,
  exists,
  guardDisk,
  readJson,
  temporaryName,
  writeJson,
  writeWhole,
} from "./files.ts";
export * as form from "./form.ts";
export { expectForm } from "./form.ts";
export type { HostArray } from "./host_array.ts";
export { hubEnvironment } from "./hub/environment.ts";
export { fetchHub } from "./hub/fetch_hub.ts";
export { type ByteSource, fileSource } from "./byte_source.ts";
export { hubBytes } from "./hub/hub_bytes.ts";
export { hubFile } from "./hub/hub_file.ts";
export { listHub } from "./hub/list_hub.ts";
export { localFolder } from "./hub/local_folder.ts";
export { isModelFile } from "./hub/model_files.ts";
export { sizeWords } from "./hub/size_words.ts";
export { parseHub, sourceText } from "./hub/source.ts";
export type {
  Fetched,
  FetchOptions,
  HubFile,
  HubKind,
  HubList,
  HubOptions,
  HubProgress,
  HubSource,
  Local,
} from "./hub/types.ts";
export { metricWords } from "./metric_words.ts";
export { likelyName, nearestNames } from "./nearest.ts";
export { readBytes } from "./regular_files.ts";
export { type ParseOptions, readSafetensors, type Safetensors } from "./safetensors.ts";
export { withScratch } from "./scratch.ts";
export { escaped, show } from "./show.ts";
export { type Shard, shardOf } from "./shard.ts";
export { visibleLines } from "./visible.ts";

export type * from "./types.ts";
