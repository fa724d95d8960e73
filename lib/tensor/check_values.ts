/** What may be written into a tensor. @module */

/**
 * Throws unless there is one number for each element, for u32 one that fits; a typed array of its
 * own type needs no look.
 */
export function checkValues(
  { shape, rows, columns, dtype }: {
    shape: readonly number[];
    rows: number;
    columns: number;
    dtype: "f32" | "u32";
  },
  data: unknown,
): void {
  const fail = (expected: string, found: string, todo: string) => {
    throw new RangeError(
      `Cannot write tensor ${dtype} [${shape}]: expected ${expected} but found ${found}: ${todo}`,
    );
  };
  const list = data as ArrayLike<unknown> | null | undefined;
  if (typeof list !== "object" || typeof list?.length !== "number") {
    return fail("a list of numbers", `${data}`, "pass an array");
  }
  if (list.length !== rows * columns) {
    fail(`${rows * columns} values`, `${list.length}`, "pass one value for each element");
  }
  if (list instanceof (dtype === "u32" ? Uint32Array : Float32Array)) return;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (
      dtype === "u32" &&
      !(Number.isInteger(value) && value as number >= 0 && value as number < 2 ** 32)
    ) {
      fail("whole numbers from 0 to 4294967295", `${value}`, "ids and indices are whole");
    }
    if (typeof value !== "number") fail("numbers", `${value}`, "convert them first");
  }
}
