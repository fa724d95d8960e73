/**
 * Tensors on the GPU: a shape over a range of a buffer, f32 or u32, row-major.
 *
 * Rows (the last axis) are padded with zeros to a multiple of four, so that every kernel may move vec4f. The padding
 * is invisible: uploads add it, downloads drop it, and every operation writes zeros there.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { Storage } from "../gpu/memory.ts";
import { readBuffers } from "../gpu/read.ts";
import type { BufferRange } from "../gpu/recorder.ts";
import type { HostArray } from "../io/host_array.ts";
import { checkValues } from "./check_values.ts";

export type { HostArray };

/** Offsets of slices that are bound on their own must be multiples of this many values (256 bytes). */
export const ALIGNMENT = 64;

/**
 * A tensor. `offset` counts values from the start of the storage.
 *
 * It belongs to whoever made it, who gives it back with `release()` or declares it with `using`. After that every use
 * throws: the memory may be someone else's by then.
 */
export class Tensor {
  /** Set it on a tensor of your own whose gradient `withGradients` is to give; parameters have it set, false freezes one. */
  requiresGrad = false;
  /** The gradient that the last `withGradients` gave; the next one overwrites it. */
  grad: Tensor | undefined;
  /** Where the gradient has its place; without one, the first `withGradients` makes it. */
  gradSlot: Tensor | undefined;

  constructor(
    readonly gpu: Gpu,
    readonly shape: readonly number[],
    readonly storage: Storage,
    readonly options: { offset?: number; dtype?: "f32" | "u32" } = {},
  ) {}

  #held = true;
  /** Given up by others: the owner's own release is still welcome. */
  #left = false;
  /** Where it came from, for the words of an error. */
  #origin = "released before";
  #lentTo: string | undefined;
  #borrowed = false;
  #attached: Tensor[] = [];

  get dtype(): "f32" | "u32" {
    return this.options.dtype ?? "f32";
  }

  get offset(): number {
    return this.options.offset ?? 0;
  }

  /** Length of the last axis; 1 for a scalar. */
  get columns(): number {
    return this.shape.at(-1) ?? 1;
  }

  /** Values from one row to the next. */
  get pitch(): number {
    return padded(this.columns);
  }

  /** Product of all axes but the last. */
  get rows(): number {
    return this.shape.slice(0, -1).reduce((a, b) => a * b, 1);
  }

  /** Values in memory, padding included. */
  get size(): number {
    return this.rows * this.pitch;
  }

  /** The range of the buffer, for a binding. Throws where the tensor was released. */
  get range(): BufferRange {
    return this.part(0, this.size);
  }

  /** The range of `size` values from `start` on, padding counted. Throws where the tensor was released. */
  part(start: number, size: number): BufferRange {
    if (!this.#held) {
      throw new Error(
        `Cannot use a tensor [${this.shape}]: expected one that is still held but found one ${this.#origin}: ` +
          "release a tensor after its last use, and keep() what a run makes and you need later",
      );
    }
    const { storage: { buffer }, offset, dtype } = this;
    return { buffer, offset: 4 * (offset + start), size: 4 * size, dtype };
  }

  /** False once it was released, and for a view once its tensor was. */
  get held(): boolean {
    return this.#held && this.storage.held;
  }

  /** Copies the values to the CPU, padding dropped. */
  async read(): Promise<Float32Array> {
    return (await readTensors([this]))[0];
  }

  /** Overwrites the values from the CPU. */
  write(data: Float32Array | Uint32Array | number[]): void {
    writeTensor(this, data);
  }

