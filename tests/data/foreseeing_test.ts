import { assert, assertEquals } from "@std/assert";
import { bytesAhead, foreseeing } from "../../lib/data/foreseeing.ts";
import type { ByteRange, ByteSource } from "../../lib/io/byte_source.ts";
import { stream } from "../../lib/numerics/random.ts";

Deno.test("bytesAhead() stays below what records of such sizes take", () => {
  assertEquals(bytesAhead({ bytes: 90_000, taken: 900, left: 1000 }), 90_000); // 100 each, less a tenth
  assertEquals(bytesAhead({ bytes: 90_000, taken: 900, left: 0 }), 0);
  for (const taken of [0, 1, 9]) assertEquals(bytesAhead({ bytes: 5000, taken, left: 10 ** 9 }), 0);
  const random = stream(0, "sizes");
  const sizes = Array.from({ length: 2 ** 16 }, () => -Math.log(1 - random.uniform())); // spread as their mean
  const sum = (from: number, to: number) => sizes.slice(from, to).reduce((a, b) => a + b, 0);
  const all = sum(0, sizes.length) / sizes.length;
  let above = 0;
  for (let from = 0; from < sizes.length; from += 64) {
    const left = 1e6, ahead = bytesAhead({ bytes: sum(from, from + 64), taken: 64, left });
    if (ahead > left * all) above++;
  }
  assert(above <= 10, `${above} of 1024 above`); // 3 standard errors: about one in a thousand, skewed
});

Deno.test("foreseeing() tells a far source how far its reader will come, and leaves another as it is", async () => {
  const told: ByteRange[] = [];
  const source: ByteSource = {
    name: "far",
    size: 10 ** 9,
    read: (from, to) => Promise.resolve(new Uint8Array(to - from)),
    foresee: ([range]) => told.push(range),
    [Symbol.dispose]() {},
  };
  let left = 1000;
  const ahead = foreseeing(source, () => left);
  await ahead.read(0, 1000);
  left = 900; // 100 records of 10 bytes each
  await ahead.read(1000, 2000);
  left = 0;
  await ahead.read(2000, 3000);
  assertEquals(told, [[0, 1000], [1000, 1000 + 900 * 10 * 0.7], [2000, 3000]]);
  const { foresee: _, ...near } = source;
  assertEquals(foreseeing(near, () => left), near);
});
