import { assertEquals } from "@std/assert";
import { signOfSum } from "../../../lib/proofs/arithmetic/sign.ts";

Deno.test("signOfSum() decides what float64 cannot, and finds exact ties", () => {
  const at = { exponent: -2, d_head: 2 };
  // e^(1/4 / sqrt 2) 2^60 = 1375855686481647222.6...: float64 cannot tell it from its neighbours.
  const one = { coefficient: 1n << 60n, score: 1n };
  const less = (coefficient: bigint) => [one, { coefficient: -coefficient, score: 0n }];
  assertEquals(signOfSum(less(1375855686481647222n), at), 1);
  assertEquals(signOfSum(less(1375855686481647223n), at), -1);
  assertEquals(signOfSum([{ coefficient: 5n, score: 3n }, { coefficient: -5n, score: 3n }], at), 0);
  const huge = 10n ** 400n;
  assertEquals(
    signOfSum([{ coefficient: -1n, score: huge }, { coefficient: huge, score: 0n }], at),
    -1,
  );
  assertEquals(signOfSum([{ coefficient: 1n, score: 1n }, { coefficient: -1n, score: 0n }], at), 1);
});
