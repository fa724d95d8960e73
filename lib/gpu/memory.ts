/**
 * Buffers, kept by size. Nothing frees a GPU buffer on its own, so whoever drops a tensor
 * releases it, and the next one of that size takes its buffer over. One memory serves the work
 * outside recordings, each program has its own: within one order of dispatches a released buffer
 * may be written again at once.
 * @module
 */
import type { Device } from "./device.ts";
import { TextureMemory } from "./textures.ts";

/** A buffer with the number of tensors and programs that hold it. */
export class Storage {
  /** At 0 the buffer is gone, perhaps to someone else: it can no longer be asked for. */
  references = 1;
  /** Whom the memory is lent to at the moment, who may neither write nor release it. */
  lentTo: string | undefined;
  #buffer: GPUBuffer;

  /** `pinned` storage is never given to anyone else. */
  constructor(buffer: GPUBuffer, readonly memory: Memory, readonly pinned: boolean) {
    this.#buffer = buffer;
  }

  /** True until the last reference is given up, or the memory's program or GPU is closed. */
  get held(): boolean {
    return this.references > 0 && !this.memory.closed;
  }

  /** Throws where the storage is no longer held: what stands there now belongs to someone else. */
  get buffer(): GPUBuffer {
    if (this.held) return this.#buffer;
    throw new Error(
      `Cannot use a tensor: expected one that is still held but found one ${
        this.memory.closed ? `that went with ${this.memory.owner}` : "released before"
      }: release a tensor after its last use, a program and a GPU after all theirs`,
    );
  }

  /** Gives up one reference; the last one gives the buffer back to its memory. */
  release(): void {
    if (this.references <= 0) {
      throw new Error(
        "Cannot release a tensor: expected one that is still held but found one released before: " +
          "release each tensor once, and never a view",
      );
    }
    if (--this.references === 0) this.memory.take(this.#buffer, { pinned: this.pinned });
  }
}

const storages = new WeakMap<GPUBuffer, Storage>();

/** The storage that a buffer serves now; none for a buffer that no memory made. */
export function storageOf(buffer: GPUBuffer): Storage | undefined {
  return storages.get(buffer);
}

/** Dispatches that are still to be submitted and may read what is given up meanwhile. */
export type PendingWork = {
  /** Submits them. */
  flush(): void;
  /** Calls `action` once they were submitted, at once where none are pending. */
  afterFlush(action: () => void): void;
};

/** Buffers that belong to the device's immediate work or to one program. */
export class Memory {
  #free = new Map<number, GPUBuffer[]>();
  #all = new Set<GPUBuffer>();
  #closed = false;
  /** Textures that operations work in while they are recorded. */
  readonly textures: TextureMemory;
  /** The tensors made here since someone began to collect them. */
  made: Set<Disposable> | undefined;

  /**
   * `program`: the name of the program that it belongs to; without one it belongs to the device.
   */
  constructor(
    readonly device: Device,
    readonly pending: PendingWork,
    readonly program?: string,
  ) {
    this.textures = new TextureMemory(device.device);
  }

  /** Bytes held, in use or free, textures included. */
  get bytes(): number {
    let sum = this.textures.bytes;
    for (const { size } of this.#all) sum += size;
    return sum;
  }

  /** In words, who frees everything here at last. */
  get owner(): string {
    return this.program === undefined ? "its GPU" : `the program "${this.program}"`;
  }

  /** True once everything here was freed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * At least `bytes` of storage. `fresh` storage holds zeros, was never used before and never will
   * be again by others: uploads into a recording need it, since the replayed program would
   * overwrite shared storage.
   */
  allocate(bytes: number, options: { fresh?: boolean } = {}): Storage {
    this.device.check();
    const size = this.#room(bytes);
    const reused = options.fresh ? undefined : this.#free.get(size)?.pop();
    const buffer = reused ?? this.#create(size);
    const storage = new Storage(buffer, this, options.fresh ?? false);
    storages.set(buffer, storage);
    return storage;
  }

  /**
   * Takes back a buffer that nobody holds any more: for the next one, or, where it is pinned, off
   * the device. A program's pinned buffers stay as they are until the program goes, whose next run
   * reads them again.
   */
  take(buffer: GPUBuffer, { pinned }: { pinned: boolean }): void {
    if (!this.#all.has(buffer)) return;
    if (pinned) {
      if (this.program === undefined) this.#destroy(buffer);
      return;
    }
    const list = this.#free.get(buffer.size);
    if (list) list.push(buffer);
    else this.#free.set(buffer.size, [buffer]);
  }

  /** Destroys the buffers that nobody uses. */
  trim(): void {
    if (this.program === undefined) this.pending.flush();
    this.textures.trim();
    for (const buffer of [...this.#free.values()].flat()) this.#destroy(buffer);
    this.#free.clear();
  }

  /** Destroys every buffer and texture, those in use too. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.textures[Symbol.dispose]();
    for (const buffer of [...this.#all]) this.#destroy(buffer);
    this.#free.clear();
  }

  /** At once, or when the pending dispatches that may read it were submitted. */
  #destroy(buffer: GPUBuffer): void {
    this.#all.delete(buffer);
    this.device.count(-buffer.size);
    this.pending.afterFlush(() => buffer.destroy());
  }

  /** The size class of so many bytes, or the most that the adapter gives where that is less. */
  #room(bytes: number): number {
    const limit = this.device.device.limits.maxBufferSize;
    if (!(bytes <= limit)) {
      throw new RangeError(
        `Cannot allocate a buffer: expected at most ${limit} bytes, the adapter's limit, ` +
          `but found ${bytes}: take a smaller batch or split the tensor`,
      );
    }
    return Math.min(sizeClass(Math.max(bytes, 16)), Math.floor(limit / 4) * 4);
  }

  #create(size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.attribute(
      `allocating ${size} bytes`,
      () => this.device.device.createBuffer({ size, usage }),
      "out-of-memory",
    );
    this.#all.add(buffer);
    this.device.count(size);
    return buffer;
  }
}

/** Four classes to each power of two: at most a quarter is wasted, and sizes meet again. */
function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return Math.ceil(bytes / step) * step;
}
