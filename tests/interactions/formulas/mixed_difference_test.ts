import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  archipelago,
  curvatureBound,
  kinkReachable,
  mixedDifference,
  oscBound,
  pairContext,
  reluMixedDifference,
} from "../../../lib/interactions/formulas/mixed_difference.ts";
import {
  nonlinearity,
  type NonlinearityName,
} from "../../../lib/interactions/formulas/nonlinearity.ts";
import { stream } from "../../../lib/numerics/random.ts";

const NAMES = ["relu", "gelu", "gelu_new", "silu", "identity"] as const;
const relu = nonlinearity("relu");

function meetings(count: number) {
  const random = stream(0, "meetings");
  return Array.from({ length: count }, () => {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    return { a, b, c };
  });
}

Deno.test("reluMixedDifference() and the four points give the table worked by hand", () => {
  const table = [
    [1, 2, -1.5, 1.0],
    [0.8, 0.5, -1.2, 0.1],
    [0.8, 0.5, -0.3, 0.3],
    [0.8, 0.5, 0.4, 0],
    [0.8, 0.5, -2.0, 0],
    [-1, -0.6, 1.3, 0.3],
    [-1, -0.6, 0.4, 0.4],
    [-1, -0.6, 2.0, 0],
    [1.2, -0.7, -0.4, -0.7],
    [1.2, -0.7, 0.3, -0.4],
    [0.6, -1.5, 0.2, -0.6],
    [0.6, -1.5, -0.9, 0],
    [-0.9, 1.4, 0.1, -0.8],
    [-0.9, 1.4, 2.5, 0],
    [0.7, 0, -0.2, 0],
  ];
  for (const [a, b, c, expected] of table) {
    assertAlmostEquals(mixedDifference(relu, { a, b, c }), expected, 1e-12);
    assertAlmostEquals(reluMixedDifference({ a, b, c }), expected, 1e-12);
  }
});

Deno.test("mixedDifference() of the smooth nonlinearities, with their bounds", () => {
  const rows = [
    [1, 2, -1.5, 1.108115935, 1.107715134, 0.830264097, 1.257808290, 1.595769122],
    [0.8, -0.5, 0.2, -0.265135000, -0.264997475, -0.182194869, 0.628904145, 0.319153824],
    [-1, -0.6, 1.3, 0.343533927, 0.343358878, 0.253854037, 0.754684974, 0.478730736],
  ];
  for (const [a, b, c, gelu, gelu_new, silu, byOsc, byCurvature] of rows) {
    for (const [name, expected] of Object.entries({ gelu, gelu_new, silu })) {
      const found = mixedDifference(nonlinearity(name as NonlinearityName), { a, b, c });
      assertAlmostEquals(found, expected, 1e-8, name);
    }
    assertAlmostEquals(oscBound(nonlinearity("gelu"), { a, b }), byOsc, 1e-8);
    assertAlmostEquals(curvatureBound(nonlinearity("gelu"), { a, b }), byCurvature, 1e-8);
  }
  // Both push the same way and still get less together: curvature is negative in the tail.
  const tail = mixedDifference(nonlinearity("gelu"), { a: 0.3, b: 0.3, c: 2.5 });
  assertAlmostEquals(tail, -0.004215003, 1e-8);
});

Deno.test("mixedDifference() never exceeds its bounds, and the closed form of ReLU equals it", () => {
  for (const name of NAMES) {
    const phi = nonlinearity(name);
    for (const at of meetings(2000)) {
      const size = Math.abs(mixedDifference(phi, at));
      assert(size <= oscBound(phi, at) + 1e-14, `${name} ${JSON.stringify(at)}`);
      assert(size <= curvatureBound(phi, at) + 1e-14, `${name} ${JSON.stringify(at)}`);
    }
  }
  for (const at of meetings(2000)) {
    const expected = mixedDifference(relu, at);
    assertAlmostEquals(reluMixedDifference(at), expected, 1e-14);
    if (!kinkReachable(at)) assertAlmostEquals(expected, 0, 1e-14);
    if (Math.abs(expected) > 1e-12) assertEquals(Math.sign(expected), Math.sign(at.a * at.b));
  }
});

Deno.test("oscBound() is reached by ReLU, and neared by gelu across its turns", () => {
  assertEquals(reluMixedDifference({ a: 1, b: 2, c: -1.5 }), oscBound(relu, { a: 1, b: 2 }));
  const gelu = nonlinearity("gelu");
  const [low, high] = gelu.turns;
  const small = { a: 0.01, b: high - low, c: low - 0.005 };
  assert(mixedDifference(gelu, small) > 0.9999 * oscBound(gelu, small));
});

Deno.test("kinkReachable() wants 0 strictly between the four points, and is no rule for gelu", () => {
  assert(kinkReachable({ a: 1, b: 1, c: -1.5 }));
  assert(!kinkReachable({ a: 1, b: 1, c: -2 }));
  assert(!kinkReachable({ a: 1, b: 1, c: 0 }));
  assert(kinkReachable({ a: -1, b: 2, c: 0.5 }));
  assert(Math.abs(mixedDifference(nonlinearity("gelu"), { a: 1, b: 1, c: 0 })) > 0.2);
});

Deno.test("mixedDifference() is 0 where nothing interacts", () => {
  for (const name of NAMES) {
    const phi = nonlinearity(name);
    assertAlmostEquals(mixedDifference(phi, { a: 0, b: 1.3, c: -0.4 }), 0, 1e-15); // disjoint neurons
  }
  for (const at of meetings(100)) {
    assertAlmostEquals(mixedDifference(nonlinearity("identity"), at), 0, 1e-14);
    const [a, b, c] = [at.a, at.b, at.c].map(Math.abs);
    assertEquals(reluMixedDifference({ a, b, c }), 0);
    assertEquals(reluMixedDifference({ a: -a, b: -b, c: -c }), 0);
  }
});

Deno.test("pairContext() and archipelago() of two contributions among five", () => {
  const a = [0.9, -0.4, 0.7, -1.1, 0.25], c = -0.3, z = 0.05;
  const rows = [
    [0, 1, -0.4, -0.4, 0.16],
    [0, 2, 0.3, 0.05, 0.04625],
    [0, 3, -0.6, -0.85, 0.54125],
    [0, 4, 0.25, 0.05, 0.0325],
    [1, 2, -0.4, -0.4, 0.16],
    [1, 3, 0, 0, 0],
    [1, 4, 0, -0.2, 0.02],
    [2, 3, -0.4, -0.65, 0.29125],
    [2, 4, 0.25, 0.05, 0.0325],
    [3, 4, 0, -0.2, 0.02],
  ];
  for (const [i, j, ...expected] of rows) {
    const [insertion, removal] = (["insertion", "removal"] as const).map((context) => {
      const rest = pairContext(context, { a: a[i], b: a[j], c, z });
      return reluMixedDifference({ a: a[i], b: a[j], c: rest });
    });
    const found = [insertion, removal, archipelago(insertion, removal)];
    found.forEach((x, n) => assertAlmostEquals(x, expected[n], 1e-12, `${i + 1},${j + 1}`));
  }
});
