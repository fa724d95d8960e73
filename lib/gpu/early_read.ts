/**
 * What a mapped buffer holds, before Deno says that it is mapped.
 *
 * Deno's mapAsync() waits for the device within the call, then sleeps for ten milliseconds before its
 * promise is kept, while the values lie there: a hundred times what the reading of a few takes.
 * getMappedRange() asks wgpu itself, which hands a range out once it is mapped and throws before. Deno
 * then looks up how the buffer was mapped and ends the process where it never was, so that a buffer
 * for this is mapped once when it is made. So it is in Deno 2.9, 2.9.5 and 2.9.6 looked at; elsewhere
 * the promise is waited for.
 * @module
 */

/**
 * A larger buffer is not mapped when it is made, for which all of it is written: it takes longer than
 * the sleep.
 */
const MOST_BYTES = 2 ** 22;

/** Milliseconds after which timers, signals and the device's events have their turn. */
const TURN = 50;

/** Whether buffers of this device can be read early: one of Deno's own WebGPU, of a version known. */
export function readsEarly(device: GPUDevice): boolean {
  if (!("Deno" in globalThis) || !(device instanceof GPUDevice)) return false;
  return /^2\.9\./.test(Deno.version.deno);
}

/** A buffer to read back from, of `size` bytes, for earlyBytes() where the device allows that. */
export function readBackBuffer(
  device: GPUDevice,
  { size, early }: { size: number; early: boolean },
): GPUBuffer {
  const mappedAtCreation = early && size <= MOST_BYTES;
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ label: "read back", size, usage, mappedAtCreation });
  try {
    if (mappedAtCreation) buffer.unmap();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // a lost device: mapAsync() tells of it
  }
  return buffer;
}

/** What such a buffer holds, after mapAsync() was called; undefined where that has to be waited for. */
export function earlyBytes(buffer: GPUBuffer): ArrayBuffer | undefined {
  if (buffer.size > MOST_BYTES) return undefined;
  try {
    return buffer.getMappedRange().slice(0);
  } catch (error) {
    if (error instanceof DOMException) return undefined; // not mapped yet, or never
    throw error;
  }
}

let turned = performance.now();

/** Lets everything else have its turn that waits for this thread, where the last one is some time ago. */
export async function takeTurns(): Promise<void> {
  if (performance.now() - turned < TURN) return;
  await new Promise((resolve) => setTimeout(resolve, 0));
  turned = performance.now();
}
