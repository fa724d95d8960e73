/** Adapters that are programs. @module */
import type { Device } from "./device.ts";

/**
 * Whether the adapter is a program, even one that passes for a GPU: it takes seconds to compile a
 * long text.
 */
export function isSoftware({ description }: Device): boolean {
  return /llvmpipe|lavapipe|swiftshader/i.test(description);
}
