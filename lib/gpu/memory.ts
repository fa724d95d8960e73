/**
 * Buffers, pooled by size. Nothing frees a GPU buffer on its own, so whoever drops a tensor releases its storage,
 * and the next one of that size takes it over. One pool serves the work outside recordings, each program has its own:
 * within one order of dispatches a released buffer may be written again at once.
 * @module
 */
import { TexturePool } from "./textures.ts";

/** A buffer with the number of tensors that share it. `pinned` storage is never given to anyone else. */
export type Storage = {
  readonly buffer: GPUBuffer;
  readonly memory: Memory;
  readonly pinned: boolean;
  references: number;
};

/** A pool of buffers that belongs to the device's immediate work or to one program. */
export class Memory {
  #free = new Map<number, GPUBuffer[]>();
  #all = new Set<GPUBuffer>();
  /** Textures that operations work in while they are recorded. */
  readonly textures: TexturePool;

  constructor(readonly device: GPUDevice) {
    this.textures = new TexturePool(device);
  }

  /** Bytes held, in use or free, textures included. */
  get bytes(): number {
    let sum = this.textures.bytes;
    for (const { size } of this.#all) sum += size;
    return sum;
  }

  /**
   * At least `bytes` of storage. `fresh` storage holds zeros, was never used before and never will be again by
   * others: uploads into a recording need it, since the replayed program would overwrite shared storage.
   */
  allocate(bytes: number, options: { fresh?: boolean } = {}): Storage {
    const size = sizeClass(Math.max(bytes, 16));
    const reused = options.fresh ? undefined : this.#free.get(size)?.pop();
    const buffer = reused ?? this.#create(size);
    return { buffer, memory: this, pinned: options.fresh ?? false, references: 1 };
  }

  /** Gives up one reference; the last one puts the buffer back into the pool. */
  release(storage: Storage): void {
    if (storage.references <= 0) {
      throw new Error(
        "Cannot release a tensor: expected one that is still held but found one released before: " +
          "release each tensor once, and never a view",
      );
    }
    if (--storage.references > 0 || storage.pinned || !this.#all.has(storage.buffer)) return;
    const { size } = storage.buffer;
    const list = this.#free.get(size);
    if (list) list.push(storage.buffer);
    else this.#free.set(size, [storage.buffer]);
  }

  /** Destroys the storage's buffer instead of keeping it for others. */
  discard(storage: Storage): void {
    if (this.#all.delete(storage.buffer)) storage.buffer.destroy();
  }

  /** Destroys the buffers that nobody uses. */
  trim(): void {
    this.textures.trim();
    for (const list of this.#free.values()) {
      for (const buffer of list) {
        buffer.destroy();
        this.#all.delete(buffer);
      }
    }
    this.#free.clear();
  }

  [Symbol.dispose](): void {
    this.textures[Symbol.dispose]();
    for (const buffer of this.#all) buffer.destroy();
    this.#all.clear();
    this.#free.clear();
  }

  #create(size: number): GPUBuffer {
    const limit = this.device.limits.maxBufferSize;
    if (size > limit) {
      throw new RangeError(
        `Cannot allocate a buffer: expected at most ${limit} bytes, the adapter's limit, ` +
          `but found ${size}: take a smaller batch or split the tensor`,
      );
    }
    const buffer = this.device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    this.#all.add(buffer);
    return buffer;
  }
}

/** Four classes to each power of two: at most a quarter is wasted, and sizes meet again. */
function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return Math.ceil(bytes / step) * step;
}
