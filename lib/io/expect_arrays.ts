/**
 * Are these the arrays that the model needs, every value a finite float32?
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { expectArrays } from "./expect_arrays.ts";
 * const b_dec = { shape: [2, 2], data: Float32Array.of(1, 2, NaN, 4) };
 * assertThrows(() => expectArrays("fold", { b_dec }, { b_dec: [2, 2] }), RangeError, "NaN at [1, 0]");
 * ```
 * @module
 */
import { expectShapes } from "./expect_shapes.ts";
import { type HostArray, placeOf, sizeOf } from "./host_array.ts";
import { show, showName } from "./show.ts";

/**
 * Throws unless `arrays` holds exactly the names of `shapes`, each a HostArray of its shape with
 * finite values: missing, unknown and misshapen ones as expectShapes does, NaN and infinities by
 * name and place.
 */
export function expectArrays(
  action: string,
  arrays: unknown,
  shapes: Record<string, readonly number[]>,
): asserts arrays is Record<string, HostArray> {
  const found = Object.entries(typeof arrays === "object" && arrays !== null ? arrays : {});
  for (const [name, array] of found) {
    if (isHostArray(array)) continue;
    const what = show(array?.data?.constructor?.name ?? array);
    throw new RangeError(
      `Cannot ${action}: expected ${
        showName(name)
      } to be { shape, data } with a Float32Array that fills the ` +
        `shape but found ${what}: pass one value for each element`,
    );
  }
  expectShapes(new Map(found), shapes, { action });
  for (const name of Object.keys(shapes)) {
    const { shape, data } = (arrays as Record<string, HostArray>)[name];
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad === -1) continue;
    throw new RangeError(
      `Cannot ${action}: expected finite values but found ${name} with ${data[bad]} at ` +
        `[${placeOf(bad, shape)}]: look at the training that made it`,
    );
  }
}

function isHostArray(array: unknown): array is HostArray {
  const { shape, data } = (array ?? {}) as Partial<HostArray>;
  return Array.isArray(shape) && data instanceof Float32Array && data.length === sizeOf(shape);
}
