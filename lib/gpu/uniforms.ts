/**
 * Uniform parameters of many dispatches, packed into pages that are written to the device at once.
 * @module
 */
import type { Kernel } from "./kernel.ts";

const PAGE = 64 * 1024;

type Page = { buffer: GPUBuffer; bytes: ArrayBuffer };

/**
 * Pages of uniform slots; `place` fills the next slot, `upload` writes all pages, `reset` starts
 * over.
 */
export class UniformPages {
  #pages: Page[] = [];
  #used = 0;

  constructor(readonly device: GPUDevice, readonly name: string) {}

  /** Stores `params` as the kernel's struct wants them and says where they are. */
  place(kernel: Kernel, params: Record<string, number>): GPUBufferBinding {
    const step = Math.max(this.device.limits.minUniformBufferOffsetAlignment, 32);
    const size = Math.ceil(kernel.params.length / 4) * 16;
    const slot = Math.ceil(size / step) * step;
    if (this.#used % PAGE + slot > PAGE) this.#used = Math.ceil(this.#used / PAGE) * PAGE;
    const index = Math.floor(this.#used / PAGE);
    const page = this.#pages[index] ?? (this.#pages[index] = this.#newPage());
    const offset = this.#used % PAGE;
    this.#used += slot;
    write(new DataView(page.bytes, offset, size), kernel, params);
    return { buffer: page.buffer, offset, size };
  }

  upload(): void {
    const pages = Math.ceil(this.#used / PAGE);
    for (let i = 0; i < pages; i++) {
      const length = Math.min(PAGE, this.#used - i * PAGE);
      this.device.queue.writeBuffer(this.#pages[i].buffer, 0, this.#pages[i].bytes, 0, length);
    }
  }

  reset(): void {
    this.#used = 0;
  }

  destroy(): void {
    for (const { buffer } of this.#pages) buffer.destroy();
    this.#pages = [];
  }

  #newPage(): Page {
    const buffer = this.device.createBuffer({
      label: `${this.name} uniforms`,
      size: PAGE,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    return { buffer, bytes: new ArrayBuffer(PAGE) };
  }
}

function write(view: DataView, kernel: Kernel, params: Record<string, number>): void {
  const given = Object.keys(params).length;
  if (given !== kernel.params.length) {
    throw new TypeError(
      `Cannot dispatch ${kernel.label}: expected params ${
        kernel.params.map(({ name }) => name).join(", ")
      } but found ${Object.keys(params).join(", ")}: give each field once`,
    );
  }
  kernel.params.forEach(({ name, type }, i) => {
    const value = params[name];
    const whole = type !== "f32";
    if (value === undefined || (whole ? !Number.isInteger(value) : Number.isNaN(value))) {
      throw new TypeError(
        `Cannot dispatch ${kernel.label}: expected ${type} ${name} but found ${value}: ` +
          `pass ${whole ? "a whole number" : "a number"}`,
      );
    }
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else if (type === "i32") view.setInt32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
}