  /**
   * Gives the memory up, and what is attached; the tensor must not be used afterwards. Throws where it was released
   * before, and while it is lent.
   */
  release(): void {
    if (this.#lentTo !== undefined) {
      throw new Error(
        `Cannot release a tensor [${this.shape}]: expected one of your own but found one that is lent to ` +
          `${this.#lentTo}: leave it to the run`,
      );
    }
    if (this.#borrowed) {
      throw new Error(
        `Cannot release a tensor [${this.shape}]: expected one that holds its memory but found a view: ` +
          "release what it was made of",
      );
    }
    if (this.#left) {
      this.#left = false;
      return;
    }
    if (!this.#held) {
      throw new Error(
        `Cannot release a tensor [${this.shape}]: expected one that is still held but found one ` +
          `${this.#origin}: release each tensor once`,
      );
    }
    this.storage.release();
    this.#held = false;
    for (const tensor of this.#attached) tensor.leave();
  }

  /** Releases the tensor unless that was done before, at the end of the block that declares it with `using`. */
  [Symbol.dispose](): void {
    if (this.held && !this.#borrowed) this.release();
  }

  /** A tensor over a part of this one's memory, which it does not hold: not to be released. */
  over(shape: readonly number[], offset = this.offset): Tensor {
    const { gpu, storage, options } = this;
    const view = new Tensor(gpu, shape, storage, { ...options, offset });
    view.#borrowed = true;
    return view;
  }

  /** Lets other tensors go together with this one, as far as they were not released before. `origin` is told then. */
  attach(tensors: Iterable<Tensor>, origin: string): void {
    for (const tensor of tensors) {
      tensor.#origin = origin;
      this.#attached.push(tensor);
    }
  }

  /** Runs `body`, in which the tensor may be read but neither written nor released. */
  lend<T>(to: string, body: () => T): T {
    const { storage } = this;
    const before = [this.#lentTo, storage.lentTo];
    [this.#lentTo, storage.lentTo] = [to, to];
    this.#origin = `lent to ${to}`;
    try {
      return body();
    } finally {
      [this.#lentTo, storage.lentTo] = before;
    }
  }

  /** Whom it is lent to at the moment. */
  get lentTo(): string | undefined {
    return this.#lentTo;
  }

  /** Releases the tensor for its owner, whose own release does nothing then, unless it was released before. */
  leave(): void {
    if (!this.held) return;
    this.release();
    this.#left = true;
  }
}

/**
 * Another tensor over the same memory, under another shape if wanted: it holds the memory on its own and is released on
 * its own. No gradient; `reshape` passes one on.
 */
export function share(tensor: Tensor, shape: readonly number[] = tensor.shape): Tensor {
  const { buffer: _held } = tensor.range;
  checkView(tensor, shape);
  const other = new Tensor(tensor.gpu, shape, tensor.storage, tensor.options);
  tensor.storage.references++;
  other.gpu.memory.made?.add(other);
  return other;
}

/** n rounded up to a multiple of four. */
export function padded(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** A tensor with undefined contents. */
export function empty(gpu: Gpu, shape: readonly number[], dtype: "f32" | "u32" = "f32"): Tensor {
  return allocate(gpu, shape, { dtype });
}

/** A tensor of zeros. */
export function zeros(gpu: Gpu, shape: readonly number[], dtype: "f32" | "u32" = "f32"): Tensor {
  return allocate(gpu, shape, { dtype, fresh: true });
}

/** A tensor with the values of a host array. */
export function upload(gpu: Gpu, { shape, data }: HostArray): Tensor {
  return filled(allocate(gpu, shape, { fresh: true }), data);
}

/** Whole numbers (token ids, indices) as a tensor. */
export function uploadIds(gpu: Gpu, shape: readonly number[], ids: Uint32Array | number[]): Tensor {
  return filled(allocate(gpu, shape, { dtype: "u32", fresh: true }), ids);
}

/** The tensor itself with these values; where they are refused nobody has it, so it is released. */
function filled(tensor: Tensor, data: Float32Array | Uint32Array | number[]): Tensor {
  try {
    tensor.write(data);
    return tensor;
  } catch (error) {
    tensor.release();
    throw error;
  }
}

function allocate(
  gpu: Gpu,
  shape: readonly number[],
  { dtype = "f32", fresh = false }: { dtype?: "f32" | "u32"; fresh?: boolean },
): Tensor {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new RangeError(
      `Cannot make a tensor: expected axes of at least 1 but found [${shape}]: check the sizes`,
    );
  }
  const columns = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const storage = gpu.memory.allocate(4 * rows * padded(columns), { fresh });
  const tensor = new Tensor(gpu, [...shape], storage, { dtype });
  gpu.memory.made?.add(tensor);
  return tensor;
}

/**
 * The same values under another shape, borrowed: unknown to a tape, and not to be released. For the inside of operations;
 * ops/reshape.ts has those that pass gradients on. The last axis may change only where no padding is involved.
 */
export function alias(tensor: Tensor, shape: readonly number[]): Tensor {
  checkView(tensor, shape);
  return tensor.over(shape);
}

function checkView(tensor: Tensor, shape: readonly number[]): void {
  const count = (s: readonly number[]) => s.reduce((a, b) => a * b, 1);
  const same = (shape.at(-1) ?? 1) === tensor.columns;
  const full = tensor.pitch === tensor.columns && (shape.at(-1) ?? 1) % 4 === 0;
  const whole = shape.every((n) => Number.isInteger(n) && n >= 1);
  if (!whole || count(shape) !== count(tensor.shape) || !(same || full)) {
    throw new RangeError(
      `Cannot reshape: expected a shape with the values of [${tensor.shape}] but found [${shape}]: ` +
        "the last axis may change only between multiples of four",
    );
  }
}

/** Rows `start` to `start + count` of a tensor seen as [rows, columns]; shares the memory, no gradient. */
export function rowSlice(tensor: Tensor, start: number, count: number): Tensor {
  return tensor.over([count, tensor.columns], tensor.offset + start * tensor.pitch);
}

/**
 * Pieces of a tensor that each fit into one binding, as [rows, columns] with their first row. Pieces begin at multiples
 * of 64 rows, so that their offsets are aligned whatever the width, and have `most` rows (at least 64) where that is less.
 */
export function rowChunks(
  tensor: Tensor,
  widest = tensor.pitch,
  most = Infinity,
): { piece: Tensor; start: number }[] {
  const fit = Math.floor(tensor.gpu.maxBinding / (4 * Math.max(widest, tensor.pitch)));
  const limit = Math.min(fit, most);
  const rows = Math.floor(limit / ALIGNMENT) * ALIGNMENT;
  if (tensor.rows <= limit) return [{ piece: rowSlice(tensor, 0, tensor.rows), start: 0 }];
  if (rows === 0) {
    throw new RangeError(
      `Cannot split [${tensor.shape}]: expected 64 rows to fit into a binding of ` +
        `${tensor.gpu.maxBinding} bytes but a row has ${4 * tensor.pitch}: take fewer columns`,
    );
  }
  const pieces = [];
  for (let start = 0; start < tensor.rows; start += rows) {
    const count = Math.min(rows, tensor.rows - start);
    pieces.push({ piece: rowSlice(tensor, start, count), start });
  }
  return pieces;
}

/**
 * Reads several tensors with one wait. u32 values come as floats too; throws where one of them is above 2^24 and a float
 * would round it: `readIds` gives those.
 */
export async function readTensors(tensors: Tensor[]): Promise<Float32Array[]> {
  if (tensors.length === 0) return [];
  const { gpu } = tensors[0];
  const buffers = await readBuffers(gpu, tensors.map(({ range }) => range));
  return tensors.map((tensor, i) => {
    const values = tensor.dtype === "u32"
      ? asFloats(new Uint32Array(buffers[i]), tensor)
      : new Float32Array(buffers[i]);
    return unpad(values, tensor);
  });
}

/** Reads a u32 tensor, every value as it is. */
export async function readIds(tensor: Tensor): Promise<Uint32Array> {
  if (tensor.dtype !== "u32") {
    throw new TypeError(
      `Cannot read ids: expected a u32 tensor but found ${tensor.dtype} [${tensor.shape}]: use read()`,
    );
  }
  const [buffer] = await readBuffers(tensor.gpu, [tensor.range]);
  return unpad(new Uint32Array(buffer), tensor);
}

function asFloats(values: Uint32Array, { shape }: Tensor): Float32Array {
  const large = values.find((value) => value > 2 ** 24);
  if (large === undefined) return Float32Array.from(values);
  throw new RangeError(
    `Cannot read u32 tensor [${shape}] as floats: expected values up to 2^24 but found ${large}: use readIds`,
  );
}

/** A tensor and its shape as a host array. */
export async function download(tensor: Tensor): Promise<HostArray> {
  return { shape: [...tensor.shape], data: await tensor.read() };
}

function unpad<T extends Float32Array | Uint32Array>(
  values: T,
  { rows, columns, pitch }: Tensor,
): T {
  if (pitch === columns) return values;
  const result = new (values.constructor as new (length: number) => T)(rows * columns);
  for (let r = 0; r < rows; r++) {
    result.set(values.subarray(r * pitch, r * pitch + columns), r * columns);
  }
  return result;
}

function writeTensor(tensor: Tensor, data: Float32Array | Uint32Array | number[]): void {
  const { gpu, rows, columns, pitch, storage } = tensor;
  const { buffer, offset } = tensor.range;
  if (storage.lentTo !== undefined) {
    throw new Error(
      `Cannot write tensor [${tensor.shape}]: expected one of your own but found one that is lent to ` +
        `${storage.lentTo}: return another tensor instead`,
    );
  }
  checkValues(tensor, data);
  const Values = tensor.dtype === "u32" ? Uint32Array : Float32Array;
  let values = data instanceof Values ? data : Values.from(data);
  if (pitch !== columns) {
    const wide = new Values(rows * pitch);
    for (let r = 0; r < rows; r++) {
      wide.set(values.subarray(r * columns, (r + 1) * columns), r * pitch);
    }
    values = wide;
  }
  gpu.flush();
  gpu.check();
  gpu.attribute(
    "writing a tensor",
    () => gpu.device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>),
  );
}
