/**
 * The weights in a model's folder, in whichever of Hugging Face's forms they lie there: one file or
 * several with an index, safetensors or torch.save's. Where both formats lie side by side, safetensors
 * are read; where a whole file lies beside an index, the whole file, as transformers does.
 *
 * @module
 */
import { join } from "node:path";
import type { HostArray } from "./host_array.ts";
import { readSafetensors, safetensorsHeader, type TensorInfo } from "./safetensors.ts";
import { expectShards, readIndex } from "./shard_index.ts";
import { readTorch, torchHeader } from "./torch/read_torch.ts";

/** What a caller may say of the tensors before they are read. */
export type TensorFileOptions = {
  /** Which tensors may hold BOOL or whole numbers. */
  integers?: (name: string) => boolean;
  /** Sees all names, types and shapes before any value is read; throws where they are not right. */
  inspect?: (header: Map<string, TensorInfo>) => void;
};

/** A file of weights, or the index of several. */
type WeightsFile = { name: string; format: "safetensors" | "torch"; index: boolean };

/** Every name under which weights are looked for, the first that is there counts. */
const WEIGHTS_FILES: readonly WeightsFile[] = [
  { name: "model.safetensors", format: "safetensors", index: false },
  { name: "model.safetensors.index.json", format: "safetensors", index: true },
  { name: "pytorch_model.bin", format: "torch", index: false },
  { name: "pytorch_model.bin.index.json", format: "torch", index: true },
];

/** The weights among the names of a folder's files; undefined where there are none. */
export function weightsAmong(names: ReadonlySet<string>): WeightsFile | undefined {
  return WEIGHTS_FILES.find(({ name }) => names.has(name));
}

/**
 * All tensors of the weights in `folder`, of whose files `names` are the names. Throws `Cannot
 * ${action}: ...` where there are none and where an index and its files are not of one model, and as
 * readSafetensors and readTorch do, each file's fault before a value is read. Tied weights of one
 * storage share their values: do not write into them.
 */
export async function readTensorFiles(
  action: string,
  folder: string,
  names: ReadonlySet<string>,
  { integers, inspect }: TensorFileOptions = {},
): Promise<Map<string, HostArray>> {
  const found = weightsAmong(names);
  if (found === undefined) {
    throw new Error(
      `Cannot ${action}: expected weights in one of ` +
        `${WEIGHTS_FILES.map(({ name }) => name).join(", ")} but found none: name a model's folder`,
    );
  }
  const path = join(folder, found.name), read = READERS[found.format];
  if (!found.index) return await read.tensors(path, { integers, inspect });

  const index = await readIndex(path, names), headers = new Map<string, Map<string, TensorInfo>>();
  for (const file of index.files) headers.set(file, await read.header(join(folder, file)));
  expectShards(path, index, headers);
  inspect?.(new Map([...headers.values()].flatMap((header) => [...header])));
  const tensors = new Map<string, HostArray>();
  for (const file of index.files) {
    for (const [name, array] of await read.tensors(join(folder, file), { integers })) {
      tensors.set(name, array);
    }
  }
  return tensors;
}

const READERS = {
  safetensors: {
    header: safetensorsHeader,
    tensors: async (path: string, options: TensorFileOptions) =>
      (await readSafetensors(path, options)).tensors,
  },
  torch: { header: torchHeader, tensors: readTorch },
};
