/**
 * Bytes from the device. Each awaited read waits for all that was submitted, and where values cannot
 * be read early costs at least 10 ms on Deno: read many at once.
 * @module
 */
import { earlyBytes, readBackBuffer, readsEarly, takeTurns } from "./early_read.ts";
import type { Gpu } from "./gpu.ts";
import type { BufferRange } from "./recorder.ts";

/** Runs what is pending, then copies a range of a buffer to the CPU. */
export async function readBuffer(gpu: Gpu, range: BufferRange): Promise<ArrayBuffer> {
  return (await readBuffers(gpu, [range]))[0];
}

/** The same for several ranges with one submit and one wait. */
export async function readBuffers(gpu: Gpu, ranges: BufferRange[]): Promise<ArrayBuffer[]> {
  if (gpu.recorder !== gpu.immediate) {
    throw new Error(
      `Cannot read a tensor: expected no recording but found "${gpu.recorder.name}" being recorded: ` +
        "read after it has run",
    );
  }
  gpu.flush();
  gpu.check();
  const { device } = gpu, early = readsEarly(device);
  const staged = gpu.attribute("reading tensors", () => {
    const encoder = device.createCommandEncoder();
    const copies = ranges.map(({ buffer, offset, size }) => {
      const staging = readBackBuffer(device, { size, early });
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
      return staging;
    });
    device.queue.submit([encoder.finish()]);
    return copies;
  });
  try {
    const mapping = Promise.allSettled(staged.map((copy) => copy.mapAsync(GPUMapMode.READ)));
    if (early) {
      const found = staged.map(earlyBytes);
      await takeTurns();
      await gpu.checked();
      if (found.every((bytes) => bytes !== undefined)) return found;
    }
    const mapped = await mapping;
    await gpu.checked();
    const failed = mapped.find((result) => result.status === "rejected");
    if (failed) {
      gpu.fail(
        "reading tensors",
        `expected a working device but it does not hand its values over (${failed.reason}): ` +
          "run again, finished results are kept",
      );
      gpu.check();
    }
    return staged.map((copy) => copy.getMappedRange().slice(0));
  } finally {
    for (const copy of staged) copy.destroy();
  }
}
