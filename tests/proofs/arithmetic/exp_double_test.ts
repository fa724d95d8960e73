// The fast exponential against the exact one of exp.ts.
import { assert, assertEquals } from "@std/assert";
import { expContext, expDouble } from "../../../lib/proofs/arithmetic/exp.ts";
import { EXP_ERROR, EXP_RANGE, expDoubleNear } from "../../../lib/proofs/arithmetic/exp_double.ts";
import { stream } from "../../../lib/numerics/random.ts";

Deno.test("expDoubleNear() is within its proved error of e^x", () => {
  const context = expContext(1), random = stream(0, "exp");
  const points = [
    0,
    1,
    -1,
    0.5,
    689,
    -689,
    1e-300,
    -1e-20,
    0.34657359027997264,
    -0.34657359027997264,
  ];
  for (let i = 0; i < 3000; i++) points.push((random.uniform() - 0.5) * (i % 2 ? 4 : 1370));
  let worst = 0;
  for (const x of points) {
    const [lo, hi] = expDouble(x, context), found = expDoubleNear(x);
    // The enclosure itself is 1e-15 wide on either side.
    worst = Math.max(worst, Math.abs(found / ((lo + hi) / 2) - 1));
    assert(found >= lo * (1 - EXP_ERROR) && found <= hi * (1 + EXP_ERROR), `${x}: ${found}`);
  }
  assert(worst < 4.5 * 2 ** -53, `the error counted in the header is exceeded: ${worst}`);
});

Deno.test("expDoubleNear() says nothing outside its range", () => {
  for (const x of [EXP_RANGE + 1, -EXP_RANGE - 1, NaN, Infinity]) {
    assertEquals(expDoubleNear(x), NaN);
  }
});
