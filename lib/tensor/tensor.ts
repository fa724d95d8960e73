/**
 * Tensors on the GPU: a shape over a range of a buffer, f32 or u32, row-major.
 *
 * Rows (the last axis) are padded with zeros to a multiple of four, so that every kernel may move
 * vec4f. The padding is invisible: uploads add it, downloads drop it, and every operation writes
 * zeros there.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { Storage } from "../gpu/memory.ts";
import { readBuffers } from "../gpu/read.ts";
import type { BufferRange } from "../gpu/recorder.ts";
import type { HostArray } from "../io/host_array.ts";
import { checkValues } from "./check_values.ts";
import { floatsOf, memoryOf, padded } from "./layout.ts";

export type { HostArray };

/**
 * A tensor. `offset` counts values from the start of the storage.
 *
 * It belongs to whoever made it, who gives it back with `release()` or declares it with `using`.
 * After that every use throws: the memory may be someone else's by then.
 */
export class Tensor {
  /**
   * Set it on a tensor of your own whose gradient `withGradients` is to give; parameters have it
   * set, false freezes one.
   */
  requiresGrad = false;
  /** The gradient that the last `withGradients` gave; the next one overwrites it. */
  grad: Tensor | undefined;
  /** Where the gradient has its place; without one, the first `withGradients` makes it. */
  gradSlot: Tensor | undefined;
  /** Makes that place where it is a part of something larger. */
  placeGrad: (() => void) | undefined;

  /** A view of `storage`; `upload` and `zeros` make one that owns its memory. */
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

  /** What its elements are. */
  get dtype(): "f32" | "u32" {
    return this.options.dtype ?? "f32";
  }

  /** Where it begins in its storage, in elements. */
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

  /**
   * The range of `size` values from `start` on, padding counted. Throws where the tensor was
   * released.
   */
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
    const [buffer] = await readBuffers(this.gpu, [this.range]);
    return floatsOf(buffer, this);
  }

  /** Overwrites the values from the CPU. */
  write(data: Float32Array | Uint32Array | number[]): void {
    writeTensor(this, data);
  }

  /**
   * Gives the memory up, and what is attached; the tensor must not be used afterwards. Throws where
   * it was released before, and while it is lent.
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

  /**
   * Releases the tensor unless that was done before, at the end of the block that declares it with
   * `using`.
   */
  [Symbol.dispose](): void {
    if (this.held && !this.#borrowed) this.release();
  }

  /** A tensor over a part of this one's memory, which it does not hold: not to be released. */
  over(shape: readonly number[], offset = this.offset, dtype = this.dtype): Tensor {
    const view = new Tensor(this.gpu, shape, this.storage, { offset, dtype });
    view.#borrowed = true;
    return view;
  }

  /**
   * Lets other tensors go together with this one, as far as they were not released before. `origin`
   * is told then.
   */
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

  /**
   * Releases the tensor for its owner, whose own release does nothing then, unless it was released
   * before.
   */
  leave(): void {
    if (!this.held) return;
    this.release();
    this.#left = true;
  }
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
export function upload(
  gpu: Gpu,
  { shape, data }: Pick<HostArray, "data"> & { shape: readonly number[] },
): Tensor {
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

function writeTensor(tensor: Tensor, data: Float32Array | Uint32Array | number[]): void {
  const { gpu, storage } = tensor;
  const { buffer, offset } = tensor.range;
  if (storage.lentTo !== undefined) {
    throw new Error(
      `Cannot write tensor [${tensor.shape}]: expected one of your own but found one that is lent to ` +
        `${storage.lentTo}: return another tensor instead`,
    );
  }
  checkValues(tensor, data);
  const values = memoryOf(data, tensor);
  gpu.flush();
  gpu.check();
  gpu.attribute(
    "writing a tensor",
    () => gpu.device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>),
  );
}
