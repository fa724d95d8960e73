/**
 * The index of weights in several files, model.safetensors.index.json or
 * pytorch_model.bin.index.json: which tensor lies in which file.
 *
 * @module
 */
import { everyField, expectForm, having, maybe, orNull, text } from "./form.ts";
import { widthOf } from "./dtypes.ts";
import { readJson } from "./files.ts";
import { sizeOf } from "./host_array.ts";
import type { TensorInfo } from "./safetensors.ts";
import { escaped, showName } from "./show.ts";

/** `weightMap`: the file of each tensor; `files`: each of them once. */
export type ShardIndex = {
  weightMap: Map<string, string>;
  files: string[];
  totalSize?: number;
};

const INDEX = having({
  metadata: maybe(orNull(having({}))),
  weight_map: everyField(text),
});

/** Part of a model, as its saver names it: model-00001-of-00002.safetensors. */
const SHARD = /^(.+)-(\d+)-of-(\d+)\.(safetensors|bin)$/;

/**
 * Reads an index beside files of these names. Throws where it names a file that is not there, and
 * where a file of the same set is there that it does not name.
 */
export async function readIndex(path: string, names: ReadonlySet<string>): Promise<ShardIndex> {
  const action = `read ${escaped(path)}`, todo = "fetch the index and all its files again";
  const { weight_map, metadata } = expectForm(action, await readJson(path), INDEX, todo);
  const weightMap = new Map(Object.entries(weight_map)), files = [...new Set(weightMap.values())];
  const missing = files.find((file) => !names.has(file) || /[\\/]/.test(file));
  if (missing !== undefined) {
    throw new Error(
      `Cannot ${action}: expected each of its ${files.length} files beside it but found no ` +
        `${showName(missing)}: ${todo}`,
    );
  }
  const set = new Set(files.map(setOf));
  const stranger = [...names].find((name) => {
    return SHARD.test(name) && set.has(setOf(name)) && !files.includes(name);
  });
  if (stranger !== undefined) {
    throw new Error(
      `Cannot ${action}: expected to find all files of the model in it but found ` +
        `${showName(stranger)} beside it, which it does not name: ${todo}`,
    );
  }
  const totalSize = (metadata as { total_size?: unknown } | null | undefined)?.total_size;
  return { weightMap, files, totalSize: typeof totalSize === "number" ? totalSize : undefined };
}

/** What files of one model's saving have in common. */
function setOf(file: string): string {
  return file.replace(SHARD, "$1 of $3 $4");
}

/**
 * Throws where the files hold other tensors than the index says: one elsewhere, in two files, in
 * none, one that it does not name, or of another size altogether.
 */
export function expectShards(
  path: string,
  { weightMap, files, totalSize }: ShardIndex,
  headers: ReadonlyMap<string, ReadonlyMap<string, TensorInfo>>,
): void {
  const fail = (expected: string, found: string): never => {
    throw new Error(
      `Cannot read ${escaped(path)}: expected ${expected} but found ${found}: ` +
        "take index and files of one model",
    );
  };
  const places = files.flatMap((file) =>
    [...headers.get(file)!.keys()].map((name) => [name, file] as const)
  );
  for (const [name, file] of places) {
    const wanted = weightMap.get(name);
    if (wanted === file) continue;
    if (wanted === undefined) {
      fail("every tensor of its files in it", `${showName(name)} in ${file} besides`);
    }
    fail(`${showName(name)} in ${wanted} alone`, `it in ${file}`);
  }
  for (const [name, file] of weightMap) {
    if (!headers.get(file)!.has(name)) fail(`${showName(name)} in ${file}`, "it has none");
  }
  const [least, most] = sizes(headers);
  if (totalSize === undefined || totalSize >= least && totalSize <= most) return;
  fail(`total_size from ${least} to ${most}, as its tensors have,`, `${totalSize}`);
}

/**
 * What savers count as the size of a model, in bytes: at most every tensor; at least the real ones,
 * those of one storage once (transformers counted a BOOL as an eighth, and a tied matrix once).
 */
function sizes(headers: ReadonlyMap<string, ReadonlyMap<string, TensorInfo>>): [number, number] {
  let least = 0, most = 0;
  for (const header of headers.values()) {
    const storages = new Set<string>();
    for (const { dtype, shape, shared } of header.values()) {
      const bytes = sizeOf(shape) * widthOf(dtype)!;
      most += bytes;
      const counted = shared === undefined || !storages.has(shared);
      if (counted && /F/.test(dtype)) least += bytes;
      if (shared !== undefined) storages.add(shared);
    }
  }
  return [least, most];
}
