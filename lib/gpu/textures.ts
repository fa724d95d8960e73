/**
 * Textures as plain memory: four floats a texel, addressed by one number. On CPU adapters a texel
 * is fetched several times faster than a vec4f from a buffer, so the matrix product keeps its
 * packed operands here.
 * @module
 */

/**
 * Texel t lies at (t mod 2^TEXEL_SHIFT, t / 2^TEXEL_SHIFT); kernels take it as their constant
 * SHIFT.
 */
export const TEXEL_SHIFT = 11;

const WIDTH = 2 ** TEXEL_SHIFT;

/** A run of texels that kernels may be given. */
export type Texels = { readonly view: GPUTextureView; readonly texture: GPUTexture };

/** Textures of one program or of the immediate work, used again as soon as they are released. */
export class TextureMemory {
  #free = new Map<number, Texels[]>();
  #all = new Set<GPUTexture>();

  /** Textures of one device. */
  constructor(readonly device: GPUDevice) {}

  /** Bytes held, in use or free. */
  get bytes(): number {
    let sum = 0;
    for (const { width, height } of this.#all) sum += 16 * width * height;
    return sum;
  }

  /** True where so many texels fit into one texture. */
  holds(count: number): boolean {
    return heightClass(count) <= this.device.limits.maxTextureDimension2D;
  }

  /** At least `count` texels with undefined contents. */
  allocate(count: number): Texels {
    const height = heightClass(count);
    const reused = this.#free.get(height)?.pop();
    if (reused) return reused;
    const texture = this.device.createTexture({
      label: `panels of ${count} texels`,
      size: [WIDTH, height],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING,
    });
    this.#all.add(texture);
    return { texture, view: texture.createView() };
  }

  /**
   * Gives the texels to whoever asks next; dispatches that are already recorded may still read
   * them.
   */
  release(texels: Texels): void {
    const { height } = texels.texture;
    const list = this.#free.get(height);
    if (list) list.push(texels);
    else this.#free.set(height, [texels]);
  }

  /** Destroys the textures that nobody uses. */
  trim(): void {
    for (const { texture } of [...this.#free.values()].flat()) {
      texture.destroy();
      this.#all.delete(texture);
    }
    this.#free.clear();
  }

  /** Destroys every texture. */
  [Symbol.dispose](): void {
    for (const texture of this.#all) texture.destroy();
    this.#all.clear();
    this.#free.clear();
  }
}

/** Rows of texels, in four classes to each power of two, so that sizes meet again. */
function heightClass(count: number): number {
  const rows = Math.max(1, Math.ceil(count / WIDTH));
  const step = Math.max(1, 2 ** (Math.floor(Math.log2(rows)) - 2));
  return Math.ceil(rows / step) * step;
}
