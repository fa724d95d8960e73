import { assert } from "@std/assert";
import { down, up } from "../../../lib/proofs/arithmetic/interval.ts";

Deno.test("up() and down() step at least one double, also at 0 and among subnormals", () => {
  for (const x of [0, 1, -1, 5e-324, -5e-324, 2.2e-308, 1e300, 1 + 2 ** -52, 3]) {
    assert(up(x) > x && down(x) < x, String(x));
  }
});
