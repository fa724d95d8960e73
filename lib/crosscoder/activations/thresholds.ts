/** Thresholds: as the device holds them, and on the CPU. @module */
import type { HostArray } from "../../io/host_array.ts";

/**
 * What the GPU holds in place of the thresholds. The logarithm of 0 becomes a finite number whose
 * exponential is 0 in float32, since WGSL promises nothing about infinities.
 */
export function logThresholds({ shape, data }: HostArray): HostArray {
  return { shape, data: data.map((theta) => Math.max(Math.log(theta), -1000)) };
}

/** z · 1[z > threshold] of one row. */
export function aboveThreshold(
  z: Float64Array,
  { threshold }: { threshold?: Float32Array },
): Float64Array {
  return z.map((value, i) => value > threshold![i] ? value : 0);
}
