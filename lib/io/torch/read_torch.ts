/**
 * Tensors of a file that torch.save wrote (pytorch_model.bin), without Python and without running
 * anything that stands in it: both forms are read, the zip archive of PyTorch 1.6 and later and the
 * older row of pickles. Storages are read one after the other, each once.
 *
 * @module
 */
import { decodeValues, expectReadable } from "../decode_values.ts";
import type { HostArray } from "../host_array.ts";
import { refusePointer } from "../lfs_pointer.ts";
import { openRegular, readAt } from "../regular_files.ts";
import type { ParseOptions, TensorInfo } from "../safetensors.ts";
import { type Fail, failing } from "../safetensors_header.ts";
import { openLegacy } from "./legacy_form.ts";
import type { Opened } from "./opened.ts";
import type { View } from "./values.ts";
import { gathered, isWhole, viewsOf } from "./views.ts";
import { isZip, openZip } from "./zip_form.ts";

/** What the file says of its tensors. Throws as readTorch does. */
export async function torchHeader(path: string): Promise<Map<string, TensorInfo>> {
  return await withTorch(path, path, (_, views) => Promise.resolve(infoOf(views)));
}

/**
 * Reads the state dictionary of a file. Throws when it is missing or no regular file, on anything
 * but tensors, on every name of Python beside those that rebuild them, and on claims that the file
 * does not bear out, before memory is taken for them. Tensors that are the same view of one storage,
 * as tied weights are, share their values: do not write into them.
 */
export async function readTorch(
  path: string,
  { file: name = path, ...options }: ParseOptions = {},
): Promise<Map<string, HostArray>> {
  return await withTorch(path, name, async ({ read }, views, fail) => {
    options.inspect?.(infoOf(views));
    for (const [name, { dtype }] of views) expectReadable({ name, dtype }, { fail, ...options });
    const values = new Map<string, Float32Array>();
    for (const [key, own] of Map.groupBy(views, ([, { storage }]) => storage.key)) {
      const made = valuesOf(new Map(own), await read(key), { fail, ...options });
      for (const [name, data] of made) values.set(name, data);
    }
    return new Map([...views].map(([name, { shape }]) => {
      return [name, { shape, data: values.get(name)! }];
    }));
  });
}

/** The values of the views of one storage; equal views are one array. */
function valuesOf(
  views: Map<string, View>,
  bytes: Uint8Array,
  options: ParseOptions & { fail: Fail },
): Map<string, Float32Array> {
  const stored = new Map<string, Float32Array>(), made = new Map<string, Float32Array>();
  return new Map([...views].map(([name, view]) => {
    const { dtype, offset, shape, strides } = view;
    const all = stored.get(dtype) ?? decodeValues({ name, dtype }, bytes, options);
    stored.set(dtype, all);
    const place = isWhole(view) ? dtype : `${dtype} ${offset} ${shape} ${strides}`;
    const data = made.get(place) ?? (isWhole(view) ? all : gathered(all, view));
    made.set(place, data);
    return [name, data];
  }));
}

/** Opens a file in the form that its first bytes tell, for as long as `use` takes. */
async function withTorch<T>(
  path: string,
  name: string,
  use: (opened: Opened, views: Map<string, View>, fail: Fail) => Promise<T>,
): Promise<T> {
  const fail = failing(name), { file, size } = await openRegular(path);
  using open = file;
  const head = await readAt(path, { file: open, at: 0, size: Math.min(4, size) });
  refusePointer(head, fail);
  const opened = await (isZip(head) ? openZip : openLegacy)({ path, file: open, size, fail });
  return await use(opened, viewsOf(opened, fail), fail);
}

/** `shared` is the same for tensors of one storage. */
function infoOf(views: Map<string, View>): Map<string, TensorInfo> {
  return new Map([...views].map(([name, { dtype, shape, storage }]) => {
    return [name, { dtype, shape, shared: storage.key }];
  }));
}
