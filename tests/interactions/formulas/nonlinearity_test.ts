import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  nonlinearity,
  type NonlinearityName,
} from "../../../lib/interactions/formulas/nonlinearity.ts";

const SMOOTH = ["gelu", "gelu_new", "silu", "identity"] as const;
const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 200 + 1e-4);

Deno.test("nonlinearity() has slope and curvature as differences of its values have them", () => {
  for (const name of SMOOTH) {
    const { value, slope, curvature } = nonlinearity(name);
    for (const x of [-9, -3, -1.4, -0.2, 0, 0.3, 1.9, 5]) {
      assertAlmostEquals((value(x + 1e-5) - value(x - 1e-5)) / 2e-5, slope(x), 1e-9, name);
      assertAlmostEquals((slope(x + 1e-5) - slope(x - 1e-5)) / 2e-5, curvature(x), 1e-9, name);
    }
  }
});

Deno.test("nonlinearity() has the extremes of slope and curvature as constants, none exceeds them", () => {
  for (const name of ["relu", ...SMOOTH] as NonlinearityName[]) {
    const { slope, curvature, osc, steepest, curviest, turns } = nonlinearity(name);
    const slopes = [...turns, ...grid].map(slope);
    const bends = [0, ...grid].map((x) => Math.abs(curvature(x)));
    const found = Math.max(...slopes) - Math.min(...slopes);
    assert(found <= osc && Math.max(...slopes.map(Math.abs)) <= steepest, name);
    assertAlmostEquals(found, osc, 1e-14, name);
    assertAlmostEquals(Math.max(...slopes.map(Math.abs)), steepest, 1e-14, name);
    if (curviest === undefined) continue;
    assert(Math.max(...bends) <= curviest, name);
    assertAlmostEquals(Math.max(...bends), curviest, 1e-14, name);
  }
});

Deno.test("nonlinearity() turns and bends where curvature and its slope are zero", () => {
  for (const name of ["gelu", "gelu_new", "silu"] as const) {
    const { curvature, turns, bends } = nonlinearity(name);
    assertEquals([turns.length, bends.length], [2, 3]);
    for (const x of turns) assertAlmostEquals(curvature(x), 0, 1e-14, name);
    for (const x of bends) {
      assertAlmostEquals((curvature(x + 1e-4) - curvature(x - 1e-4)) / 2e-4, 0, 1e-8, name);
    }
  }
});

Deno.test("nonlinearity() gives the published constants, and gelu's is not valid for gelu_new", () => {
  const table = {
    relu: [1, 1],
    gelu: [1.257808290, 1.128904145],
    gelu_new: [1.257986137, 1.128993069],
    silu: [1.199678640, 1.099839320],
  };
  for (const [name, [osc, steepest]] of Object.entries(table)) {
    const found = nonlinearity(name as NonlinearityName);
    assertAlmostEquals(found.osc, osc, 1e-9, name);
    assertAlmostEquals(found.steepest, steepest, 1e-9, name);
  }
  const { slope, turns: [low, high] } = nonlinearity("gelu_new");
  assert(slope(high) - slope(low) > nonlinearity("gelu").osc);
  assertAlmostEquals(nonlinearity("gelu").curvature(2), -0.107981933, 1e-9);
});

Deno.test("nonlinearity() stays finite far out, and says which names it knows", () => {
  for (const name of SMOOTH) {
    const { value, slope } = nonlinearity(name);
    assertEquals([value(1000), slope(1000)], [1000, 1]);
    if (name !== "identity") assertEquals([value(-1000), slope(-1000)].map(Math.abs), [0, 0]);
  }
  assertThrows(
    () => nonlinearity("toString" as NonlinearityName),
    RangeError,
    "expected one of identity, relu, gelu, gelu_new, silu",
  );
});
