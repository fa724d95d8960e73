/**
 * Dispatches, collected and run: once (outside a recording) or again and again (a `Program`).
 *
 * All dispatches of a recorder go into one compute pass and one submit. WebGPU orders dispatches of
 * a pass that touch the same buffer, so the order of recording is the order of effects.
 * @module
 */
import type { Device } from "./device.ts";
import type { Kernel } from "./kernel.ts";
import { type Memory, type PendingWork, type Storage, storageOf } from "./memory.ts";
import type { Binding } from "./wgsl.ts";
import { UniformPages } from "./uniforms.ts";

/** A range of a buffer, in bytes, and what numbers it holds where that is known. */
export type BufferRange = {
  buffer: GPUBuffer;
  offset: number;
  size: number;
  dtype?: "f32" | "u32";
};

/**
 * What a dispatch is given: ranges of buffers, or views of textures, by binding name, scalars by
 * field name of `Params`, and the grid.
 */
export type DispatchOptions = {
  bindings: Record<string, BufferRange | GPUTextureView>;
  params?: Record<string, number>;
  workgroups: [number, number, number];
};

type Dispatch = {
  label: string;
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  grid: number[];
};

/** An ordered list of dispatches with the uniforms that they read. */
export class Recorder implements PendingWork {
  #dispatches: Dispatch[] = [];
  #uniforms: UniformPages;
  /**
   * What a program reads and writes outside its own memory stays where it is for as long as the
   * program lives.
   */
  #held = new Set<Storage>();
  #afterFlush: (() => void)[] = [];

  /**
   * With `memory`, the memory of a program that will be replayed; without, dispatches run `flushAt`
   * at a time.
   */
  constructor(
    readonly device: Device,
    readonly name: string,
    readonly options: { memory?: Memory; flushAt?: number } = {},
  ) {
    this.#uniforms = new UniformPages(device.device, name);
  }

  /** How many dispatches are recorded. */
  get size(): number {
    return this.#dispatches.length;
  }

  /** Appends one dispatch; an empty grid appends nothing. */
  dispatch(kernel: Kernel, { bindings, params = {}, workgroups }: DispatchOptions): void {
    this.device.check();
    if (workgroups.some((count) => count === 0)) return;
    const limit = this.device.device.limits.maxComputeWorkgroupsPerDimension;
    if (workgroups.some((count) => count > limit)) {
      throw new RangeError(
        `Cannot dispatch ${kernel.label}: expected at most ${limit} workgroups a dimension ` +
          `but found ${workgroups.join(" x ")}: fold the grid or split the tensor`,
      );
    }
    const entries = kernel.bindings.map((binding) => ({
      binding: binding.index,
      resource: binding.kind === "uniform"
        ? this.#uniforms.place(kernel, params)
        : mustHave(bindings, { binding, kernel, most: this.device.maxBinding }),
    }));
    for (const { name, kind } of kernel.bindings) {
      const storage = storageIn(bindings[name]);
      if (storage) this.#use(storage, { kernel, writes: kind === "write" });
    }
    const group = this.device.attribute(
      kernel.label,
      () =>
        this.device.device.createBindGroup({ label: kernel.label, layout: kernel.layout, entries }),
    );
    const { label, pipeline } = kernel;
    this.#dispatches.push({ label, pipeline, group, grid: workgroups });
    if (this.#dispatches.length >= (this.options.flushAt ?? Infinity)) this.flush();
  }

  /** Writes the uniforms to the device; needed once, before the first run. */
  seal(): void {
    this.#uniforms.upload();
  }

  /**
   * Encodes everything `times` times, one compute pass and one submit each; errors are reported as
   * those of `doing`.
   */
  run(times = 1, doing = this.name): void {
    this.device.check();
    const { device } = this.device;
    for (let i = 0; i < times; i++) {
      this.device.attribute(doing, () => {
        const encoder = device.createCommandEncoder();
        this.encode(encoder);
        device.queue.submit([encoder.finish()]);
      });
    }
  }

  /** The kernels of the dispatches, in order. */
  get labels(): string[] {
    return this.#dispatches.map(({ label }) => label);
  }

  /** Encodes one pass over all dispatches, or over number `only` alone, into `encoder`. */
  encode(
    encoder: GPUCommandEncoder,
    { only, timestampWrites }: {
      only?: number;
      timestampWrites?: GPUComputePassTimestampWrites;
    } = {},
  ): void {
    const pass = encoder.beginComputePass({ label: this.name, timestampWrites });
    const dispatches = only === undefined ? this.#dispatches : [this.#dispatches[only]];
    for (const { pipeline, group, grid } of dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
    }
    pass.end();
  }

  /**
   * Runs what is pending and forgets it, even where that fails: the way of work outside a
   * recording.
   */
  flush(): void {
    if (this.#dispatches.length === 0) return;
    try {
      this.device.check();
      this.seal();
      this.run();
    } finally {
      this.#dispatches = [];
      this.#uniforms.reset();
      for (const action of this.#afterFlush.splice(0)) action();
    }
  }

  /** Calls `action` when what is pending was submitted, at once where nothing is. */
  afterFlush(action: () => void): void {
    if (this.#dispatches.length === 0) action();
    else this.#afterFlush.push(action);
  }

  /** Forgets the dispatches and releases what they hold. */
  [Symbol.dispose](): void {
    this.#dispatches = [];
    this.#uniforms.destroy();
    for (const storage of this.#held) storage.release();
    this.#held.clear();
  }

  #use(storage: Storage, { kernel, writes }: { kernel: Kernel; writes: boolean }): void {
    if (writes && storage.lentTo !== undefined) {
      throw new Error(
        `Cannot dispatch ${kernel.label}: expected to write into a tensor of your own but found one that ` +
          `is lent to ${storage.lentTo}: write into a new tensor`,
      );
    }
    const { memory } = this.options;
    if (memory === undefined || storage.memory === memory) return;
    if (this.#held.has(storage)) return;
    this.#held.add(storage);
    storage.references++;
  }
}

function storageIn(binding?: BufferRange | GPUTextureView): Storage | undefined {
  return binding && "buffer" in binding ? storageOf(binding.buffer) : undefined;
}

function mustHave(
  bindings: DispatchOptions["bindings"],
  { binding: { name, dtype }, kernel, most }: { binding: Binding; kernel: Kernel; most: number },
): GPUBindingResource {
  const range = bindings[name];
  if (!range) {
    throw new TypeError(
      `Cannot dispatch ${kernel.label}: expected a tensor for binding "${name}" ` +
        `but found ${Object.keys(bindings).join(", ")}: pass it under that name`,
    );
  }
  if (!("buffer" in range)) return range;
  if (dtype && range.dtype && range.dtype !== dtype) {
    throw new TypeError(
      `Cannot dispatch ${kernel.label}: expected ${dtype} for binding "${name}" but found ${range.dtype}: ` +
        `upload ${dtype === "u32" ? "ids with uploadIds" : "numbers with upload"}`,
    );
  }
  const { buffer, offset, size } = range;
  if (size > most) {
    throw new RangeError(
      `Cannot dispatch ${kernel.label}: expected at most ${most} bytes for binding "${name}" ` +
        `but found ${size}: take smaller sizes, or an adapter with larger bindings`,
    );
  }
  return { buffer, offset, size };
}
